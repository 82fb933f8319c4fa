import type { AdmissionKinds } from '../admission/matching/match-criteria.ts';
import type { ReviewedNames } from '../admission/webhooks/admission-review.ts';
import { type Served, type ServedVersion, toHub } from '../api/served-version.ts';
import { ApiError } from '../machinery/api-error.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import { cloneJson } from '../machinery/json/clone.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { DecodeError, decode } from '../machinery/schema/decoder.ts';
import { kubernetesSchema } from '../machinery/schema/kubernetes-schema.ts';
import { internalError } from '../machinery/status-errors.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { ServedKinds } from './served-kinds.ts';

type Kinds = Pick<ServedKinds, 'find' | 'resource' | 'versions'>;

/** What admission needs to know of the kinds that are served. They are made after it: hence a function. */
export const admissionKinds = (kinds: () => Kinds): AdmissionKinds => ({
  equivalentsOf(names) {
    const served = kinds().resource(names.group, names.version, names.resource)?.served;
    const isOther = (one: Served) => one !== served && one.stored !== undefined && one.stored === served?.stored;
    return kinds()
      .versions.filter(isOther)
      .map(({ group, version, kind, resource }) => ({ group, version, kind, resource }));
  },
  inVersion(names, object) {
    const { conversion, kind, ...version } = servedAs(kinds(), names);
    const copy = conversion === undefined ? cloneJson(object) : conversion.fromHub(cloneJson(object));
    // In this order, as everything that is sent.
    return { kind, apiVersion: apiVersionOf(version), ...withoutType(copy) };
  },
  fromVersion(names, object) {
    const served = servedAs(kinds(), names);
    const hub = toHub(served, decoded(served, object));
    served.stored.strategy.setDefaults(hub);
    return hub;
  },
  async namespaceLabels(name) {
    return (await namespaceOf(kinds(), name))?.labels;
  },
  async namespace(name) {
    return (await namespaceOf(kinds(), name))?.parse();
  },
});

/** As the cache has it, or the store, of one that was just made. */
async function namespaceOf(kinds: Kinds, name: string): Promise<StoredObject | undefined> {
  const store = kinds.find({ group: '', resource: 'namespaces' })?.store;
  for (const resourceVersion of ['0', '']) {
    try {
      return await store?.get({ namespace: '', name }, resourceVersion);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 404) throw error;
    }
  }
  return undefined;
}

function withoutType({ kind: _kind, apiVersion: _apiVersion, ...object }: JsonObject): JsonObject {
  return object;
}

function servedAs(kinds: Kinds, { group, version, resource }: Omit<ReviewedNames, 'kind'>): ServedVersion {
  const served = kinds.resource(group, version, resource)?.served;
  if (served === undefined) throw internalError(`unable to convert to ${group}/${version}, ${resource}: not served`);
  return served;
}

/** @throws {ApiError} 500: what a webhook has made of it is none of its kind */
function decoded(served: ServedVersion, object: JsonObject): JsonObject {
  try {
    if (served.custom !== undefined) return served.custom.read(object).object;
    const schema = kubernetesSchema().byKind(served, served.kind);
    return schema === undefined ? object : decode(schema, object).object;
  } catch (error) {
    if (error instanceof DecodeError) throw internalError(error.message);
    throw error;
  }
}
