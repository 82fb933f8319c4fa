import type { MergeType } from '../machinery/apply/merge-type.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { Decoded } from '../machinery/schema/decoder.ts';
import type { ConnectSubresource } from './connect-subresource.ts';
import type { PrinterColumn, RowCondition } from './printing/printer-column.ts';
import type { StoredKind } from './stored-kind.ts';
import type { Strategy } from './strategy/strategy.ts';
import type { SubresourceKind } from './subresource-kind.ts';
import type { Verb } from './verb.ts';
import type { VirtualResource } from './virtual-resource.ts';

/** To the hub and back. Both change what they are given, a copy, and return it or another; neither throws. */
export interface Conversion {
  readonly toHub: (object: JsonObject) => JsonObject;
  readonly fromHub: (object: JsonObject) => JsonObject;
}

/** How objects come from one version of a definition into another where somebody else has to be asked. */
export interface AskedConversion {
  /**
   * `objects`, of any versions of the definition, in `apiVersion` and in their order. Those that are of it already are
   * themselves. Changes nothing.
   * @throws {ConversionError} when that cannot be had, with the original's words
   */
  readonly convert: (objects: readonly JsonObject[], apiVersion: string) => Promise<readonly JsonObject[]>;
}

/** What a version is made of that a definition describes, and no table of this program. */
export interface CustomType {
  /**
   * Reads an object that somebody sent: the form that `decode` gives to others. Changes what it is given. `applied`: what
   * may not be null stays null, and is refused for it.
   * @throws {DecodeError}
   */
  readonly read: (object: JsonObject, how?: { readonly applied: boolean }) => Decoded;
  /** How its values are merged and owned. */
  readonly mergeType: MergeType;
  /** Its schema as OpenAPI tells it. `objectMeta`: a reference to the definition of metadata. */
  readonly openApi: (version: 'v2' | 'v3', objectMeta: JsonObject) => JsonObject;
}

/** Whatever is served under a group and a version: everything that routes, discovery and OpenAPI need. */
export interface ServedNames {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The kind of its lists. Absent: `kind` and `List`. */
  readonly listKind?: string;
  /** Plural, lower case: the path segment. */
  readonly resource: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  /** Subresources with the verbs they take. `status` is one. */
  readonly subresources: Readonly<Record<string, readonly Verb[]>>;
  /** What bodies of subresources are, of those that are not the object itself: `scale`, `binding`. */
  readonly subresourceKinds?: Readonly<Record<string, SubresourceKind>>;
  /** Of the subresources those that are answered elsewhere. */
  readonly connects?: Readonly<Record<string, ConnectSubresource>>;
  /** All columns of `kubectl get`, in order. Name (the one with format `name`) and Age are columns like the others. */
  readonly columns: readonly PrinterColumn[];
  /** What the row of an object says of it beside its cells; absent: nothing. */
  readonly rowConditions?: (object: JsonObject) => readonly RowCondition[];
  /** This version is deprecated, in the words of the warning that the answer to each request for it carries. */
  readonly deprecation?: string;
  /** DELETE answers with the deleted object instead of a Status of success. */
  readonly returnsDeletedObject?: boolean;
  /** Objects that are stored in another version come by this one. Absent: `conversion` does it, if anything has to be done. */
  readonly asked?: AskedConversion;
  /** Of the versions of a definition. Absent: the type is one of this program's own. */
  readonly custom?: CustomType;
}

/** A stored kind as one version of one group serves it. */
export interface ServedVersion extends ServedNames {
  readonly stored: StoredKind;
  /** The version's own rules, where they differ from those of the stored kind. */
  readonly strategy?: Strategy;
  /** undefined: it is the hub, and costs nothing. */
  readonly conversion?: Conversion;
  /** What field selectors call the stored kind's `fields` here, where that is another name: ours → the hub's. */
  readonly fieldLabels?: Readonly<Record<string, string>>;
  /** How a field selector that names something else is refused, where the kind has words of its own. */
  readonly fieldLabelRefusal?: (label: string) => string;
}

/** What is served: of what the store holds, or of what nobody does. */
export type Served = ServedVersion | VirtualResource;

export const listKindOf = ({ kind, listKind = `${kind}List` }: Pick<ServedNames, 'kind' | 'listKind'>): string =>
  listKind;

/** The names that a field selector may use, each with the stored kind's own for it. */
export const fieldLabelsOf = ({ stored, fieldLabels }: Served): ReadonlyMap<string, string> =>
  new Map(
    fieldLabels === undefined
      ? Object.keys(stored?.fields ?? {}).map((name) => [name, name])
      : Object.entries(fieldLabels),
  );

/** An object of this version as the hub has it. Changes what it is given. */
export const toHub = (
  { conversion, stored }: Pick<ServedVersion, 'conversion' | 'stored'>,
  object: JsonObject,
): JsonObject =>
  conversion === undefined
    ? object
    : Object.assign(conversion.toHub(object), { kind: stored.kind, apiVersion: apiVersionOf(stored) });
