import type { StoredObject } from '../translate/stored-object.ts';
import type { Cohort } from './cohort.ts';
import { SharedBatch } from './frame-batch.ts';

/** On average so many objects make a run, unless they are large. */
const runLength = 64;

interface Run {
  readonly cohort: Cohort;
  readonly objects: readonly StoredObject[];
  readonly batch: SharedBatch;
}

/**
 * The initial state of a herd, as ADDED frames that are made once for all of its watchers, whenever each of them comes.
 *
 * States are cut into runs where an object's key says so, and a run is kept under its first object and used only while
 * every object in it is the very same: so watchers that arrive between writes share all but the runs that changed. Where
 * several cohorts begin a run with one object, the last one's is kept. What is kept has `maxBytes` as its bound; the run
 * not used for longest goes first.
 */
export class StateRuns {
  readonly #maxBytes: number;
  /** In order of last use. */
  readonly #runs = new Map<StoredObject, Run>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#runs.size;
  }

  /** Whether a run ends with this object. */
  static endsWith({ keyHash }: StoredObject): boolean {
    return keyHash % runLength === 0;
  }

  /** The frames of `objects`, at least one, for any but the first write of a watch. */
  batchOf(cohort: Cohort, objects: readonly StoredObject[]): SharedBatch {
    const [first] = objects;
    const kept = first === undefined ? undefined : this.#take(first);
    if (kept !== undefined && kept.cohort === cohort && isSame(kept.objects, objects)) {
      this.#put(kept);
      return kept.batch;
    }
    const { view } = cohort.view;
    const batch = SharedBatch.packed(objects.map((object) => view.event('ADDED', object, false)));
    // A loner's state is nobody else's.
    if (cohort.watchers > 1) this.#put({ cohort, objects, batch });
    return batch;
  }

  clear(): void {
    this.#runs.clear();
    this.#bytes = 0;
  }

  #take(first: StoredObject): Run | undefined {
    const run = this.#runs.get(first);
    if (run === undefined) return undefined;
    this.#runs.delete(first);
    this.#bytes -= run.batch.byteLength;
    return run;
  }

  #put(run: Run): void {
    const [first] = run.objects;
    if (first === undefined) return;
    this.#runs.set(first, run);
    this.#bytes += run.batch.byteLength;
    for (const oldest of this.#runs.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#take(oldest);
    }
  }
}

const isSame = (one: readonly StoredObject[], other: readonly StoredObject[]): boolean =>
  one.length === other.length && one.every((object, i) => object === other[i]);
