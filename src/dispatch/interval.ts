import { objectKey } from '../translate/object-key.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { HistoryReader } from '../watchcache/cache-reader.ts';
import { shownInHistory } from '../watchcache/shown-revision.ts';
import type { Snapshot } from '../watchcache/snapshot.ts';
import type { Cohort } from './cohort.ts';
import { SharedBatch } from './frame-batch.ts';
import type { DispatchLimits } from './limits.ts';
import { StateRuns } from './state-runs.ts';
import type { WatchScope } from './watch-spec.ts';

/**
 * One bounded write out of an interval, the events that a watcher must replay before it can be live, and where to go on.
 * Pure: whoever of a cohort stands at the same point gets the same piece.
 */
export interface Piece<Next> {
  /** undefined: nothing here was wanted. */
  readonly batch: SharedBatch | undefined;
  readonly next: Next;
  /** What making it cost, in bytes written or their worth in objects looked at: what a turn's share is counted in. */
  readonly cost: number;
}

/** Next: the history index to read on from. */
export type HistoryPiece = Piece<number>;
/** Next: the key to read on from; undefined when the state is complete. */
export type StatePiece = Piece<string | undefined>;

/** Looking at an object is worth this many bytes written; at one that must be parsed for it, perhaps for the first time, more. */
const glanceCost = 64;
const inspectionCost = 4096;

const costOf = (cohort: Cohort, looked: number, bytes: number): number =>
  bytes + looked * (cohort.selective ? inspectionCost : glanceCost);

/** Events of [from, to) as `cohort` sees them. `first`: nothing was sent before. `from` must be readable. */
export function historyPiece(
  history: HistoryReader,
  cohort: Cohort,
  from: number,
  to: number,
  first: boolean,
  limits: DispatchLimits,
): HistoryPiece {
  const { view } = cohort.view;
  const end = Math.min(to, (Math.floor(from / limits.pieceEvents) + 1) * limits.pieceEvents);
  const frames: Buffer[] = [];
  let bytes = 0;
  let index = from;
  for (; index < end && bytes < limits.pieceBytes; index++) {
    const event = history.at(index);
    const type = cohort.select(event);
    if (type === undefined) continue;
    const object = type === 'DELETED' ? event.previous?.at(shownInHistory(history, index, event)) : event.current;
    if (object === undefined) continue;
    const frame = view.event(type, object, first && frames.length === 0);
    frames.push(frame);
    bytes += frame.length;
  }
  return { batch: batchOf(frames), next: index, cost: costOf(cohort, index - from, bytes) };
}

/** The snapshot's objects from key `from` as ADDED events. Only the keys of the cohort's scope are visited. */
export function statePiece(
  snapshot: Snapshot,
  shape: ObjectShape,
  cohort: Cohort,
  from: string | undefined,
  first: boolean,
  { limits, runs }: { readonly limits: DispatchLimits; readonly runs: StateRuns },
): StatePiece {
  const objects: StoredObject[] = [];
  let bytes = 0;
  let looked = 0;
  let next: string | undefined;
  const take = (object: StoredObject): boolean => {
    looked++;
    if (cohort.wants(object)) {
      objects.push(object);
      bytes += object.bytes.length;
    }
    const more = bytes < limits.pieceBytes && costOf(cohort, looked, bytes) < limits.turnBytes;
    if (more && !(objects.length > 0 && StateRuns.endsWith(object))) return true;
    next = `${object.key}\0`;
    return false;
  };
  const single = singleKey(shape, cohort.selection.scope);
  if (single === undefined) {
    const range = keyRange(shape, cohort.selection.scope);
    snapshot.visit(from ?? range.from, range.to, take);
  } else {
    const object = snapshot.get(single);
    if (object !== undefined) take(object);
    next = undefined;
  }
  const batch = objects.length === 0 ? undefined : first ? firstBatch(cohort, objects) : runs.batchOf(cohort, objects);
  return { batch, next, cost: costOf(cohort, looked, batch?.byteLength ?? 0) };
}

function firstBatch({ view: { view } }: Cohort, objects: readonly StoredObject[]): SharedBatch {
  return SharedBatch.ofAll(objects.map((object, index) => view.event('ADDED', object, index === 0)));
}

const batchOf = (frames: readonly Buffer[]): SharedBatch | undefined =>
  frames.length === 0 ? undefined : SharedBatch.ofAll(frames);

/** The one key that the scope is about; undefined when it may be several: a name in all namespaces is. */
function singleKey(shape: ObjectShape, { namespace, name }: WatchScope): string | undefined {
  if (name === undefined || (shape.namespaced && namespace === undefined)) return undefined;
  return objectKey(shape, { namespace: namespace ?? '', name });
}

function keyRange({ keyPrefix, namespaced }: ObjectShape, { namespace }: WatchScope) {
  if (!namespaced || namespace === undefined) return { from: undefined, to: undefined };
  // '0' is the character after '/'.
  return { from: `${keyPrefix}${namespace}/`, to: `${keyPrefix}${namespace}0` };
}
