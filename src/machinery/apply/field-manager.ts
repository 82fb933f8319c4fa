import { jsonEqual } from '../json/json-equal.ts';
import { isJsonObject, type JsonObject, type JsonValue, objectAt, stringAt } from '../json-value.ts';
import { capManagers } from './cap-managers.ts';
import { difference, type FieldSet, isEmpty, setOfFields, union } from './field-set.ts';
import { FieldsV1Error } from './fields-v1.ts';
import { ListItemError } from './list-item.ts';
import { identifierOf, type Manager, type ManagerName, readManagers, writeManagers } from './managers.ts';
import { type UpdaterOptions, updateManagers } from './updater.ts';

/** By which path and version an object is written. */
export interface FieldManager extends UpdaterOptions {
  readonly apiVersion: string;
  /** '' for the object itself. */
  readonly subresource: string;
}

/** Both objects are of the field manager's version, with all that Go always writes. */
export interface ManagedUpdate {
  /** For a create: what Go writes of an object in which nothing was set. */
  readonly live: JsonObject;
  readonly next: JsonObject;
  /** Who writes; '' is nobody known. */
  readonly manager: string;
  /** RFC 3339. */
  readonly now: string;
}

/** What nobody manages: the server's own fields, and those that say which object it is. */
const unmanaged = setOfFields(
  ['apiVersion'],
  ['kind'],
  ['metadata'],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((field) => ['metadata', field]),
);

export const withoutUnmanaged = (set: FieldSet): FieldSet => difference(set, unmanaged);

const managedFieldsOf = (object: JsonObject): JsonValue | undefined => objectAt(object, 'metadata')?.['managedFields'];

/**
 * managedFields of `next`, which replaces `live`; undefined: none. What a client sends as managedFields counts if it is
 * valid; none at all is as before, and an empty list ends the tracking, as does an object that never had any.
 */
export function managedFieldsAfterUpdate(
  by: FieldManager,
  { live, next, manager, now }: ManagedUpdate,
): JsonValue | undefined {
  const before = managedFieldsOf(live);
  try {
    const managers = decodeManagers(by, before, managedFieldsOf(next));
    const isCreate = stringAt(objectAt(live, 'metadata'), 'uid') === '';
    if (managers.size === 0 && !isCreate) return undefined;
    const updated = afterUpdate(by, live, next, managers, manager, now);
    capManagers(updated);
    return writeManagers(updated);
  } catch (error) {
    // The object cannot be told apart into fields: who managed what is kept as it was.
    if (error instanceof ListItemError) return before;
    throw error;
  }
}

/** Who manages what after the update; the writer's set has what he changed, if anything, beside what he had. */
export function afterUpdate(
  by: FieldManager,
  live: JsonObject,
  next: JsonObject,
  before: ReadonlyMap<string, Manager>,
  manager: string,
  now: string,
): Map<string, Manager> {
  const { managers, taken } = updateManagers({ object: live, apiVersion: by.apiVersion }, next, before, by);
  const changed = withoutUnmanaged(taken);
  if (isEmpty(changed)) return managers;
  const name = nameOf(by, manager, 'Update');
  const identifier = identifierOf(name);
  const set = union(changed, managers.get(identifier)?.set ?? changed);
  return managers.set(identifier, { ...name, set, time: now });
}

export const nameOf = (
  { apiVersion, subresource }: FieldManager,
  manager: string,
  operation: ManagerName['operation'],
): ManagerName => ({ manager: manager === '' ? 'unknown' : manager, operation, apiVersion, subresource });

function decodeManagers(
  { subresource }: FieldManager,
  before: JsonValue | undefined,
  given: JsonValue | undefined,
): ReadonlyMap<string, Manager> {
  // Nobody sets them by way of a subresource.
  if (subresource !== '' || jsonEqual(given, before)) return storedManagers(before);
  if (isReset(given)) return new Map();
  try {
    const managers = readManagers(given, false);
    return managers.size === 0 ? storedManagers(before) : managers;
  } catch (error) {
    if (error instanceof FieldsV1Error) return storedManagers(before);
    throw error;
  }
}

function storedManagers(entries: JsonValue | undefined): ReadonlyMap<string, Manager> {
  try {
    return readManagers(entries, true);
  } catch (error) {
    if (error instanceof FieldsV1Error) return new Map();
    throw error;
  }
}

/** An empty list, or one empty entry, says that nothing is to be tracked any more. */
function isReset(entries: JsonValue | undefined): boolean {
  if (!Array.isArray(entries)) return false;
  const [first] = entries;
  return entries.length === 0 || (entries.length === 1 && isJsonObject(first) && Object.keys(first).length === 0);
}
