import { objectIn, objectsAt, sizeAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import {
  compareQuantities,
  parseQuantity,
  type Quantity,
  QuantityError,
  quantityToNumber,
} from '../../machinery/quantity.ts';

const counted = ['cpu', 'memory'] as const;

type Kind = 'requests' | 'limits';

/** What is asked for; undefined when nothing is: absent, zero, or no quantity. */
function asked(container: JsonObject, kind: Kind, resource: string): Quantity | undefined {
  const value = valueAt(container, 'resources', kind, resource);
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  try {
    const quantity = parseQuantity(String(value));
    return quantityToNumber(quantity) === 0 ? undefined : quantity;
  } catch (error) {
    // Validation names it.
    if (error instanceof QuantityError) return undefined;
    throw error;
  }
}

const requestsItsLimit = (container: JsonObject, resource: string): boolean => {
  const limit = asked(container, 'limits', resource);
  const request = asked(container, 'requests', resource);
  return limit !== undefined && (request === undefined || compareQuantities(request, limit) === 0);
};

/**
 * The pod's quality of service class: `Guaranteed` when every container limits cpu and memory and requests as much,
 * `BestEffort` when none asks for anything, else `Burstable`.
 */
export function qosClassOf(pod: JsonObject): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const spec = objectIn(pod, 'spec');
  // What a pod asks for as a whole counts alone.
  const isWhole = sizeAt(spec, 'resources', 'requests') + sizeAt(spec, 'resources', 'limits') > 0;
  const containers =
    isWhole && spec !== undefined
      ? [spec]
      : [...objectsAt(pod, 'spec', 'containers'), ...objectsAt(pod, 'spec', 'initContainers')];
  const asking = containers.some((container) =>
    counted.some((resource) => asked(container, 'requests', resource) ?? asked(container, 'limits', resource)),
  );
  if (!asking) return 'BestEffort';
  const guaranteed = containers.every((container) =>
    counted.every((resource) => requestsItsLimit(container, resource)),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

/** True once no container of the pod will run again. */
export const isTerminated = (pod: JsonObject): boolean =>
  ['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase'));
