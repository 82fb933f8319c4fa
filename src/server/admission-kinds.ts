import type { AdmissionKinds } from '../admission/matching/match-criteria.ts';
import type { ReviewedNames } from '../admission/webhooks/admission-review.ts';
import { type AskedConversion, type Served, type ServedVersion, toHub } from '../api/served-version.ts';
import { ApiError } from '../machinery/api-error.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import { cloneJson } from '../machinery/json/clone.ts';
import { type JsonObject, stringAt } from '../machinery/json-value.ts';
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
  async inVersion(names, object) {
    const { conversion, asked, kind, ...version } = servedAs(kinds(), names);
    const own = cloneJson(object);
    const copy =
      asked === undefined ? (conversion?.fromHub(own) ?? own) : await asking(asked, own, apiVersionOf(version));
    // In this order, as everything that is sent.
    return { kind, apiVersion: apiVersionOf(version), ...withoutType(copy) };
  },
  async fromVersion(names, made, object) {
    const served = servedAs(kinds(), names);
    const read = decoded(served, made);
    const { asked } = served;
    if (asked !== undefined) {
      served.strategy?.setDefaults(read);
      return asking(asked, read, stringAt(object, 'apiVersion'));
    }
    const hub = toHub(served, read);
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

/** @throws {ApiError} 500 with what the conversion webhook did wrong */
async function asking(asked: AskedConversion, object: JsonObject, apiVersion: string): Promise<JsonObject> {
  try {
    const [converted = object] = await asked.convert([object], apiVersion);
    return converted;
  } catch (error) {
    throw internalError(error instanceof Error ? error.message : String(error), { cause: error });
  }
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
