import { parseJson } from '../../machinery/json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringAt } from '../../machinery/json-value.ts';
import { type Extent, memberKey, membersOf } from '../../translate/json-scan.ts';
import { headOf, type StoredObject } from '../../translate/stored-object.ts';

/** metav1.OwnerReference, as far as the collector needs it. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  /** Its owner, deleted in the foreground, waits until the dependent is gone. */
  readonly blockOwnerDeletion: boolean;
}

/** What an object says that matters for who owns whom. */
export interface Ownership {
  readonly uid: string;
  readonly owners: readonly OwnerReference[];
  /** The owners as they were written: while it is the same text, they are the same. */
  readonly ownersText: string;
  readonly isBeingDeleted: boolean;
  /** It is being deleted, and its dependents are to lose it as their owner. */
  readonly orphansDependents: boolean;
  /** It is being deleted, and its dependents are to go before it: deletion in the foreground. */
  readonly deletesDependents: boolean;
}

export const orphanFinalizer = 'orphan';
export const foregroundFinalizer = 'foregroundDeletion';

const keys = ['deletionTimestamp', 'ownerReferences', 'finalizers', 'uid'].map(memberKey);
const uidKey = [memberKey('uid')];

const metadataOpen = ({ shape }: StoredObject): number => headOf(shape).length - 1;

const value = (bytes: Buffer, extent: Extent | undefined): JsonValue | undefined =>
  extent === undefined ? undefined : parseJson(bytes.subarray(extent.start, extent.end)).value;

const text = (bytes: Buffer, extent: Extent | undefined): string => {
  const found = value(bytes, extent);
  return typeof found === 'string' ? found : '';
};

/**
 * Without parsing the object. `undefined`: it has no owners and is not being deleted, as most. `before`: what it said
 * earlier, so that owners that stay need not be read again.
 */
export function ownershipOf(
  object: StoredObject,
  before?: Pick<Ownership, 'owners' | 'ownersText'>,
): Ownership | undefined {
  const { bytes } = object;
  const [deletion, owners, finalizers, uid] = membersOf(bytes, metadataOpen(object), keys) ?? [];
  if (deletion === undefined && owners === undefined) return undefined;
  const names = deletion === undefined ? undefined : value(bytes, finalizers);
  const has = (name: string): boolean => Array.isArray(names) && names.includes(name);
  const isBeingDeleted = text(bytes, deletion) !== '';
  const ownersText = owners === undefined ? '' : bytes.toString('latin1', owners.start, owners.end);
  return {
    uid: text(bytes, uid),
    owners: before?.ownersText === ownersText ? before.owners : ownersIn(value(bytes, owners)),
    ownersText,
    isBeingDeleted,
    orphansDependents: isBeingDeleted && has(orphanFinalizer),
    deletesDependents: isBeingDeleted && has(foregroundFinalizer),
  };
}

/** metadata.uid, without parsing the object; '' when it has none. */
export const uidOf = (object: StoredObject): string =>
  text(object.bytes, membersOf(object.bytes, metadataOpen(object), uidKey)?.[0]);

const ownersIn = (references: JsonValue | undefined): readonly OwnerReference[] =>
  Array.isArray(references) ? references.filter(isJsonObject).map(ownerReference) : [];

const ownerReference = (reference: JsonObject): OwnerReference => ({
  apiVersion: stringAt(reference, 'apiVersion'),
  kind: stringAt(reference, 'kind'),
  name: stringAt(reference, 'name'),
  uid: stringAt(reference, 'uid'),
  blockOwnerDeletion: reference['blockOwnerDeletion'] === true,
});
