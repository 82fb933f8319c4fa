import { Backoff, defaultBackoff } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Revision } from '../base/revision.ts';
import { PagedList } from '../reflector/paged-list.ts';
import { isFinal, StorageError } from '../storage/errors.ts';
import { prefixEnd } from '../storage/keys.ts';
import type { Storage } from '../storage/storage.ts';
import type { Freshness } from '../watchcache/cache-reader.ts';
import type { ResourceFeed } from './resource-feed.ts';

export interface OwnListOptions {
  readonly feed: ResourceFeed;
  readonly storage: Pick<Storage, 'range'>;
  readonly position: Freshness;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /**
   * The stream has come to the list's revision or further: puts both together, now or soon. False: the list is too old, and
   * must be read again. Must not reject.
   */
  readonly join: (listRevision: Revision) => boolean | Promise<boolean>;
  /** What cannot be met by trying again. */
  readonly failed: (error: unknown) => void;
}

/** How long to wait for the stream before asking again; while waiting, the position asks the store for progress. */
export const streamWaitMs = 10_000;

/**
 * Fills a resource that was added while the stream was running, or whose cache was found wrong: lists its prefix, waits
 * until the stream has come as far, and has both joined in one turn. Tries until it succeeds or is stopped.
 */
export class OwnList {
  readonly #options: OwnListOptions;
  readonly #backoff: Backoff;
  #stopped = false;
  #endPause: (() => void) | undefined;

  constructor(options: OwnListOptions) {
    this.#options = options;
    this.#backoff = new Backoff({ ...defaultBackoff, random: options.random });
  }

  /** Once. */
  start(): void {
    this.#run().catch(this.#options.failed);
  }

  stop(): void {
    this.#stopped = true;
    this.#endPause?.();
  }

  /** Both are joined when it resolves, or this was stopped. */
  async #run(): Promise<void> {
    const { position, join } = this.#options;
    for (;;) {
      const revision = await this.#readPages();
      if (revision === undefined) return;
      while (!(await position.reach(revision, streamWaitMs))) {
        if (this.#stopped) return;
      }
      if (this.#stopped) return;
      if (await join(revision)) return;
      if (this.#stopped) return;
    }
  }

  /** Lists the prefix into the feed: the list's revision, or undefined when this was stopped. */
  async #readPages(): Promise<Revision | undefined> {
    const { feed, storage, clock, logger } = this.#options;
    const { keyPrefix } = feed.resource.shape;
    let list: PagedList | undefined;
    while (!this.#stopped) {
      if (list === undefined) {
        list = new PagedList(storage, clock, { start: keyPrefix, end: prefixEnd(keyPrefix) });
        feed.beginList();
      }
      try {
        const page = await list.next();
        if (this.#stopped) return undefined;
        this.#backoff.reset();
        for (const kv of page.items) feed.list(kv);
        if (page.last) return page.revision;
      } catch (error) {
        if (this.#stopped) return undefined;
        if (isFinal(error)) throw error;
        logger.warn('could not list a resource: trying again', { prefix: keyPrefix, error });
        if (error instanceof StorageError && error.code === 'compacted') list = undefined;
        await this.#pause();
      }
    }
    return undefined;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(this.#backoff.nextMs(), resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}
