import { concatMap, filter, map, type Observable, type Subscription, tap } from 'rxjs';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { asRevision, type Revision } from '../base/revision.ts';
import type { ReflectorMetrics } from '../reflector/metrics.ts';
import { Reflector } from '../reflector/reflector.ts';
import type { ReflectorSignal } from '../reflector/reflector-signal.ts';
import type { KeyEvent, KeyValue, Storage } from '../storage/storage.ts';
import type { ObjectChange } from '../translate/object-change.ts';
import { StreamPosition } from '../watchcache/freshness.ts';
import type { ObjectEvent } from '../watchcache/object-event.ts';
import { OwnList, streamWaitMs } from './own-list.ts';
import { type Resource, ResourceFeed } from './resource-feed.ts';
import { RouteTable } from './route-table.ts';
import { UnservedPrefixes } from './unserved-prefixes.ts';

export interface PipelineOptions {
  readonly storage: Storage;
  /** Ends in `/`: `/registry/`. */
  readonly prefix: string;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: ReflectorMetrics;
  /** See ReflectorOptions. No cache is ready before it has been told all of them. */
  readonly replayRevisions: number;
  /**
   * The stream cannot go on, and what is in memory is no longer to be trusted: end the process. It is in the log, and all
   * caches are stopped. Called at most once.
   */
  readonly failed: (error: unknown) => void;
}

/** What flows: one key at a time, in the store's order, and between them how far the stream has come. */
type Step =
  | { readonly type: 'list' }
  | { readonly type: 'item'; readonly kv: KeyValue }
  | { readonly type: 'listed'; readonly revision: Revision; readonly present: Revision }
  /** `more`: other keys of the same resource follow in the same revision. */
  | { readonly type: 'key'; readonly event: KeyEvent; readonly more: boolean }
  | { readonly type: 'change'; readonly feed: ResourceFeed; readonly change: ObjectChange; readonly more: boolean }
  | { readonly type: 'event'; readonly feed: ResourceFeed; readonly event: ObjectEvent; readonly more: boolean }
  | { readonly type: 'reached'; readonly revision: Revision };

/**
 * From the store to every watcher: one stream of the whole prefix feeds the caches of all resources.
 *
 * Between an event's arrival and the last dispatch everything is synchronous: nobody sees half of a revision. A resource
 * is a route: added before `start`, it is filled by the first list of the prefix; added later, by a list of its own prefix
 * that runs beside the stream.
 */
export class Pipeline {
  /** Shared by all caches: made before them. */
  readonly position: StreamPosition;
  /** Where the keys lie that have no route. Complete as soon as the caches are ready. */
  readonly unserved: UnservedPrefixes;
  readonly #options: PipelineOptions;
  readonly #reflector: Reflector;
  readonly #routes: RouteTable<ResourceFeed>;
  readonly #ownLists = new Map<ResourceFeed, OwnList>();
  /** Caches that were found wrong, whose own lists are complete: they wait for a revision of which nothing was told. */
  readonly #refills = new Map<
    ResourceFeed,
    { readonly listRevision: Revision; readonly settle: (done: boolean) => void }
  >();
  readonly #waiting = new Map<ResourceFeed, (filled: boolean) => void>();
  #running: Subscription | undefined;
  #stopped = false;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#reflector = new Reflector(options);
    const requestProgress = (awaited: Revision) => this.#reflector.requestProgress(awaited);
    this.position = new StreamPosition({ clock: options.clock, requestProgress });
    this.#routes = new RouteTable(options.prefix);
    this.unserved = new UnservedPrefixes(options.prefix);
  }

  /** The whole way, read downwards: each line is a folder of src/, or joins two of them. */
  #flow(): Observable<Step> {
    return this.#reflector.signals.pipe(
      // reflector/: list, watch, resume. One step per key, then how far that brought us
      concatMap((signal) => this.#stepsOf(signal)),
      // translate/: bytes become an object of the resource whose prefix the key has; other keys are nobody's
      map((step) => this.#translated(step)),
      filter((step) => step !== undefined),
      // watchcache/: remember it, beside what was before
      map((step) => this.#applied(step)),
      filter((step) => step !== undefined),
      // dispatch/: offer it to every cohort that may want it
      tap((step) => {
        if (step.type === 'event') step.feed.resource.dispatcher.dispatch(step.event, step.more);
      }),
      // and wake who waited for this revision
      tap((step) => {
        if (step.type !== 'reached') return;
        if (this.#refills.size > 0) this.#refillAt(step.revision);
        this.position.advance(step.revision);
      }),
    );
  }

  /** Once. */
  start(): void {
    this.#running = this.#flow().subscribe({ error: this.#fail });
  }

  /** Idempotent and terminal: closes the stream, stops all caches, and tells everybody who waits. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#running?.unsubscribe();
    this.position.stop();
    for (const feed of this.#routes.values()) this.#end(feed);
  }

  /**
   * Begins to feed a resource. Resolves to true once its cache is ready, to false when it never will be: the route was
   * removed or the pipeline stopped before.
   * @throws {RangeError} when the prefix of its shape is taken, or not below the pipeline's.
   */
  addRoute(resource: Resource): Promise<boolean> {
    const feed = new ResourceFeed(resource);
    this.#routes.add(resource.shape.keyPrefix, feed);
    if (this.#stopped) {
      resource.cache.stop();
      return Promise.resolve(false);
    }
    return new Promise((resolve) => {
      this.#waiting.set(feed, resolve);
      if (this.#running !== undefined) this.#readOwnList(feed, (listed) => this.#joinOwnList(feed, listed));
    });
  }

  /** Stops feeding a resource, and its cache with it. Its watchers are the caller's to end. */
  removeRoute(keyPrefix: string): void {
    const feed = this.#routes.delete(keyPrefix);
    if (feed === undefined) return;
    this.unserved.add(keyPrefix.slice(this.#options.prefix.length, -1));
    this.#end(feed);
  }

  /**
   * Fills the cache of a resource anew, because it was found to differ from the store: from a list of its own prefix, while
   * the stream goes on. Its watchers get the difference as events; see WatchCache.refill. Does nothing where the cache is
   * being filled already.
   */
  refill(keyPrefix: string): void {
    const feed = this.#routes.get(keyPrefix);
    if (feed === undefined || feed.inPrefixList || !feed.resource.cache.filled || this.#ownLists.has(feed)) return;
    feed.beginRefill();
    this.#readOwnList(feed, (listRevision) => this.#joinRefill(feed, listRevision));
  }

  /** The store forgot what was before `revision`: exact reads below it end here too. */
  compacted(revision: Revision): void {
    for (const { resource } of this.#routes.values()) resource.cache.compacted(revision);
  }

  readonly #fail = (error: unknown): void => {
    if (this.#stopped) return;
    this.#options.logger.error('the stream from the store cannot go on: what is in memory is of no use any more', {
      error,
    });
    this.stop();
    this.#options.failed(error);
  };

  #stepsOf(signal: ReflectorSignal): readonly Step[] {
    switch (signal.type) {
      case 'list':
      case 'listed':
        return [signal];
      case 'page':
        return signal.items.map((kv) => ({ type: 'item', kv }));
      case 'events': {
        const { revision, events } = signal;
        const [event] = events;
        const reached: Step = { type: 'reached', revision };
        if (event !== undefined && events.length === 1) return [{ type: 'key', event, more: false }, reached];
        return [...this.#keysOf(events), reached];
      }
      case 'progress':
        return [{ type: 'reached', revision: signal.revision }];
      default:
        return signal satisfies never;
    }
  }

  /** Several keys of one revision, from the last to the first, so that each knows whether more of its resource follow. */
  #keysOf(events: readonly KeyEvent[]): Step[] {
    const followed = new Set<ResourceFeed>();
    const steps = events.toReversed().map((event): Step => {
      const feed = this.#routes.find(keyOf(event));
      const more = feed !== undefined && followed.has(feed);
      if (feed !== undefined) followed.add(feed);
      return { type: 'key', event, more };
    });
    return steps.reverse();
  }

  #translated(step: Step): Step | undefined {
    if (step.type !== 'key') return step;
    const { event, more } = step;
    const feed = this.#routes.find(keyOf(event));
    if (feed !== undefined) return { type: 'change', feed, change: feed.translate(event), more };
    if (event.type === 'put') this.unserved.see(event.kv.key);
    return undefined;
  }

  #applied(step: Step): Step | undefined {
    switch (step.type) {
      case 'change': {
        const event = step.feed.apply(step.change);
        return event === undefined ? undefined : { type: 'event', feed: step.feed, event, more: step.more };
      }
      case 'list':
        this.#beginList();
        return undefined;
      case 'item': {
        const feed = this.#routes.find(step.kv.key);
        if (feed === undefined) this.unserved.see(step.kv.key);
        else if (feed.inPrefixList) feed.list(step.kv);
        return undefined;
      }
      case 'listed':
        this.#endList(step.revision, step.present);
        return { type: 'reached', revision: step.revision };
      default:
        return step;
    }
  }

  #beginList(): void {
    for (const feed of this.#routes.values()) {
      this.#stopOwnList(feed);
      feed.inPrefixList = true;
      feed.beginList();
    }
  }

  #endList(revision: Revision, present: Revision): void {
    const filled: ResourceFeed[] = [];
    for (const feed of this.#routes.values()) {
      if (feed.inPrefixList) {
        feed.inPrefixList = false;
        feed.endList(revision, present);
        filled.push(feed);
      } else {
        feed.jump(revision);
      }
    }
    if (revision === present) for (const feed of filled) this.#settle(feed, true);
    else void this.#settleAt(present, filled);
  }

  /** Waiting makes the store tell its progress, should the last revisions be of keys that are nobody's. */
  async #settleAt(present: Revision, filled: readonly ResourceFeed[]): Promise<void> {
    while (!(await this.position.reach(present, streamWaitMs))) if (this.#stopped) return;
    for (const feed of filled) this.#settle(feed, true);
  }

  #readOwnList(feed: ResourceFeed, join: (listRevision: Revision) => boolean | Promise<boolean>): void {
    const { storage, clock, random, logger } = this.#options;
    const list = new OwnList({
      feed,
      storage,
      position: this.position,
      clock,
      random,
      logger,
      join,
      failed: this.#fail,
    });
    this.#ownLists.set(feed, list);
    list.start();
  }

  #joinOwnList(feed: ResourceFeed, listRevision: Revision): boolean {
    if (!feed.endOwnList(listRevision, this.position.revision)) return false;
    this.#ownLists.delete(feed);
    this.#settle(feed, true);
    return true;
  }

  /**
   * True when it is done, false when it was given up. It needs a revision of which nothing was told: on a store to which
   * nobody writes one is made.
   */
  async #joinRefill(feed: ResourceFeed, listRevision: Revision): Promise<boolean> {
    const done = new Promise<boolean>((settle) => this.#refills.set(feed, { listRevision, settle }));
    while (this.#refills.has(feed)) {
      void this.#reflector.advance();
      await this.position.reach(asRevision(this.position.revision + 1), streamWaitMs);
    }
    return done;
  }

  /** The position is about to move to `revision`. A resource that changed in it has told that already, and waits for another. */
  #refillAt(revision: Revision): void {
    if (revision <= this.position.revision) return;
    for (const [feed, { listRevision, settle }] of this.#refills) {
      if (feed.resource.cache.history.newest >= revision) continue;
      feed.endRefill(listRevision, revision);
      this.#refills.delete(feed);
      this.#ownLists.delete(feed);
      settle(true);
    }
  }

  #stopOwnList(feed: ResourceFeed): void {
    this.#ownLists.get(feed)?.stop();
    this.#ownLists.delete(feed);
    this.#refills.get(feed)?.settle(false);
    this.#refills.delete(feed);
    feed.abandonRefill();
  }

  #end(feed: ResourceFeed): void {
    this.#stopOwnList(feed);
    feed.resource.cache.stop();
    this.#settle(feed, false);
  }

  #settle(feed: ResourceFeed, filled: boolean): void {
    this.#waiting.get(feed)?.(filled);
    this.#waiting.delete(feed);
  }
}

const keyOf = (event: KeyEvent): string => (event.type === 'put' ? event.kv.key : event.key);
