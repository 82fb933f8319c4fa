import { Observable, type Subscriber } from 'rxjs';
import { Backoff, defaultBackoff } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { asRevision, noRevision, type Revision } from '../base/revision.ts';
import { isFinal, StorageError } from '../storage/errors.ts';
import { prefixEnd } from '../storage/keys.ts';
import type { KeyEvent, Storage, StorageWatch, WatchSink } from '../storage/storage.ts';
import { EarlyWatch } from './early-watch.ts';
import { Fence } from './fence.ts';
import { firstListAt } from './first-list.ts';
import type { ReflectorMetrics } from './metrics.ts';
import { PagedList } from './paged-list.ts';
import type { ReflectorSignal } from './reflector-signal.ts';
import { afterInput, type ReflectorInput, type ReflectorState } from './reflector-state.ts';
import { answerMs, Watchdog } from './watchdog.ts';

export interface ReflectorOptions {
  readonly storage: Storage;
  /** The whole registry, ending in `/`: `/registry/`. */
  readonly prefix: string;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: ReflectorMetrics;
  /** The first list is of the past: so many revisions, as far as the store remembers them, are told as events. */
  readonly replayRevisions: number;
}

/**
 * Reads everything under a prefix and then follows it, for ever: what it tells (see ReflectorSignal) is the store's own
 * order without a hole or a repetition, whatever becomes of the connection.
 *
 * A watch that ends is resumed after the last revision told, and one that says nothing more is replaced so (see Watchdog;
 * where the store cannot tell its progress, only once it has revisions that were not told). Only where the store has forgotten that revision is the
 * prefix listed anew. Failures are met with growing pauses; a list goes on at the page that failed. At most two pages
 * of raw values are held, and beside the first list what an EarlyWatch may hold. It waits for nobody: whoever subscribes
 * takes each signal synchronously.
 */
export class Reflector {
  /**
   * Cold: subscribing starts, unsubscribing stops and closes the watch. One subscriber at a time. Never completes; it
   * errors only when it cannot go on: the store went back in time (it was restored from a backup), died or was closed.
   */
  readonly signals: Observable<ReflectorSignal>;
  readonly #options: ReflectorOptions;
  /** After a loss; and after a list was in vain because the store forgets faster than it is read. */
  readonly #backoff: Backoff;
  readonly #relistBackoff: Backoff;
  readonly #fence: Fence;
  readonly #watchdog: Watchdog;
  #state: ReflectorState = 'stopped';
  #subscriber: Subscriber<ReflectorSignal> | undefined;
  /** Grows with each list page asked for, watch opened and pause begun: what comes from an older one is void. */
  #attempt = 0;
  #list: PagedList | undefined;
  /** Where the store was when the list began. */
  #present: Revision = noRevision;
  /** Only the first list is of the past, and only one attempt of it. */
  #replay: number;
  /** Of the first list, while it is read. */
  #earlyWatch: EarlyWatch | undefined;
  #watch: StorageWatch | undefined;
  #cancelPause: (() => void) | undefined;
  #watchedSince = 0;
  /** Everything up to here has been told. */
  #last: Revision = noRevision;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    const { storage, prefix, random, logger, replayRevisions } = options;
    this.#replay = replayRevisions;
    this.#backoff = new Backoff({ ...defaultBackoff, random });
    this.#relistBackoff = new Backoff({ ...defaultBackoff, random });
    this.#fence = new Fence(storage, `${prefix}crowsnest/fence`, random, logger);
    this.#watchdog = new Watchdog({
      clock: options.clock,
      ask: () => this.#askProgress(asRevision(this.#last + 1)),
      silent: () => this.#giveUpWatch(),
    });
    this.signals = new Observable((subscriber) => {
      this.#subscriber = subscriber;
      this.#state = 'resting';
      this.#input('due');
      return () => this.#input('stop');
    });
  }

  get state(): ReflectorState {
    return this.#state;
  }

  /**
   * Makes a `progress` or an `events` at the store's present revision come soon. Where the store cannot tell its progress,
   * by writing a key that nobody reads, if it is at `awaited` or beyond. While there is no watch: ask again; it ends a pause,
   * since whoever waits has mostly just heard of `awaited` from the store, which is back then.
   */
  requestProgress(awaited: Revision): void {
    if (this.#state === 'pausing') this.#input('due');
    if (this.#state !== 'watching') return;
    void this.#askProgress(awaited);
  }

  /** Makes the store's revision go on by one, by a write that nobody reads. Never rejects: ask again. */
  async advance(): Promise<void> {
    if (this.#state === 'watching') await this.#fence.write(this.#last);
  }

  /** True when the watch must tell something for it, soon. */
  #askProgress(awaited: Revision): boolean | Promise<boolean> {
    if (!this.#options.storage.canProgress) return this.#fence.write(awaited);
    this.#watch?.requestProgress();
    return true;
  }

  #giveUpWatch(): void {
    const error = new StorageError(
      'unavailable',
      `the watch was asked for its progress, and silent for ${answerMs} ms`,
    );
    this.#watch?.close(error);
    this.#ended(this.#attempt, 'watch', error);
  }

  #input(input: ReflectorInput): void {
    const from = this.#state;
    const to = afterInput(from, input);
    if (to === from) return;
    this.#state = to;
    this.#attempt++;
    this.#watch?.close();
    this.#watch = undefined;
    this.#watchdog.stop();
    this.#cancelPause?.();
    this.#cancelPause = undefined;
    if (input === 'forgotten') this.#list = undefined;
    if (input !== 'listed') {
      this.#earlyWatch?.close();
      this.#earlyWatch = undefined;
    }
    this.#enter(to, input === 'forgotten' ? this.#relistBackoff : this.#backoff);
  }

  #enter(state: ReflectorState, backoff: Backoff): void {
    switch (state) {
      case 'listing':
        void this.#readPages(this.#attempt);
        break;
      case 'watching':
        void this.#openWatch(this.#attempt);
        break;
      case 'resting':
      case 'pausing':
        this.#cancelPause = this.#options.clock.after(backoff.nextMs(), () => this.#input('due'));
        break;
      case 'stopped':
        this.#list = undefined;
        this.#subscriber = undefined;
        break;
      default:
        state satisfies never;
    }
  }

  async #readPages(attempt: number): Promise<void> {
    for (;;) {
      try {
        if (this.#list === undefined) await this.#beginList(attempt);
        const page = await this.#list?.next();
        if (page === undefined || attempt !== this.#attempt) return;
        if (page.revision < this.#last) {
          this.#fail(wentBack(this.#last, page.revision));
          return;
        }
        this.#backoff.reset();
        this.#tell({ type: 'page', items: page.items });
        if (attempt !== this.#attempt) return;
        if (!page.last) continue;
        this.#list = undefined;
        this.#last = page.revision;
        const { revision } = page;
        this.#tell({ type: 'listed', revision, present: asRevision(Math.max(revision, this.#present)) });
        this.#input('listed');
        return;
      } catch (error) {
        this.#ended(attempt, 'list', error);
        return;
      }
    }
  }

  /** Without effect when the attempt is void. Rejects when the store does not answer. */
  async #beginList(attempt: number): Promise<void> {
    const { storage, prefix, clock, metrics } = this.#options;
    const first = await firstListAt(storage, this.#replay);
    if (attempt !== this.#attempt) return;
    this.#replay = 0;
    this.#present = first?.present ?? noRevision;
    this.#list = new PagedList(storage, clock, { start: prefix, end: prefixEnd(prefix) }, first?.revision);
    metrics.lists.add();
    if (first !== undefined) {
      metrics.watches.add();
      this.#earlyWatch = new EarlyWatch((sink) => storage.watch(prefix, first.revision, sink));
    }
    this.#tell({ type: 'list' });
  }

  async #openWatch(attempt: number): Promise<void> {
    const { storage, prefix, metrics } = this.#options;
    const early = this.#earlyWatch;
    this.#earlyWatch = undefined;
    if (early?.watch !== undefined) {
      this.#watched(early.watch);
      early.flowInto(this.#sinkOf(attempt));
      return;
    }
    try {
      // A watch from a future revision waits in silence: a store that lost writes would never be noticed.
      const revision = await storage.currentRevision();
      if (attempt !== this.#attempt) return;
      if (revision < this.#last) {
        this.#fail(wentBack(this.#last, revision));
        return;
      }
    } catch (error) {
      this.#ended(attempt, 'watch', error);
      return;
    }
    metrics.watches.add();
    this.#watched(storage.watch(prefix, this.#last, this.#sinkOf(attempt)));
  }

  #watched(watch: StorageWatch): void {
    this.#watchedSince = this.#options.clock.now();
    this.#watch = watch;
    this.#watchdog.start();
  }

  #sinkOf(attempt: number): WatchSink {
    return {
      events: (revision, events) => {
        if (attempt === this.#attempt) this.#events(revision, events);
      },
      progress: (revision) => {
        if (attempt === this.#attempt) this.#progress(revision);
      },
      end: (error) => this.#ended(attempt, 'watch', error),
    };
  }

  #events(revision: Revision, events: readonly KeyEvent[]): void {
    this.#watchWorks();
    if (revision <= this.#last) {
      this.#options.metrics.repeated.add();
      return;
    }
    this.#last = revision;
    this.#tell({ type: 'events', revision, events });
  }

  #progress(revision: Revision): void {
    this.#watchWorks();
    if (revision <= this.#last) return;
    this.#last = revision;
    this.#tell({ type: 'progress', revision });
  }

  #watchWorks(): void {
    this.#watchdog.heard();
    this.#backoff.reset();
    this.#relistBackoff.reset();
  }

  /** A list or a watch came to its end, with an error or in good order. */
  #ended(attempt: number, what: 'list' | 'watch', error: unknown): void {
    if (attempt !== this.#attempt) return;
    if (isFinal(error)) {
      this.#fail(error);
      return;
    }
    const code = error instanceof StorageError ? error.code : undefined;
    const { logger, metrics, clock } = this.#options;
    metrics.failures.with({ what, code: code ?? (error === undefined ? 'ended' : 'other') }).add();
    // A store to which nobody writes may be quiet for as long as its watch lives.
    if (what === 'watch' && this.#watch !== undefined && clock.now() - this.#watchedSince > defaultBackoff.maxMs) {
      this.#watchWorks();
    }
    const fields = { what, revision: this.#last, error };
    if (code === 'compacted') {
      logger.warn('the store forgot our revision: listing anew', fields);
      this.#input('forgotten');
    } else {
      const needsSomebody = code === 'denied' || code === 'corrupt';
      logger[needsSomebody ? 'error' : 'warn']('lost the store: trying again', fields);
      this.#input('lost');
    }
  }

  #tell(signal: ReflectorSignal): void {
    this.#subscriber?.next(signal);
  }

  #fail(error: unknown): void {
    const subscriber = this.#subscriber;
    this.#input('stop');
    subscriber?.error(error);
  }
}

const wentBack = (from: Revision, to: Revision): StorageError =>
  new StorageError('corrupt', `the store went back from revision ${from} to ${to}: it lost writes, or is another one`);
