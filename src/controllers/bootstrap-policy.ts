import { readFileSync } from 'node:fs';
import { ApiError } from '../machinery/api-error.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { metadataField } from '../machinery/object-meta.ts';
import type { ObjectScope, RestStorage } from '../registry/rest-storage.ts';
import { reconciledBinding, reconciledRole } from './reconciled-policy.ts';
import { apiserver, missingObject, present, type StartObject } from './start-objects.ts';

const resources = ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'] as const;
type PolicyResource = (typeof resources)[number];

export type PolicyStore = Pick<RestStorage, 'get' | 'create' | 'update' | 'delete'>;

/** By namespace and name, as a client would create them: `kube-system/extension-apiserver-authentication-reader`. */
type PolicyObjects = Readonly<Record<string, JsonObject>>;

/** Of a kube-apiserver: made by .dev/generate-cluster-objects.ts. */
const readPolicy = (): Readonly<Record<PolicyResource, PolicyObjects>> =>
  JSON.parse(readFileSync(new URL('./bootstrap-policy.generated.json', import.meta.url), 'utf8')) as Readonly<
    Record<PolicyResource, PolicyObjects>
  >;

/**
 * The roles that every cluster has, and who has them. What is missing is made, or added to what is there, and what somebody
 * added stays, as does all of an object whose annotation says that it is not to be updated.
 */
export function bootstrapPolicy(storeOf: (resource: PolicyResource) => PolicyStore): readonly StartObject[] {
  const policy = readPolicy();
  return resources.flatMap((resource) =>
    Object.entries(policy[resource]).map(([path, expected]) => {
      const [name = '', namespace = ''] = path.split('/').reverse();
      return reconciledObject(resource, storeOf(resource), { namespace, name }, expected);
    }),
  );
}

function reconciledObject(
  resource: PolicyResource,
  store: PolicyStore,
  scope: ObjectScope,
  expected: JsonObject,
): StartObject {
  const reconcile = resource.endsWith('bindings') ? reconciledBinding : reconciledRole;
  const made = missingObject(resource, store, scope, () => structuredClone(expected));
  return {
    name: made.name,
    async ensure() {
      const existing = await present(store, scope);
      if (existing === undefined) return made.ensure();
      const next = reconcile(existing, expected);
      if (next === undefined) return;
      if (next === 'recreate') {
        await deleteOnce(store, scope, metadataField(existing, 'uid'));
        return made.ensure();
      }
      await store.update(
        scope,
        '',
        (now) => {
          const again = reconcile(now, expected);
          return again === undefined || again === 'recreate' ? now : again;
        },
        apiserver,
      );
    },
  };
}

/** Just that object; another replica may have been first. */
async function deleteOnce(store: PolicyStore, scope: ObjectScope, uid: string): Promise<void> {
  try {
    const preconditions = { uid, resourceVersion: undefined };
    const options = { gracePeriodSeconds: undefined, propagationPolicy: '', orphanDependents: undefined } as const;
    await store.delete(scope, { ...options, preconditions }, apiserver);
  } catch (refusal) {
    if (!(refusal instanceof ApiError) || (refusal.code !== 404 && refusal.code !== 409)) throw refusal;
  }
}
