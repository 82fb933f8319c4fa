import { type FieldError, invalidValue } from '../../machinery/field-error.ts';
import { numberAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { checkCount } from './workload.ts';

/** What a kind's status counts. */
export interface StatusCounts {
  /** All of them, in the order in which they are looked at. */
  readonly counts: readonly string[];
  /** Those among them that cannot be more than `replicas`. */
  readonly ofReplicas?: readonly string[];
  /** What messages call `readyReplicas`, which cannot be fewer than `availableReplicas`. */
  readonly ready?: string;
}

/** What is wrong with a status that a controller writes. */
export function validateCounts(
  given: object | undefined,
  { counts, ofReplicas = [], ready }: StatusCounts,
): FieldError[] {
  const status = (given ?? {}) as JsonObject;
  const errors: FieldError[] = [];
  const all = numberAt(status, 'replicas');
  for (const count of counts) checkCount(numberAt(status, count), `status.${count}`, errors);
  const tooMany = (count: string, than: string) =>
    errors.push(invalidValue(`status.${count}`, numberAt(status, count), `cannot be greater than ${than}`));
  for (const count of ofReplicas) if (numberAt(status, count) > all) tooMany(count, 'status.replicas');
  if (ready !== undefined && numberAt(status, 'availableReplicas') > numberAt(status, 'readyReplicas')) {
    tooMany('availableReplicas', ready);
  }
  return errors;
}

interface Collisions {
  readonly collisionCount?: number;
}

/** How often a controller met a name that was taken never becomes less. */
export function validateCollisions(now: Collisions | undefined, before: Collisions | undefined): FieldError[] {
  const [count, old] = [now?.collisionCount, before?.collisionCount];
  if (old === undefined || (count !== undefined && count >= old)) return [];
  return [invalidValue('status.collisionCount', count ?? 0, 'cannot be decremented')];
}
