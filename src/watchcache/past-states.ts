import type { OrderedMap } from '../base/ordered-map.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { HistoryReader } from './cache-reader.ts';

type Tree = OrderedMap<StoredObject>;

export interface PastStatesOptions {
  /** How many states that somebody asked for are kept, the last used ones. */
  readonly maxKept: number;
  /** A state is kept at every so many events, asked for or not: the most that one answer has to undo. */
  readonly checkpointEvents: number;
}

/**
 * 16: as many clients page through different revisions of one resource at once. 4,096 events are undone in some
 * milliseconds; a full ring of 102,400 events then has 25 checkpoints, each costing the tree's nodes written since.
 */
export const defaultPastStatesOptions: PastStatesOptions = { maxKept: 16, checkpointEvents: 4096 };

type RecentEvents = Pick<HistoryReader, 'startIndex' | 'endIndex' | 'at'>;

/**
 * The objects as they were before the event at some history index, for any index still in history.
 *
 * kube-apiserver clones its tree at every event. Here nothing is done per event: a past state is the nearest later state
 * that is at hand, cloned, with history undone backwards. It is kept, as a client that asked for one page of it will ask
 * for the next. A state is addressed by index, not by revision: the revisions between two events share one.
 * States that fall off history are dropped with it.
 */
export class PastStates {
  readonly #history: RecentEvents;
  readonly #options: PastStatesOptions;
  /** In order of use, the last used last. */
  readonly #kept = new Map<number, Tree>();
  readonly #checkpoints = new Map<number, Tree>();
  #oldest = Number.POSITIVE_INFINITY;

  constructor(history: RecentEvents, options: PastStatesOptions) {
    this.#history = history;
    this.#options = options;
  }

  /** How many states are kept. */
  get size(): number {
    return this.#kept.size + this.#checkpoints.size;
  }

  /** The state before the event at `index`, which must be in [startIndex, endIndex]. `now` is the state at endIndex. Nobody may write to the result. */
  at(index: number, now: Tree): Tree {
    const state = this.#kept.get(index) ?? this.#undone(index, now);
    this.#kept.delete(index);
    this.#kept.set(index, state);
    this.#oldest = Math.min(this.#oldest, index);
    if (this.#kept.size > this.#options.maxKept) {
      for (const lastUsed of this.#kept.keys()) {
        this.#kept.delete(lastUsed);
        break;
      }
    }
    return state;
  }

  /** To be called after every event; `now` is the state behind it. */
  advance(now: Tree): void {
    this.trim();
    const { endIndex } = this.#history;
    if (endIndex % this.#options.checkpointEvents !== 0) return;
    this.#checkpoints.set(endIndex, now.clone());
    this.#oldest = Math.min(this.#oldest, endIndex);
  }

  /** Drops what history has evicted. */
  trim(): void {
    const { startIndex } = this.#history;
    if (this.#oldest < startIndex) this.dropBefore(startIndex);
  }

  dropBefore(index: number): void {
    this.#oldest = Number.POSITIVE_INFINITY;
    for (const states of [this.#kept, this.#checkpoints]) {
      for (const at of states.keys()) {
        if (at < index) states.delete(at);
        else this.#oldest = Math.min(this.#oldest, at);
      }
    }
  }

  #undone(index: number, now: Tree): Tree {
    let nearest = this.#history.endIndex;
    let base = now;
    for (const states of [this.#kept, this.#checkpoints]) {
      for (const [at, tree] of states) {
        if (at >= index && at < nearest) {
          nearest = at;
          base = tree;
        }
      }
    }
    const state = base.clone();
    for (let at = nearest - 1; at >= index; at--) {
      const { current, previous } = this.#history.at(at);
      if (previous !== undefined) state.set(previous.key, previous);
      else if (current !== undefined) state.delete(current.key);
    }
    return state;
  }
}
