import type { CustomType, ServedVersion } from '../api/served-version.ts';
import { toHub } from '../api/served-version.ts';
import type { StoredKind } from '../api/stored-kind.ts';
import type { FieldFilter } from '../machinery/apply/field-filter.ts';
import type { FieldManager } from '../machinery/apply/field-manager.ts';
import { deduced, type MergeType, mergeTypeOf } from '../machinery/apply/merge-type.ts';
import type { Versions } from '../machinery/apply/updater.ts';
import { apiVersionOf, type GroupVersion } from '../machinery/gvk.ts';
import { cloneJson } from '../machinery/json/clone.ts';
import { emptyObject } from '../machinery/json/parse.ts';
import { type JsonObject, stringAt } from '../machinery/json-value.ts';
import { kubernetesSchema } from '../machinery/schema/kubernetes-schema.ts';
import { fillZeroValues } from '../machinery/schema/zero-values.ts';

type Version = Pick<ServedVersion, 'group' | 'version' | 'kind' | 'stored' | 'conversion' | 'custom'>;

/** The versions of a kind for those who track who manages its fields: each manager's are of the version that he wrote. */
export class FieldManagers {
  readonly #versions = new Map<string, Version>();
  readonly #hub: string;
  readonly #empty = new Map<string, JsonObject>();

  /** `versions`: those that are served; the hub is one in any case. */
  constructor(stored: StoredKind, versions: readonly Version[]) {
    this.#hub = apiVersionOf(stored);
    const { group, version, kind } = stored;
    this.#versions.set(this.#hub, { group, version, kind, stored });
    for (const served of versions) this.#versions.set(apiVersionOf(served), served);
  }

  /**
   * For writes by way of a version. As in the original its groups know nothing of each other: who wrote by another group's
   * version manages nothing any more. `subresource`: '' for the object itself.
   */
  of(requested: GroupVersion, subresource: string, filter: FieldFilter | undefined): FieldManager {
    const versions: Versions = {
      typeOf: (apiVersion) => (groupIn(apiVersion) === requested.group ? this.#typeOf(apiVersion) : undefined),
      convert: (object, apiVersion) => this.#convert(object, apiVersion),
    };
    return { versions, apiVersion: apiVersionOf(requested), subresource, filter };
  }

  #typeOf(apiVersion: string): MergeType | undefined {
    const version = this.#versions.get(apiVersion);
    if (version === undefined) return undefined;
    if (version.custom !== undefined) return version.custom.mergeType;
    const schema = kubernetesSchema().byKind(version, version.kind);
    return schema === undefined ? deduced : mergeTypeOf(schema);
  }

  #convert(object: JsonObject, apiVersion: string): JsonObject {
    const copy = cloneJson(object);
    const from = this.#versions.get(stringAt(object, 'apiVersion'));
    return this.fromHub(from === undefined ? copy : toHub(from, copy), apiVersion);
  }

  /** An object of a version as the hub has it. Changes what it is given. */
  toHub(object: JsonObject, apiVersion: string): JsonObject {
    const version = this.#versions.get(apiVersion);
    return version === undefined ? object : toHub(version, object);
  }

  /** An object of the hub in another version. The hub's own is the same object, any other a changed one. */
  fromHub(object: JsonObject, apiVersion: string): JsonObject {
    const version = this.#versions.get(apiVersion);
    if (version?.conversion === undefined) return object;
    const converted = version.conversion.fromHub(object);
    converted['kind'] = version.kind;
    converted['apiVersion'] = apiVersion;
    return fill(version, converted);
  }

  /** How objects of a version are read that a definition describes. */
  customOf(apiVersion: string): CustomType | undefined {
    return this.#versions.get(apiVersion)?.custom;
  }

  /** What Go writes of an object of this version in which nothing was set. Not for changing. */
  emptyOf(apiVersion: string): JsonObject {
    const known = this.#empty.get(apiVersion);
    if (known !== undefined) return known;
    const version = this.#versions.get(apiVersion);
    const empty = Object.assign(emptyObject(), { kind: version?.kind ?? '', apiVersion });
    if (version !== undefined) fill(version, empty);
    this.#empty.set(apiVersion, empty);
    return empty;
  }
}

const groupIn = (apiVersion: string): string => apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));

function fill(version: Version, object: JsonObject): JsonObject {
  const schema = version.custom === undefined ? kubernetesSchema().byKind(version, version.kind) : undefined;
  if (schema !== undefined) fillZeroValues(schema, object);
  return object;
}
