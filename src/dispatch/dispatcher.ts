import type { Clock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { noRevision, type Revision } from '../base/revision.ts';
import type { Status } from '../machinery/api-error.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import type { CacheReader } from '../watchcache/cache-reader.ts';
import type { ObjectEvent } from '../watchcache/object-event.ts';
import { shownRevision } from '../watchcache/shown-revision.ts';
import { bookmarkRetryMs, defaultBookmarkIntervalMs, lastBookmarkAt, nextBookmarkAt } from './bookmark-schedule.ts';
import { Burst } from './burst.ts';
import { Change } from './change.ts';
import { Cohort } from './cohort.ts';
import { CohortIndex } from './cohort-index.ts';
import type { DispatchCounts } from './dispatch-counts.ts';
import type { DispatcherOptions } from './dispatcher-options.ts';
import { Faults } from './faults.ts';
import { SharedBatch } from './frame-batch.ts';
import type { FrameSink } from './frame-sink.ts';
import { type HistoryPiece, historyPiece, type StatePiece, statePiece } from './interval.ts';
import { type DispatchLimits, defaultDispatchLimits } from './limits.ts';
import { type DispatchMetrics, dispatchMetrics } from './metrics.ts';
import { PieceCache } from './piece-cache.ts';
import { narrowed } from './scope.ts';
import { SharedView } from './shared-view.ts';
import { StateRuns } from './state-runs.ts';
import { TimeWheel } from './time-wheel.ts';
import type { View } from './view.ts';
import type { WatchEnd } from './watch-end.ts';
import type { WatchSpec } from './watch-spec.ts';
import { Watcher, type WatcherHost } from './watcher.ts';
import type { WatcherHandle } from './watcher-handle.ts';

/**
 * Everybody who watches one resource.
 *
 * Events come in one by one, each right after the cache took it, and are offered to the cohorts that may want them; at the
 * end of the turn each cohort's batch is written to its live members. Who pushes back reads on from the cache's history
 * (see Watcher), in bounded steps that share a budget per turn, until it is live again or history has moved past it.
 *
 * An event costs one look-up per index place and one selection per cohort found there; a delivery is one call of
 * `sink.write`. Everything is synchronous: order follows from the order of calls. Sinks may call back at any time; no sink
 * is called while an event is being offered. A sink that throws costs its own watcher; an event that cannot be made, because
 * its view throws, ends those who are owed it with an ERROR event, and `dispatch` goes on.
 */
export class Dispatcher {
  readonly #shape: ObjectShape;
  readonly #cache: Pick<CacheReader, 'history' | 'revision'>;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #bookmarkIntervalMs: number;
  readonly #limits: DispatchLimits;
  readonly #metrics: DispatchMetrics;
  readonly #faults: Faults;
  readonly #index: CohortIndex<Cohort>;
  readonly #cohorts = new Map<string, Cohort>();
  readonly #views = new Map<string, SharedView>();
  readonly #watchers = new Set<Watcher>();
  readonly #wheel: TimeWheel<Watcher>;
  readonly #lagging = new Set<Watcher>();
  /** No lagging watcher's cursor is below it. */
  #slowest = Infinity;
  readonly #future = new Set<Watcher>();
  /** No future watcher waits for less. */
  #nearestFuture = Infinity;
  /** Who has more to read, from `#queueHead` on. */
  readonly #queue: Watcher[] = [];
  #queueHead = 0;
  readonly #historyPieces = new PieceCache<HistoryPiece>();
  readonly #statePieces = new PieceCache<StatePiece>();
  readonly #stateRuns: StateRuns;
  #nextCohortId = 1;
  /** Every event of history below this index was offered. Between turns that is all there are. */
  #offered: number;
  #newest: Revision = noRevision;
  /** Of the last event that was no deletion. */
  #lastPut: Revision = noRevision;
  /** Cohorts with something pending. */
  #dirty: Cohort[] = [];
  /** Those whose batch has grown too large to wait for the end of the turn. */
  readonly #overfull: Cohort[] = [];
  #change: Change | undefined;
  /** What those are told who are owed that event, once it could not be made for one of them. */
  #spoiled: Status | undefined;
  #turnScheduled = false;
  #turnBegan: number | undefined;
  readonly #burst: Burst;
  readonly #host: WatcherHost;

  constructor(options: DispatcherOptions) {
    this.#shape = options.shape;
    this.#cache = options.cache;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#bookmarkIntervalMs = options.bookmarkIntervalMs ?? defaultBookmarkIntervalMs;
    this.#limits = options.limits ?? defaultDispatchLimits;
    this.#stateRuns = new StateRuns(this.#limits.stateBytes);
    this.#metrics = dispatchMetrics(options.meter, options);
    this.#faults = new Faults(options.logger ?? silentLogger);
    this.#offered = options.cache.history.endIndex;
    this.#index = new CohortIndex(options.triggerField);
    this.#wheel = new TimeWheel(options.clock, (watcher) => this.#wake(watcher));
    this.#burst = new Burst(options.clock, this.#limits, () => this.#schedule());
    this.#host = this.#makeHost();
  }

  get counts(): DispatchCounts {
    return {
      watchers: this.#watchers.size,
      lagging: this.#lagging.size,
      future: this.#future.size,
      cohorts: this.#cohorts.size,
      views: this.#views.size,
      timers: this.#wheel.size,
      queued: this.#queue.length - this.#queueHead,
      pieces: this.#historyPieces.size + this.#statePieces.size + this.#stateRuns.size,
    };
  }

  /** True when the index has no place left for any cohort: what a test asserts after the last watch. */
  get indexEmpty(): boolean {
    return this.#index.empty;
  }

  /**
   * Offers one event. Every event that the cache puts into its history is dispatched once, in order, in the same turn;
   * several may be in history already when the first of them is dispatched, as after a relist. `more`: others of its revision
   * may follow.
   * @throws {RangeError} when history holds no event that was not dispatched yet.
   */
  dispatch(event: ObjectEvent, more = false): void {
    const index = this.#offered;
    if (index >= this.#cache.history.endIndex) throw new RangeError(`event ${event.revision} is not in history`);
    this.#metrics.dispatched();
    this.#newest = event.revision;
    this.#offered = index + 1;
    const behindPut = this.#lastPut === event.revision;
    if (event.current !== undefined) this.#lastPut = event.revision;
    if (this.#index.size === 0) return;
    this.#change = new Change(event, shownRevision(event, more, behindPut));
    try {
      this.#index.visit(event, this.#offer);
    } catch (error) {
      // Who wants it cannot be told: nobody is let pass over it.
      for (const cohort of this.#cohorts.values()) this.#spoil(cohort, error);
    }
    this.#change = undefined;
    this.#spoiled = undefined;
    for (const view of this.#views.values()) view.forget();
    if (event.revision >= this.#nearestFuture) this.#arrive(event.revision, behindPut, index);
    if (this.#lagging.size > 0) this.#schedule();
    while (this.#overfull.length > 0) this.#overfull.pop()?.flush(this.#offered);
  }

  readonly #offer = (cohort: Cohort): void => {
    const change = this.#change;
    if (change === undefined) return;
    try {
      if (cohort.offer(change)) this.#flushLater(cohort);
    } catch (error) {
      this.#spoil(cohort, error);
    }
    if (cohort.pendingBytes >= this.#limits.flushBytes || cohort.pendingFrames >= this.#limits.flushFrames)
      this.#overfull.push(cohort);
    if (cohort.pendingBytes >= this.#limits.gatherBytes) this.#flushNow();
  };

  #flushLater(cohort: Cohort): void {
    this.#dirty.push(cohort);
    this.#turnBegan ??= this.#clock.now();
    this.#schedule();
  }

  #flushNow(): void {
    this.#burst.enough();
    this.#schedule();
  }

  /** The event being dispatched cannot be made for this cohort. */
  #spoil(cohort: Cohort, error: unknown): void {
    this.#spoiled ??= this.#faults.unmade(error);
    if (cohort.spoil(this.#spoiled)) this.#flushLater(cohort);
  }

  /**
   * Opens a watch into what `openSink` gives, which is called once, before this returns; it may close the watcher already.
   * Nothing that has to be read is written before the end of the turn.
   */
  open(spec: WatchSpec, openSink: (watcher: WatcherHandle) => FrameSink): WatcherHandle {
    const watcher = new Watcher(this.#cohortOf(spec), spec, this.#host);
    watcher.cohort.watchers++;
    this.#watchers.add(watcher);
    this.#metrics.open(this.#watchers.size);
    let sink: FrameSink;
    try {
      sink = openSink(watcher);
    } catch (error) {
      watcher.close('client');
      throw error;
    }
    if (watcher.closed === undefined) this.#setTimes(watcher, spec.timeoutMs);
    watcher.start(sink, this.#cache.revision);
    if (watcher.future) {
      this.#future.add(watcher);
      this.#nearestFuture = Math.min(this.#nearestFuture, watcher.after ?? Infinity);
    }
    return watcher;
  }

  /**
   * Everybody who takes bookmarks gets the next one within a quarter of a second, or once they have caught up: for after a
   * relist, from inside of which nobody can resume.
   */
  bookmarkSoon(): void {
    const now = this.#clock.now();
    for (const watcher of this.#watchers) {
      if (!watcher.bookmarks) continue;
      watcher.bookmarkAt = now;
      this.#wheel.add(watcher, now);
    }
  }

  /** Answers a watch with one ERROR event and a clean end. */
  refuse(view: View, status: Status, openSink: (watcher: WatcherHandle) => FrameSink): void {
    const sink = openSink({ drained() {}, close() {}, fail() {} });
    this.#metrics.ended('error');
    try {
      try {
        sink.write(SharedBatch.of(view.error(status)));
      } finally {
        sink.end();
      }
    } catch (error) {
      this.#faults.broke(error);
    }
  }

  /** Ends every open watch, also one that is opened meanwhile, with what live ones are owed written before. */
  closeAll(reason: WatchEnd): void {
    for (const watcher of this.#watchers) watcher.close(reason);
  }

  #makeHost(): WatcherHost {
    const { history } = this.#cache;
    const limits = this.#limits;
    const state = { limits, runs: this.#stateRuns };
    const offered = (): number => this.#offered;
    return {
      history,
      get offered() {
        return offered();
      },
      stepCost: limits.pieceBytes,
      historyPiece: (cohort, from, first) => {
        const make = () => historyPiece(history, cohort, from, this.#offered, first, limits);
        return first ? make() : this.#historyPieces.get(cohort, `${from}`, make);
      },
      statePiece: (cohort, snapshot, from, first) => {
        const make = () => statePiece(snapshot, this.#shape, cohort, from, first, state);
        const piece = first ? make() : this.#statePieces.get(cohort, `${snapshot.revision}:${from ?? ''}`, make);
        this.#metrics.initialEvents(piece.batch?.frames.length ?? 0);
        return piece;
      },
      queue: (watcher) => {
        if (watcher.queued) return;
        watcher.queued = true;
        this.#queue.push(watcher);
        this.#schedule();
      },
      lags: (watcher, lagging) => this.#lags(watcher, lagging),
      ended: (watcher, reason) => this.#ended(watcher, reason),
      faults: this.#faults,
    };
  }

  #lags(watcher: Watcher, lagging: boolean): void {
    if (lagging) {
      this.#lagging.add(watcher);
      this.#slowest = Math.min(this.#slowest, watcher.cursor);
    } else if (!this.#lagging.delete(watcher)) return;
    if (this.#lagging.size > 0) return;
    this.#slowest = Infinity;
    this.#historyPieces.clear();
    this.#statePieces.clear();
    this.#stateRuns.clear();
    this.#metrics.lagging(0);
  }

  #ended(watcher: Watcher, reason: WatchEnd): void {
    this.#watchers.delete(watcher);
    this.#future.delete(watcher);
    if (this.#future.size === 0) this.#nearestFuture = Infinity;
    this.#wheel.delete(watcher);
    this.#lags(watcher, false);
    const { cohort } = watcher;
    if (--cohort.watchers === 0) this.#drop(cohort);
    this.#metrics.ended(reason);
    this.#metrics.open(this.#watchers.size);
  }

  #cohortOf(spec: WatchSpec): Cohort {
    const selection = narrowed(spec);
    const { namespace, name } = selection.scope;
    const key = JSON.stringify([namespace, name, selection.labels.canonical, selection.fields.canonical, spec.view.id]);
    let cohort = this.#cohorts.get(key);
    if (cohort === undefined) {
      let view = this.#views.get(spec.view.id);
      if (view === undefined) this.#views.set(spec.view.id, (view = new SharedView(spec.view)));
      view.cohorts++;
      cohort = new Cohort(this.#nextCohortId++, key, selection, view, this.#metrics);
      this.#cohorts.set(key, cohort);
      this.#index.add(cohort);
      this.#metrics.cohorts(this.#cohorts.size);
    }
    return cohort;
  }

  #drop(cohort: Cohort): void {
    this.#cohorts.delete(cohort.key);
    this.#index.delete(cohort);
    const { view } = cohort;
    if (--view.cohorts === 0) this.#views.delete(view.view.id);
    this.#metrics.cohorts(this.#cohorts.size);
  }

  #setTimes(watcher: Watcher, timeoutMs: number): void {
    const now = this.#clock.now();
    watcher.deadline = now + timeoutMs;
    if (watcher.bookmarks) {
      watcher.lastBookmarkAt = lastBookmarkAt(now, timeoutMs);
      this.#planBookmark(watcher, now);
    }
    this.#wheel.add(watcher, Math.min(watcher.deadline, watcher.bookmarkAt));
  }

  #planBookmark(watcher: Watcher, now: number): void {
    watcher.bookmarkAt =
      nextBookmarkAt(now, watcher.lastBookmarkAt, this.#bookmarkIntervalMs, this.#random()) ?? Infinity;
  }

  /** A watcher's bookmark or its deadline has come. */
  #wake(watcher: Watcher): void {
    const now = this.#clock.now();
    if (now >= watcher.deadline) {
      watcher.close('deadline');
      return;
    }
    if (watcher.future && (watcher.after ?? Infinity) <= this.#cache.revision) {
      this.#future.delete(watcher);
      watcher.arrive(this.#offered);
    }
    if (this.#cache.revision >= this.#newest && watcher.bookmark(this.#cache.revision))
      this.#planBookmark(watcher, now);
    else watcher.bookmarkAt = now + bookmarkRetryMs;
    if (watcher.closed === undefined) this.#wheel.add(watcher, Math.min(watcher.deadline, watcher.bookmarkAt));
  }

  /**
   * The event just offered may be the first above what some watchers wait for: they begin with it, at `index`. So do those who
   * wait for just this revision, of which another replica may have told them no more than the `put` before this event.
   */
  #arrive(revision: Revision, behindPut: boolean, index: number): void {
    let nearest = Infinity;
    for (const watcher of this.#future) {
      const after = watcher.after ?? Infinity;
      if (after < revision || (after === revision && behindPut)) {
        this.#future.delete(watcher);
        watcher.arrive(index);
      } else nearest = Math.min(nearest, after);
    }
    this.#nearestFuture = nearest;
  }

  #schedule(): void {
    if (this.#turnScheduled) return;
    this.#turnScheduled = true;
    this.#clock.endOfTurn(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    this.#turnScheduled = false;
    if (this.#dirty.length > 0 && !this.#burst.gathers()) this.#flush();
    if (this.#cache.history.startIndex > this.#slowest) this.#endOvertaken();
    if (this.#queue.length > this.#queueHead) this.#stepQueue();
    if (this.#lagging.size > 0) this.#metrics.lagging(this.#lagging.size);
  };

  /** Gives what is pending to all live watchers. */
  #flush(): void {
    const began = this.#clock.now();
    const dirty = this.#dirty;
    this.#dirty = [];
    let frames = 0;
    for (const cohort of dirty) {
      frames = Math.max(frames, cohort.pendingFrames);
      cohort.flush(this.#offered);
    }
    const now = this.#clock.now();
    this.#burst.flushed(frames, now - began);
    if (this.#turnBegan !== undefined) this.#metrics.turnTook((now - this.#turnBegan) / 1000);
    this.#turnBegan = undefined;
  }

  /** Whoever history has moved past will never get its next event, whether its socket takes more or not. */
  #endOvertaken(): void {
    let slowest = Infinity;
    for (const watcher of this.#lagging) {
      if (watcher.overtaken) watcher.close('lagging');
      else slowest = Math.min(slowest, watcher.cursor);
    }
    this.#slowest = slowest;
  }

  /** One step each, oldest first, until this turn's share is used up; the rest, and who asks again, wait for the next. */
  #stepQueue(): void {
    const queue = this.#queue;
    const last = queue.length;
    let next = this.#queueHead;
    let cost = 0;
    while (next < last && cost < this.#limits.turnBytes) {
      const watcher = queue[next++];
      if (watcher === undefined) continue;
      watcher.queued = false;
      cost += watcher.step();
    }
    // What was taken goes in one move once it is most of the list, so that each place is moved once on average.
    if (next * 2 > queue.length) {
      queue.copyWithin(0, next);
      queue.length -= next;
      next = 0;
    }
    this.#queueHead = next;
    if (next < queue.length) this.#schedule();
  }
}
