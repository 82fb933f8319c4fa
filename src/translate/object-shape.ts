import type { JsonObject } from '../machinery/json-value.ts';

/** What translate must know of a resource. Derived from its StoredKind. */
export interface ObjectShape {
  readonly kind: string;
  readonly apiVersion: string;
  /** Whole storage prefix, ending in `/`: `/registry/configmaps/`. */
  readonly keyPrefix: string;
  readonly namespaced: boolean;
  /** Other versions that may be stored and have the same fields, by apiVersion. */
  readonly alikeVersions?: readonly string[];
  /**
   * Selectable fields beyond metadata.name and metadata.namespace; absent fields are ''. Must not throw, whatever the
   * object holds. Leave it out where there are none: then objects need not be parsed to be selected.
   */
  readonly fieldsOf?: (object: JsonObject) => Readonly<Record<string, string>>;
  /**
   * Fills in what may be left out of an object of the right types. Kubernetes does so whenever it decodes one: what an
   * older or another API server stored may lack it. Must not throw. Absent where there is nothing to fill in.
   */
  readonly setDefaults?: (object: JsonObject) => void;
  /**
   * Writes into an object what an API server always writes of its type, set or not: typed clients refuse an object, and
   * the list that it is in, without a field that their type must have. Absent where the type is not known.
   */
  readonly fillZeroValues?: (object: JsonObject) => void;
  /**
   * Gives what the store holds the form that it has today, where that may have changed since it was written: of objects of a
   * definition. True: it had another one. Must not throw. Absent: what is laid out as it should be need not be looked at.
   */
  readonly revise?: (object: JsonObject) => boolean;
  /** Shapes of the other versions in which somebody may have stored the kind, and in which objects are kept as they are. */
  readonly alternatives?: readonly ObjectShape[];
  /** Gives a valid object the form in which it comes back from the store. Absent where the type is not known. */
  readonly toStoredForm?: (object: JsonObject) => void;
  /**
   * The other versions in which somebody may have stored the kind, by apiVersion and kind: `events.k8s.io/v1 Event`, each
   * with its way to this one. They change what they are given.
   */
  readonly otherVersions?: ReadonlyMap<string, (object: JsonObject) => JsonObject>;
}
