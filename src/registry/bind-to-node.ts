import { bindPod, validateBinding } from '../api/core/pod-binding.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { metadataField, setMetadataField } from '../machinery/object-meta.ts';
import type { RequestContext } from '../machinery/request-context.ts';
import { aggregateText, unknownError } from '../machinery/status-errors.ts';
import type { ObjectScope, RestStorage } from './rest-storage.ts';

/** @throws {ApiError} 500, as in the original, when it is none */
export function requireBinding(binding: JsonObject): void {
  const errors = validateBinding(binding);
  if (errors.length > 0) throw unknownError(aggregateText(errors));
}

/**
 * Puts a pod where a binding says. What else is said of the pod is not looked at again. `pods`: as core/v1 has them. `now`:
 * in milliseconds since the epoch.
 * @throws {ApiError} 404, 409
 */
export async function bindToNode(
  pods: RestStorage,
  scope: ObjectScope,
  binding: JsonObject,
  request: RequestContext,
  now: number,
): Promise<void> {
  const bind = (pod: JsonObject): JsonObject => {
    const uid = metadataField(binding, 'uid');
    const bound = bindPod(pod, binding, now);
    if (uid !== '') setMetadataField(bound, 'uid', uid);
    setMetadataField(bound, 'resourceVersion', metadataField(binding, 'resourceVersion'));
    return bound;
  };
  await pods.update(scope, 'binding', bind, request);
}
