/** What became of an object, seen from the last that was told of it. */
export type Change<Read> =
  | { readonly type: 'add'; readonly key: string; readonly object: Read }
  | { readonly type: 'update'; readonly key: string; readonly object: Read; readonly previous: Read }
  | { readonly type: 'delete'; readonly key: string; readonly object: Read };

/**
 * Changes that nobody has taken yet: one for each object, at most, which tells of all that happened to it meanwhile. So a
 * slow reader holds as many as there are objects, and sees the last state of each.
 */
export class Changes<Read> implements AsyncIterableIterator<Change<Read>, undefined> {
  readonly #pending = new Map<string, Change<Read>>();
  readonly #ended: () => void;
  #wanted: ((result: IteratorResult<Change<Read>, undefined>) => void)[] = [];
  #over = false;

  /** `ended`: nobody reads any more. */
  constructor(ended: () => void) {
    this.#ended = ended;
  }

  push(change: Change<Read>): void {
    if (this.#over) return;
    const waiting = this.#wanted.shift();
    if (waiting !== undefined) return waiting({ value: change, done: false });
    const { key } = change;
    const told = joined(this.#pending.get(key), change);
    if (told === undefined) this.#pending.delete(key);
    else this.#pending.set(key, told);
  }

  /** Nothing more will come, and what nobody has taken goes. */
  end(): void {
    this.#over = true;
    this.#pending.clear();
    for (const waiting of this.#wanted) waiting({ value: undefined, done: true });
    this.#wanted = [];
  }

  next(): Promise<IteratorResult<Change<Read>, undefined>> {
    if (this.#over) return Promise.resolve({ value: undefined, done: true });
    for (const [key, value] of this.#pending) {
      this.#pending.delete(key);
      return Promise.resolve({ value, done: false });
    }
    return new Promise((resolve) => this.#wanted.push(resolve));
  }

  return(): Promise<IteratorResult<Change<Read>, undefined>> {
    this.end();
    this.#ended();
    return this.next();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

function joined<Read>(before: Change<Read> | undefined, change: Change<Read>): Change<Read> | undefined {
  const { key, object } = change;
  if (before === undefined) return change;
  if (change.type === 'delete') return before.type === 'add' ? undefined : change;
  if (before.type === 'add') return { type: 'add', key, object };
  const previous = before.type === 'update' ? before.previous : before.object;
  return { type: 'update', key, object, previous };
}
