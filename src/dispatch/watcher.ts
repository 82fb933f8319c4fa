import type { Revision } from '../base/revision.ts';
import type { Status } from '../machinery/api-error.ts';
import type { HistoryReader } from '../watchcache/cache-reader.ts';
import type { Snapshot } from '../watchcache/snapshot.ts';
import type { Cohort, Member } from './cohort.ts';
import type { Faults } from './faults.ts';
import { SharedBatch } from './frame-batch.ts';
import type { FrameSink } from './frame-sink.ts';
import type { HistoryPiece, StatePiece } from './interval.ts';
import type { WatchEnd } from './watch-end.ts';
import type { WatchSpec } from './watch-spec.ts';
import type { WatcherHandle } from './watcher-handle.ts';

/** What a watcher needs of its dispatcher. */
export interface WatcherHost {
  readonly history: HistoryReader;
  /** The history index below which every event has been offered to the cohorts. Nobody reads on beyond it. */
  readonly offered: number;
  /** How much one step may cost when there is nothing to write: see Piece. */
  readonly stepCost: number;
  historyPiece(cohort: Cohort, from: number, first: boolean): HistoryPiece;
  statePiece(cohort: Cohort, snapshot: Snapshot, from: string | undefined, first: boolean): StatePiece;
  /** The watcher has more to read: gives it a `step` at the end of this turn or of a later one. */
  queue(watcher: Watcher): void;
  /** The watcher is live, or not. */
  lags(watcher: Watcher, lagging: boolean): void;
  /** The watcher is over: nobody keeps it. */
  ended(watcher: Watcher, reason: WatchEnd): void;
  readonly faults: Faults;
}

/** Before the sink is there nothing can be written. */
const noSink: FrameSink = { write: () => true, end() {} };

/**
 * One open watch: a cursor into history and a sink.
 *
 *   state ──→ behind ⇄ live          behind: reads its interval in bounded steps, one write each
 *   future ─────↗                    live: its cohort writes to it
 *
 * `state` sends the snapshot first; `future` waits for the first event above the revision it asked for. Only `live` does
 * not need the cursor. From each of them it may be closed. After a write that the sink answers with false nothing is
 * written until `drained`: what it costs to be slow is the cursor and that one write.
 */
export class Watcher implements WatcherHandle, Member {
  slot = -1;
  fresh: boolean;
  readonly cohort: Cohort;
  readonly bookmarks: boolean;
  /** In the clock's `now`: when the watch is over, when its last bookmark is due, and when to look at it next. */
  deadline = Infinity;
  lastBookmarkAt = Infinity;
  bookmarkAt = Infinity;
  /** In the dispatcher's queue of those that have more to read. The dispatcher's to write. */
  queued = false;
  /** Events at or below it are not for this watch, although its cursor may stand before them. */
  readonly after: Revision | undefined;
  readonly #host: WatcherHost;
  #sink: FrameSink = noSink;
  #cursor: number;
  #snapshot: Snapshot | undefined;
  #stateKey: string | undefined;
  #initialEventsEnd: boolean;
  #future = false;
  #blocked = false;
  #end: WatchEnd | undefined;

  constructor(cohort: Cohort, spec: WatchSpec, host: WatcherHost) {
    this.cohort = cohort;
    this.#host = host;
    this.fresh = spec.view.firstDiffers;
    this.bookmarks = spec.bookmarks;
    this.#initialEventsEnd = spec.bookmarks && spec.initialEventsEnd;
    this.#cursor = spec.start.index;
    this.after = spec.start.from === 'history' ? spec.start.after : undefined;
    this.#snapshot = spec.start.from === 'state' ? spec.start.snapshot : undefined;
  }

  get sink(): FrameSink {
    return this.#sink;
  }

  get live(): boolean {
    return this.slot >= 0;
  }

  get future(): boolean {
    return this.#future;
  }

  get closed(): WatchEnd | undefined {
    return this.#end;
  }

  /** It was given every event below this index, unless it is live: then whatever its cohort has given. */
  get cursor(): number {
    return this.#cursor;
  }

  /**
   * Begins. `reached`: the cache's revision. A watch that is to begin above it waits; one with nothing to read is live at
   * once; all others take their first step at the end of the turn.
   */
  start(sink: FrameSink, reached: Revision): void {
    this.#sink = sink;
    if (this.#end !== undefined) {
      if (this.#end !== 'client') this.#endSink();
      return;
    }
    this.#skipSeen();
    if (this.after !== undefined && this.after > reached && this.#cursor >= this.#host.offered) {
      this.#future = true;
      return;
    }
    if (this.#snapshot === undefined && this.#join()) return;
    this.#host.lags(this, true);
    this.#host.queue(this);
  }

  /** What it waited for is at `cursor`, or will be: it is in the future no more. Writes nothing to its own sink. */
  arrive(cursor: number): void {
    this.#future = false;
    this.#cursor = cursor;
    if (this.#join()) return;
    this.#host.lags(this, true);
    this.#host.queue(this);
  }

  drained(): void {
    if (!this.#blocked || this.#end !== undefined) return;
    this.#blocked = false;
    if (this.#snapshot !== undefined || !this.#join()) this.#host.queue(this);
  }

  /**
   * One bounded write towards being live, or some looking about when nothing is wanted. Asks for another when that was
   * not all and the sink takes more. Returns the cost.
   */
  step(): number {
    if (this.#end !== undefined) return 0;
    if (this.overtaken) {
      this.close('lagging');
      return 0;
    }
    const cost = this.#read();
    if (this.#end === undefined && !this.#blocked && !this.live) this.#host.queue(this);
    return cost;
  }

  #read(): number {
    try {
      return this.#snapshot === undefined ? this.#stepHistory() : this.#stepState(this.#snapshot);
    } catch (error) {
      this.fail(this.#host.faults.unmade(error));
      return this.#host.stepCost;
    }
  }

  /** Its next event was evicted: it can only be ended. */
  get overtaken(): boolean {
    return this.#cursor < this.#host.history.startIndex;
  }

  fellBehind(cursor: number): void {
    this.#cursor = cursor;
    this.#blocked = true;
    this.#host.lags(this, true);
  }

  /** Sends a bookmark if it has been given everything until now. False: it is behind, or waits for the future. */
  bookmark(reached: Revision): boolean {
    const { offered } = this.#host;
    this.cohort.flush(offered);
    if (!this.live) return false;
    try {
      const { view } = this.cohort;
      const batch = this.fresh ? SharedBatch.of(view.view.bookmark(reached, false, true)) : view.bookmark(reached);
      this.cohort.give(this, batch, offered);
    } catch (error) {
      this.fail(this.#host.faults.unmade(error));
    }
    return true;
  }

  broke(error: unknown): void {
    this.#host.faults.broke(error);
    this.close('broken');
  }

  close(reason: WatchEnd): void {
    if (!this.#finish(reason)) return;
    if (reason !== 'client') this.#endSink();
  }

  fail(status: Status): void {
    if (!this.#finish('error')) return;
    try {
      this.#sink.write(SharedBatch.of(this.cohort.view.view.error(status)));
    } catch (error) {
      this.#host.faults.broke(error);
    }
    this.#endSink();
  }

  #endSink(): void {
    try {
      this.#sink.end();
    } catch (error) {
      this.#host.faults.broke(error);
    }
  }

  /** False when it was closed already. What a live watcher is owed of this turn is written before. */
  #finish(reason: WatchEnd): boolean {
    const writable = reason !== 'client' && reason !== 'broken';
    if (this.#end === undefined && this.live && writable) this.cohort.flush(this.#host.offered);
    if (this.#end !== undefined) return false;
    this.#end = reason;
    this.#snapshot = undefined;
    this.cohort.remove(this);
    this.#host.ended(this, reason);
    return true;
  }

  #skipSeen(): void {
    const { after } = this;
    if (after === undefined || this.overtaken) return;
    const { history, offered } = this.#host;
    while (this.#cursor < offered && history.at(this.#cursor).revision <= after) this.#cursor++;
  }

  /** Becomes live, or turns out closed, if there is nothing to read before what the cohort is about to write. */
  #join(): boolean {
    const { cohort } = this;
    const { offered } = this.#host;
    if (this.#cursor === offered && !cohort.admits(offered, offered)) {
      cohort.flush(offered);
      if (this.#end !== undefined) return true;
    }
    if (!cohort.admits(this.#cursor, offered)) return false;
    cohort.add(this, this.#cursor);
    this.#host.lags(this, false);
    return true;
  }

  #stepHistory(): number {
    const { offered, stepCost } = this.#host;
    let cost = 0;
    while (cost < stepCost && !this.#join() && this.#cursor < offered) {
      const piece = this.#host.historyPiece(this.cohort, this.#cursor, this.fresh);
      this.#cursor = piece.next;
      cost += piece.cost;
      if (piece.batch === undefined) continue;
      this.#write(piece.batch);
      if (this.#end === undefined && !this.#blocked) this.#join();
      break;
    }
    return cost;
  }

  #stepState(snapshot: Snapshot): number {
    const piece = this.#host.statePiece(this.cohort, snapshot, this.#stateKey, this.fresh);
    this.#stateKey = piece.next;
    let batch = piece.batch;
    if (piece.next === undefined) {
      this.#snapshot = undefined;
      if (this.#initialEventsEnd) batch = this.#withEnd(batch, snapshot.revision);
    }
    if (batch !== undefined) this.#write(batch);
    if (this.#end === undefined && !this.#blocked && this.#snapshot === undefined) this.#join();
    return piece.cost;
  }

  /** The last of the state and, in the same write, the bookmark that says so. */
  #withEnd(batch: SharedBatch | undefined, revision: Revision): SharedBatch {
    const bookmark = this.cohort.view.view.bookmark(revision, true, this.fresh && batch === undefined);
    return batch === undefined ? SharedBatch.of(bookmark) : SharedBatch.ofAll([...batch.frames, bookmark]);
  }

  #write(batch: SharedBatch): void {
    this.fresh = false;
    this.cohort.metrics.delivered(batch, 1);
    try {
      if (!this.#sink.write(batch)) this.#blocked = true;
    } catch (error) {
      this.broke(error);
    }
  }
}
