import { apiVersionOf } from '../machinery/gvk.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { kubernetesSchema } from '../machinery/schema/kubernetes-schema.ts';
import { toStoredForm } from '../machinery/schema/stored-form.ts';
import { fillZeroValues } from '../machinery/schema/zero-values.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import type { Strategy } from './strategy/strategy.ts';

/**
 * One kind of object, as the server keeps it: one prefix of the store, one cache, one strategy. `group` and `version` are
 * those of the hub: the version that is stored, that caches and strategies see, and that all others convert to and from.
 * It may be served in several versions, of several groups even.
 */
export interface StoredKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural, lower case. Messages and metrics name the kind by it. */
  readonly resource: string;
  readonly namespaced: boolean;
  /**
   * Below `--etcd-prefix`, without slashes at the ends: `configmaps`, `services/specs`, `minions`.
   * Kubernetes' own key layout, so that both can share an etcd.
   */
  readonly storagePrefix: string;
  /** Versions in which an API server may store the kind and which have the same fields: `storage.k8s.io/v1beta1`. */
  readonly alikeVersions?: readonly string[];
  /** Field labels that a field selector may name, beyond metadata.name and metadata.namespace, and how to read them. */
  readonly fields: Readonly<Record<string, (object: JsonObject) => string>>;
  /** The field by which watches are indexed besides namespace and name: `spec.nodeName` for pods. */
  readonly triggerField?: string;
  readonly strategy: Strategy;
  /** Seconds that an object lives after a write, if it expires: events. */
  readonly ttlSeconds?: number;
  /** How objects are read from the store whose type a definition describes. Absent: the type is one of this program's own. */
  readonly form?: StoredForm;
  /**
   * The other versions in which objects may be stored, and stay: where somebody has to be asked to convert them. They are
   * served by what they are asked for in.
   */
  readonly otherForms?: readonly VersionForm[];
}

/** What the store holds of objects of a definition: the definition may have been another one when they were written. */
export type StoredForm = Required<Pick<ObjectShape, 'revise' | 'toStoredForm' | 'otherVersions'>>;

/** A version of a kind that a definition describes, as a form in which objects are stored. */
export type VersionForm = Pick<StoredKind, 'version' | 'strategy'> & { readonly form: StoredForm };

/** Writes the fields that Go always writes of a kind: see machinery/schema/zero-values.ts. The schema is read on first use. */
export const zeroValuesOf =
  (kind: Pick<StoredKind, 'group' | 'version' | 'kind'>) =>
  (object: JsonObject): void => {
    const schema = kubernetesSchema().byKind(kind, kind.kind);
    if (schema !== undefined) fillZeroValues(schema, object);
  };

/** What translate needs of a kind. `etcdPrefix`: `/registry`, without a slash at the end. */
export function shapeOf(stored: StoredKind, etcdPrefix: string): ObjectShape {
  const fields = Object.entries(stored.fields);
  const fieldsOf = (object: JsonObject) => Object.fromEntries(fields.map(([name, read]) => [name, read(object)]));
  const { form, otherForms = [] } = stored;
  return {
    kind: stored.kind,
    apiVersion: apiVersionOf(stored),
    keyPrefix: `${etcdPrefix}/${stored.storagePrefix}/`,
    namespaced: stored.namespaced,
    ...(stored.alikeVersions === undefined ? {} : { alikeVersions: stored.alikeVersions }),
    ...(fields.length === 0 ? {} : { fieldsOf }),
    ...(form === undefined ? ownForm(stored) : { ...form, setDefaults: (object) => void form.revise(object) }),
    ...(otherForms.length === 0
      ? {}
      : { alternatives: otherForms.map((other) => shapeOf(inForm(stored, other), etcdPrefix)) }),
  };
}

/** The kind as if it were stored in another of its forms. */
export const inForm = (stored: StoredKind, form: VersionForm): StoredKind => ({ ...stored, otherForms: [], ...form });

/** The kind as one that is stored in `version`, and may be found in its other versions. */
export function storedAs(stored: StoredKind, version: string): StoredKind {
  const { form, strategy, otherForms = [] } = stored;
  const wanted = otherForms.find((other) => other.version === version);
  if (wanted === undefined || form === undefined) return stored;
  const others = otherForms.filter((other) => other !== wanted);
  return { ...inForm(stored, wanted), otherForms: [{ version: stored.version, strategy, form }, ...others] };
}

const ownForm = (stored: StoredKind): Pick<ObjectShape, 'setDefaults' | 'fillZeroValues' | 'toStoredForm'> => ({
  setDefaults: (object) => stored.strategy.setDefaults(object),
  fillZeroValues: zeroValuesOf(stored),
  toStoredForm(object) {
    const schema = kubernetesSchema().byKind(stored, stored.kind);
    if (schema !== undefined) toStoredForm(schema, object);
  },
});
