import type { FrameBatch, FrameSink } from '../../src/dispatch/frame-sink.ts';
import type { WatcherHandle } from '../../src/dispatch/watcher-handle.ts';
import type { WatchedEvent } from './watch-stream.ts';

/** A sink that keeps what it gets, takes no more when told so, and notices when its watcher breaks the contract. */
export class RecordingSink implements FrameSink {
  readonly events: WatchedEvent[] = [];
  /** The number of frames in each write, in order. */
  readonly writes: number[] = [];
  readonly batches: FrameBatch[] = [];
  ends = 0;
  /** What the watcher did that it must not: written after the end, or after a false without a drain. */
  readonly offences: string[] = [];
  /** Runs inside `write`, before it answers. */
  onWrite: (() => void) | undefined;
  readonly watcher: WatcherHandle;
  /** How many writes it takes before it answers false; undefined: any number. */
  #room: number | undefined;
  #blocked = false;

  constructor(watcher: WatcherHandle) {
    this.watcher = watcher;
  }

  get blocked(): boolean {
    return this.#blocked;
  }

  write(batch: FrameBatch): boolean {
    if (this.ends > 0) this.offences.push('written after the end');
    // An ERROR event is the last of a watch, and is not waited with.
    const last = batch.frames.length === 1 && batch.frames[0]?.toString().startsWith('{"type":"ERROR"');
    if (this.#blocked && !last) this.offences.push('written after a false');
    this.writes.push(batch.frames.length);
    this.batches.push(batch);
    for (const frame of batch.frames) this.events.push(JSON.parse(frame.toString('utf8')) as WatchedEvent);
    if (this.#room !== undefined && this.#room > 0) this.#room--;
    this.#blocked = this.#room === 0;
    this.onWrite?.();
    return !this.#blocked;
  }

  end(): void {
    this.ends++;
  }

  /** From now on it answers false once it has taken `writes` more. */
  stall(writes = 1): void {
    this.#room = writes;
  }

  /** It takes `writes` more, or anything again. */
  drain(writes?: number): void {
    this.#room = writes;
    if (!this.#blocked) return;
    this.#blocked = false;
    this.watcher.drained();
  }

  /** `ADDED a/x@5`; a bookmark is `BOOKMARK @7`, with `end` when it ends the initial events; an error `ERROR <reason>`. */
  get told(): string[] {
    return this.events.map(({ type, object }) => {
      if (type === 'ERROR') return `ERROR ${String(object['reason'])}`;
      const { namespace, name, resourceVersion, annotations } = object.metadata;
      if (type !== 'BOOKMARK') return `${type} ${namespace ?? ''}/${name}@${resourceVersion}`;
      return `BOOKMARK @${resourceVersion}${annotations?.['k8s.io/initial-events-end'] === 'true' ? ' end' : ''}`;
    });
  }
}
