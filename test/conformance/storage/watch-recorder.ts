import type { Revision } from '../../../src/base/revision.ts';
import type { KeyEvent, WatchSink } from '../../../src/storage/storage.ts';
import type { Change, WatchRecord } from '../../model/guarantees.ts';

/** A put's value is short text in these tests; of a long one its length will do. */
export const whatOf = (
  event: { readonly type: 'put'; readonly value: Buffer } | { readonly type: 'delete' },
): string =>
  event.type === 'delete' ? 'delete' : `put ${event.value.length > 200 ? event.value.length : event.value.toString()}`;

const changeOf = (event: KeyEvent): Change =>
  event.type === 'put'
    ? { revision: event.kv.modRevision, key: event.kv.key, what: whatOf({ type: 'put', value: event.kv.value }) }
    : { revision: event.modRevision, key: event.key, what: 'delete' };

/** A sink that remembers everything, in a form the guarantees can judge, and lets a test wait for a state of it. */
export class WatchRecorder implements WatchSink {
  readonly record: WatchRecord & { batches: Change[][]; bookmarks: { after: number; revision: number }[] };
  readonly keyEvents: KeyEvent[] = [];
  readonly ends: (Error | undefined)[] = [];
  /** What must never happen, as text: a call after the end, a batch under another revision than its events'. */
  readonly faults: string[] = [];
  #waiting: { readonly holds: () => boolean; readonly resolve: () => void }[] = [];

  constructor(from: number) {
    this.record = { from, batches: [], bookmarks: [] };
  }

  get lastRevision(): number {
    return this.record.batches.at(-1)?.[0]?.revision ?? this.record.from;
  }

  get progressed(): number {
    return this.record.bookmarks.at(-1)?.revision ?? 0;
  }

  events(revision: Revision, events: readonly KeyEvent[]): void {
    const batch = events.map(changeOf);
    if (this.ends.length > 0) this.faults.push(`events of ${revision} after the end`);
    if (batch.some((change) => change.revision !== revision)) this.faults.push(`foreign revision in ${revision}`);
    this.keyEvents.push(...events);
    this.record.batches.push(batch);
    this.#wake();
  }

  progress(revision: Revision): void {
    if (this.ends.length > 0) this.faults.push(`progress ${revision} after the end`);
    this.record.bookmarks.push({ after: this.record.batches.length, revision });
    this.#wake();
  }

  end(error?: Error): void {
    this.ends.push(error);
    this.#wake();
  }

  /** Resolves when `holds`; a test that waits in vain fails by its own timeout. */
  until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ holds, resolve }));
  }

  reached(revision: number): Promise<void> {
    return this.until(() => this.lastRevision >= revision);
  }

  async ended(): Promise<Error | undefined> {
    await this.until(() => this.ends.length > 0);
    return this.ends[0];
  }

  #wake(): void {
    const held = this.#waiting.filter(({ holds }) => holds());
    this.#waiting = this.#waiting.filter((waiting) => !held.includes(waiting));
    for (const { resolve } of held) resolve();
  }
}
