import type { JsonObject } from '../../machinery/json-value.ts';
import { objectsAt, textAt, valueAt } from '../json-path.ts';

const counted = ['cpu', 'memory'] as const;

type Kind = 'requests' | 'limits';

/** A quantity as it was written; '' when there is none. Quantities may be written as bare numbers. */
function quantity(container: JsonObject, kind: Kind, resource: string): string {
  const value = valueAt(container, 'resources', kind, resource);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** `0`, `0m` and nothing ask for nothing. */
const asks = (container: JsonObject, kind: Kind, resource: string): boolean =>
  !/^[+-]?0*(\.0*)?[a-zA-Z]*$/.test(quantity(container, kind, resource));

const requestsItsLimit = (container: JsonObject, resource: string): boolean => {
  const request = quantity(container, 'requests', resource);
  return request === '' || request === quantity(container, 'limits', resource);
};

/**
 * The pod's quality of service class: `Guaranteed` when every container limits cpu and memory and requests as much,
 * `BestEffort` when none asks for anything, else `Burstable`. Requests and limits compare as written.
 */
export function qosClassOf(pod: JsonObject): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...objectsAt(pod, 'spec', 'containers'), ...objectsAt(pod, 'spec', 'initContainers')];
  const asking = containers.some((container) =>
    counted.some((resource) => asks(container, 'requests', resource) || asks(container, 'limits', resource)),
  );
  if (!asking) return 'BestEffort';
  const guaranteed = containers.every((container) =>
    counted.every((resource) => asks(container, 'limits', resource) && requestsItsLimit(container, resource)),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

/** True once no container of the pod will run again. */
export const isTerminated = (pod: JsonObject): boolean =>
  ['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase'));
