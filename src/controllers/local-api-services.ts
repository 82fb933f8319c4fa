import { groupPriorities } from '../api/apiregistration/group-priorities.ts';
import { apiVersionOf, type GroupVersion } from '../machinery/gvk.ts';
import { jsonEqual } from '../machinery/json/json-equal.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { metadataMap } from '../machinery/object-meta.ts';
import type { RestStorage } from '../registry/rest-storage.ts';
import { apiserver, missingObject, present, type StartObject } from './start-objects.ts';

/** Says that whoever serves the group keeps the object: at each start, or always. */
const managedLabel = 'kube-aggregator.kubernetes.io/automanaged';
const managed: readonly string[] = ['onstart', 'true'];

/**
 * An APIService for each version of Kubernetes' own groups that is served, in the order in which they are given: one that
 * is missing is made, and one that is still kept by servers says what it should. Those of what is not served here are left
 * alone: another server of the store may serve it.
 */
export function localApiServices(
  store: Pick<RestStorage, 'get' | 'create' | 'update'>,
  served: Iterable<GroupVersion>,
): readonly StartObject[] {
  const priorities = groupPriorities();
  const versions = new Map([...served].map((one) => [apiVersionOf(one), one]));
  return [...versions.values()].flatMap(({ group, version }) => {
    const name = `${version}.${group}`;
    const priority = priorities.get(name);
    if (priority === undefined) return [];
    const [groupPriorityMinimum, versionPriority] = priority;
    return [kept(store, name, { ...(group === '' ? {} : { group }), version, groupPriorityMinimum, versionPriority })];
  });
}

function kept(store: Pick<RestStorage, 'get' | 'create' | 'update'>, name: string, spec: JsonObject): StartObject {
  const scope = { namespace: '', name };
  const made = missingObject('apiservices', store, scope, () => ({
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { labels: { [managedLabel]: 'onstart' } },
    spec,
  }));
  const isOther = (object: JsonObject): boolean =>
    managed.includes(metadataMap(object, 'labels')[managedLabel] ?? '') && !jsonEqual(object['spec'] ?? null, spec);
  return {
    name: made.name,
    async ensure() {
      const object = await present(store, scope);
      if (object === undefined) await made.ensure();
      else if (isOther(object)) {
        await store.update(scope, '', (old) => (isOther(old) ? { ...old, spec } : old), apiserver);
      }
    },
  };
}
