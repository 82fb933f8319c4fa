import type { Revision } from '../base/revision.ts';
import type { ObjectChange } from '../translate/object-change.ts';

/** A key whose value in the store is no object of its resource, as of `revision`, and why not. */
export type UnreadableValue = Omit<Extract<ObjectChange, { type: 'corrupt' }>, 'type'>;

const byKey = (a: UnreadableValue, b: UnreadableValue): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/** One of the present: `since` is when it became unreadable, `revision` when the value that stands there was written. */
export interface UnreadableNow extends UnreadableValue {
  readonly since: Revision;
}

/**
 * The keys of one resource whose value cannot be read now, and when there were any: history knows nothing of values that
 * nobody could read, so what the cache says of such a moment is not the whole truth. As many as the store holds.
 */
export class UnreadableValues {
  readonly #values = new Map<string, UnreadableNow>();
  /** Some value was unreadable somewhere in [from, until), and none outside of it, but for those that are so now. */
  #past: { readonly from: Revision; readonly until: Revision } | undefined;

  get size(): number {
    return this.#values.size;
  }

  get keys(): ReadonlySet<string> {
    return new Set(this.#values.keys());
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** True for a key that could be read before. */
  note({ key, revision, reason }: UnreadableValue): boolean {
    const known = this.#values.get(key);
    this.#values.set(key, { key, revision, reason, since: known?.since ?? revision });
    return known === undefined;
  }

  /** As of `revision` the key has an object again, or is gone. */
  clear(key: string, revision: Revision): void {
    const known = this.#values.get(key);
    if (known === undefined) return;
    this.#values.delete(key);
    const { from, until } = this.#past ?? { from: known.since, until: revision };
    this.#past = { from: min(from, known.since), until: max(until, revision) };
  }

  /** Those with keys in [start, end), in key order. Free where there are none at all. */
  within(start: string, end: string): readonly UnreadableNow[] {
    if (this.#values.size === 0) return none;
    return [...this.#values.values()].filter(({ key }) => key >= start && key < end).sort(byKey);
  }

  /** Whether any value was, or may have been, unreadable as of `revision`. */
  at(revision: Revision): boolean {
    if (this.#past !== undefined && revision >= this.#past.from && revision < this.#past.until) return true;
    for (const { since } of this.#values.values()) if (revision >= since) return true;
    return false;
  }
}

const none: readonly UnreadableNow[] = [];
const min = (a: Revision, b: Revision): Revision => (a < b ? a : b);
const max = (a: Revision, b: Revision): Revision => (a > b ? a : b);
