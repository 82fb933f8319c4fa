import type { StoredKind } from '../api/stored-kind.ts';
import type { Strategy } from '../api/strategy/strategy.ts';
import { numberAt } from '../machinery/json/json-path.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import {
  finalizersOf,
  generationOf,
  metadataField,
  metadataOf,
  setFinalizers,
  setMetadataField,
} from '../machinery/object-meta.ts';
import { timeText } from '../machinery/time.ts';
import type { DeleteOptions } from './rest-storage.ts';

/**
 * What a DELETE does to an object.
 * - `remove`: it goes now · `pending`: it is on its way already, and nothing changes
 * - `mark`: it is stored as `object`, which says that it is going; `thenRemove`: and goes at once after that
 */
export type DeletionPlan =
  | { readonly kind: 'remove' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'mark'; readonly object: JsonObject; readonly thenRemove: boolean };

export interface DeletionInput {
  readonly stored: Pick<StoredKind, 'group' | 'resource' | 'strategy'>;
  readonly options: DeleteOptions;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly garbageCollection: boolean;
}

const orphanFinalizer = 'orphan';
const foregroundFinalizer = 'foregroundDeletion';

/**
 * Decides, by finalizers, grace and propagation, how an object goes. Changes `object`, which must be a copy. Pure but for
 * that.
 */
export function planDeletion(object: JsonObject, input: DeletionInput): DeletionPlan {
  const { strategy } = input.stored;
  const deleting = metadataField(object, 'deletionTimestamp') !== '';
  if (strategy.waitsForFinalization !== undefined) {
    if (!deleting) {
      setMetadataField(object, 'deletionTimestamp', timeText(input.now));
      strategy.prepareForDeletion?.(object);
      setCollectorFinalizers(object, input);
      return { kind: 'mark', object, thenRemove: false };
    }
    if (strategy.waitsForFinalization(object)) return { kind: 'pending' };
  }

  const grace = gracePeriod(object, input, deleting);
  if (grace === 'pending') return { kind: 'pending' };
  const collected = setCollectorFinalizers(object, input);
  const waits = finalizersOf(object).length > 0;
  if (grace !== undefined) return { kind: 'mark', object, thenRemove: Number(grace) === 0 && !waits };
  if (!waits) return { kind: 'remove' };
  if (deleting && !collected && numberAt(object, 'metadata', 'deletionGracePeriodSeconds') === 0) {
    return { kind: 'pending' };
  }
  markAsDeleting(object, input.now, deleting);
  if (!deleting) strategy.prepareForDeletion?.(object);
  return { kind: 'mark', object, thenRemove: false };
}

/**
 * Graceful deletion. A number: the object was given this much grace just now, as it says itself. `undefined`: it has no
 * say in when it goes. `pending`: it had grace before, and this DELETE does not shorten it.
 */
function gracePeriod(
  object: JsonObject,
  input: DeletionInput,
  deleting: boolean,
): number | bigint | 'pending' | undefined {
  const { stored, options, now } = input;
  const graceful: Strategy['gracefulDeletion'] = stored.strategy.gracefulDeletion;
  if (graceful === undefined) return undefined;
  const metadata = metadataOf(object);
  const requested = options.gracePeriodSeconds === undefined ? undefined : atLeastOne(options.gracePeriodSeconds);
  if (!deleting) {
    const period = atLeastOne(graceful(object, requested));
    metadata['deletionTimestamp'] = timeText(later(now, period));
    metadata['deletionGracePeriodSeconds'] = period;
    if (generationOf(object) > 0) metadata['generation'] = generationOf(object) + 1;
    stored.strategy.prepareForDeletion?.(object);
    return period;
  }
  const before = atLeastOne(numberAt(object, 'metadata', 'deletionGracePeriodSeconds'));
  if (before === 0) return undefined;
  if (requested === undefined || requested >= before) return 'pending';
  const end = later(later(Date.parse(metadataField(object, 'deletionTimestamp')), -before), requested);
  // All of it is over already: as little as still leaves the last word to whoever ends the object.
  const late = end < now;
  const period = late && Number(requested) !== 0 ? 1 : requested;
  metadata['deletionTimestamp'] = timeText(late ? now : end);
  metadata['deletionGracePeriodSeconds'] = period;
  return period;
}

/** Below zero means as little as possible. */
const atLeastOne = <Seconds extends number | bigint>(seconds: Seconds): Seconds | 1 => (seconds < 0 ? 1 : seconds);

/** So many seconds after `ms`, in milliseconds since the epoch. Go's durations end at 2^63 nanoseconds, and begin anew there. */
const later = (ms: number, seconds: number | bigint): number =>
  ms + Number(BigInt.asIntN(64, BigInt(seconds) * 1_000_000_000n)) / 1_000_000;

function markAsDeleting(object: JsonObject, now: number, deleting: boolean): void {
  const metadata = metadataOf(object);
  if (!deleting && generationOf(object) > 0) metadata['generation'] = generationOf(object) + 1;
  if (!deleting || Date.parse(metadataField(object, 'deletionTimestamp')) > now) {
    metadata['deletionTimestamp'] = timeText(now);
  }
  metadata['deletionGracePeriodSeconds'] = 0;
}

type Dependents = 'orphan' | 'foreground' | 'background';

function dependentsOf(object: JsonObject, { stored, options }: DeletionInput): Dependents {
  if (stored.strategy.dependents === 'unsupported') return 'background';
  // Of namespaces, where the original reads `false` as waiting for the dependents.
  const cascade = stored.strategy.waitsForFinalization === undefined ? 'background' : 'foreground';
  if (options.orphanDependents !== undefined) return options.orphanDependents ? 'orphan' : cascade;
  switch (options.propagationPolicy) {
    case 'Orphan':
      return 'orphan';
    case 'Foreground':
      return 'foreground';
    case 'Background':
      return 'background';
    case '': {
      const finalizers = finalizersOf(object);
      const said = finalizers.find((name) => name === orphanFinalizer || name === foregroundFinalizer);
      if (said !== undefined) return said === orphanFinalizer ? 'orphan' : 'foreground';
      return stored.strategy.dependents === 'orphan' ? 'orphan' : 'background';
    }
    default:
      return options.propagationPolicy satisfies never;
  }
}

/** Leaves word for the garbage collector. True when the finalizers changed. */
function setCollectorFinalizers(object: JsonObject, input: DeletionInput): boolean {
  if (!input.garbageCollection) return false;
  const before = finalizersOf(object);
  const dependents = dependentsOf(object, input);
  const wanted = { orphan: orphanFinalizer, foreground: foregroundFinalizer, background: undefined }[dependents];
  const after = before.filter((name) => name !== orphanFinalizer && name !== foregroundFinalizer);
  if (wanted !== undefined) after.push(wanted);
  if (after.length === before.length && after.every((name) => before.includes(name))) return false;
  setFinalizers(object, after);
  return true;
}
