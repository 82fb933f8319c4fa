import type { Clock } from '../base/clock.ts';
import type { Revision } from '../base/revision.ts';
import type { KeyRange, KeyValue, Storage } from '../storage/storage.ts';

export interface Page {
  readonly items: readonly KeyValue[];
  /** Of the whole list, the same for all its pages. */
  readonly revision: Revision;
  readonly last: boolean;
}

/** A page is one message, whole in memory beside what it becomes: aim at this, by what the values before it took. */
const pageBytes = 4 * 1024 * 1024;
/** The first page, before anything is known. */
const firstPageItems = 250;
/**
 * Values can be 1.5 MiB: large ones behind small ones make one page of at most 1,000 of them before pages shrink. Larger
 * pages save little: 100,000 keys are 100 round trips of a millisecond.
 */
const maxPageItems = 1_000;
const minPageItems = 8;

/**
 * A range read page by page, all at one revision: the one given, or that of the first page. The store reads the next
 * page while the one before is taken in: two are in memory.
 */
export class PagedList {
  readonly #storage: Pick<Storage, 'range'>;
  readonly #clock: Pick<Clock, 'endOfTurn'>;
  readonly #end: string;
  #start: string;
  #revision: Revision | undefined;
  #limit = firstPageItems;
  #following: Promise<Page> | undefined;

  constructor(
    storage: Pick<Storage, 'range'>,
    clock: Pick<Clock, 'endOfTurn'>,
    { start, end }: KeyRange,
    revision?: Revision,
  ) {
    this.#storage = storage;
    this.#clock = clock;
    this.#revision = revision;
    this.#start = start;
    this.#end = end;
  }

  /**
   * The next page. After a failure the same page can be asked for again, unless it was `compacted`: then the revision of
   * the pages before is gone, and the list with it.
   */
  async next(): Promise<Page> {
    const asked = this.#following ?? this.#ask();
    this.#following = undefined;
    const page = await asked;
    if (!page.last) {
      this.#following = this.#ask();
      // Whoever asks for it hears of its failure; maybe nobody does.
      this.#following.catch(() => undefined);
      // The question has left when the turn is over, not before.
      await new Promise<void>((resolve) => this.#clock.endOfTurn(resolve));
    }
    return page;
  }

  async #ask(): Promise<Page> {
    const range = { start: this.#start, end: this.#end, limit: this.#limit, counted: false };
    const at = this.#revision;
    const result = await this.#storage.range(at === undefined ? range : { ...range, revision: at });
    const revision = (this.#revision ??= result.revision);
    const { items } = result;
    const lastKey = items.at(-1)?.key;
    if (lastKey !== undefined) {
      this.#start = `${lastKey}\0`;
      const average = items.reduce((sum, { value }) => sum + value.length, 0) / items.length;
      const fitting = Math.floor(pageBytes / Math.max(1, average));
      this.#limit = Math.min(maxPageItems, Math.max(minPageItems, fitting));
    }
    return { items, revision, last: !result.more || lastKey === undefined };
  }
}
