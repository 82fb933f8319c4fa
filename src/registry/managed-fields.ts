import { managedFieldsAfterUpdate } from '../machinery/apply/field-manager.ts';
import { sameButTimes } from '../machinery/apply/managers.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import { cloneJson } from '../machinery/json/clone.ts';
import { jsonEqual } from '../machinery/json/json-equal.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { managerOf } from '../machinery/manager-of.ts';
import { metadataOf } from '../machinery/object-meta.ts';
import type { RequestContext } from '../machinery/request-context.ts';
import { timeText } from '../machinery/time.ts';
import type { StoreContext } from './store-context.ts';

/**
 * Says in `object`, of the hub and complete, who manages which of its fields once it is stored: whoever writes manages
 * what he changes. `old`: what is stored; undefined for a create.
 */
export function setManagedFields(
  { stored, resource, fieldManagers, clock }: StoreContext,
  object: JsonObject,
  old: JsonObject | undefined,
  subresource: string,
  request: RequestContext,
): void {
  const path = subresource === '' ? stored.strategy : stored.strategy.subresources[subresource];
  const apiVersion = apiVersionOf(resource);
  const isHub = apiVersion === apiVersionOf(stored);
  const versioned = (hub: JsonObject): JsonObject => (isHub ? hub : fieldManagers.fromHub(cloneJson(hub), apiVersion));
  const managed = managedFieldsAfterUpdate(fieldManagers.of(resource, subresource, path?.managedFields), {
    live: old === undefined ? fieldManagers.emptyOf(apiVersion) : versioned(old),
    next: versioned(object),
    manager: managerOf(request),
    now: timeText(clock.wallTime()),
  });
  const metadata = metadataOf(object);
  if (managed === undefined) delete metadata['managedFields'];
  else metadata['managedFields'] = managed;
}

/** Nothing is to be stored: the objects are the same but for the times of managers, which then count for nothing. */
export function isUnchanged(next: JsonObject, old: JsonObject): boolean {
  const [metadata, before] = [metadataOf(next), metadataOf(old)];
  const [managed, was] = [metadata['managedFields'], before['managedFields']];
  if (managed === undefined || was === undefined || !sameButTimes(managed, was)) return jsonEqual(next, old);
  metadata['managedFields'] = was;
  const unchanged = jsonEqual(next, old);
  metadata['managedFields'] = managed;
  return unchanged;
}
