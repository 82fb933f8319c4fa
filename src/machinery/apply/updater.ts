import type { JsonObject } from '../json-value.ts';
import { type Comparison, compare, filtered } from './compare.ts';
import type { FieldFilter } from './field-filter.ts';
import { difference, emptySet, type FieldSet, intersection, isEmpty, union } from './field-set.ts';
import { fieldSetOf } from './field-set-of.ts';
import type { Manager, Managers } from './managers.ts';
import { merge } from './merge.ts';
import type { MergeType } from './merge-type.ts';
import { withNamedFields } from './named-members.ts';
import { reconcile } from './reconcile.ts';
import { removeItems } from './remove-items.ts';

/** The versions in which an object is served, and how it becomes one of them. */
export interface Versions {
  /** Undefined: it is not served in this version, and nobody can be the manager of its fields in it. */
  typeOf(apiVersion: string): MergeType | undefined;
  /** `object` is of another served version. A copy. */
  convert(object: JsonObject, apiVersion: string): JsonObject;
}

/** An object at one version. */
export interface Versioned {
  readonly object: JsonObject;
  readonly apiVersion: string;
}

export interface UpdaterOptions {
  readonly versions: Versions;
  readonly filter: FieldFilter | undefined;
}

/** Fields that an apply would change, by the identifier of who else manages them. */
export class ApplyConflict extends Error {
  override readonly name = 'ApplyConflict';
  readonly conflicts: ReadonlyMap<string, FieldSet>;

  constructor(conflicts: ReadonlyMap<string, FieldSet>) {
    super('fields are managed by others');
    this.conflicts = conflicts;
  }
}

/** An object in each version that a manager's set is of, made once. */
class InVersions {
  readonly #versions: Versions;
  readonly #original: Versioned;
  readonly #converted = new Map<string, JsonObject>();

  constructor(versions: Versions, original: Versioned) {
    this.#versions = versions;
    this.#original = original;
  }

  at(apiVersion: string): JsonObject {
    if (apiVersion === this.#original.apiVersion) return this.#original.object;
    const known = this.#converted.get(apiVersion) ?? this.#versions.convert(this.#original.object, apiVersion);
    this.#converted.set(apiVersion, known);
    return known;
  }
}

/** Managers of versions that are still served, with sets that fit how fields are owned today. */
function reconciled(managers: Managers, { versions }: UpdaterOptions): Map<string, Manager> {
  const result = new Map<string, Manager>();
  for (const [identifier, manager] of managers) {
    const type = versions.typeOf(manager.apiVersion);
    if (type !== undefined) result.set(identifier, withSet(manager, reconcile(type, manager.set)));
  }
  return result;
}

const withSet = (manager: Manager, set: FieldSet): Manager => (set === manager.set ? manager : { ...manager, set });

/**
 * Takes from every manager but `own` what `next` changes, and from all what it removes. Changes `managers`.
 * @throws {ApplyConflict} when it changes what others manage, unless `force`
 */
function takeOver(
  live: Versioned,
  next: JsonObject,
  managers: Map<string, Manager>,
  own: string,
  force: boolean,
  { versions, filter }: UpdaterOptions,
): Comparison {
  const type = typeAt(versions, live.apiVersion);
  const comparisons = new Map<string, Comparison>();
  const first = compareFiltered(type, live.object, next, filter);
  comparisons.set(live.apiVersion, first);
  const before = new InVersions(versions, live);
  const after = new InVersions(versions, { ...live, object: next });
  const conflicts = new Map<string, FieldSet>();
  for (const [identifier, { set, apiVersion }] of managers) {
    if (identifier === own) continue;
    let changes = comparisons.get(apiVersion);
    if (changes === undefined) {
      const other = typeAt(versions, apiVersion);
      changes = compareFiltered(other, before.at(apiVersion), after.at(apiVersion), filter);
      comparisons.set(apiVersion, changes);
    }
    const conflict = intersection(set, union(changes.modified, changes.added));
    if (!isEmpty(conflict)) conflicts.set(identifier, conflict);
  }
  if (!force && conflicts.size > 0) throw new ApplyConflict(conflicts);
  for (const [identifier, manager] of managers) {
    const removed = identifier === own ? emptySet : (comparisons.get(manager.apiVersion)?.removed ?? emptySet);
    const set = difference(difference(manager.set, conflicts.get(identifier) ?? emptySet), removed);
    if (isEmpty(set)) managers.delete(identifier);
    else managers.set(identifier, withSet(manager, set));
  }
  return first;
}

function compareFiltered(
  type: MergeType,
  before: JsonObject,
  after: JsonObject,
  filter: FieldFilter | undefined,
): Comparison {
  const comparison = compare(type, before, after);
  return filter === undefined ? comparison : filtered(comparison, filter);
}

function typeAt(versions: Versions, apiVersion: string): MergeType {
  const type = versions.typeOf(apiVersion);
  if (type === undefined) throw new RangeError(`no version ${apiVersion}`);
  return type;
}

/**
 * Who manages what after somebody has replaced `live` by `next`, both of the same version: he manages what he changed.
 * `taken`: that, empty when nothing counts as changed.
 * @throws {ListItemError}
 */
export function updateManagers(
  live: Versioned,
  next: JsonObject,
  before: Managers,
  options: UpdaterOptions,
): { readonly managers: Map<string, Manager>; readonly taken: FieldSet } {
  const managers = reconciled(before, options);
  const { modified, added } = takeOver(live, next, managers, '', true, options);
  return { managers, taken: union(modified, added) };
}

export interface Applied {
  readonly object: JsonObject;
  readonly managers: Map<string, Manager>;
}

/**
 * `live` with what `config` says of it, of the same version, and who manages what after that. What `own` applied before
 * and does no more goes, unless somebody else manages it. `own`: the applier, without his set.
 * @throws {ApplyConflict} when it changes what others manage, unless `force`
 * @throws {ListItemError}
 */
export function applyConfig(
  live: Versioned,
  config: JsonObject,
  before: Managers,
  own: { readonly identifier: string; readonly manager: Manager },
  force: boolean,
  options: UpdaterOptions,
): Applied {
  const { versions, filter } = options;
  const type = typeAt(versions, live.apiVersion);
  const managers = reconciled(before, options);
  const merged = merge(type, live.object, config);
  const last = managers.get(own.identifier);
  const set = fieldSetOf(type, config);
  const managed = filter === undefined ? set : filter(set);
  managers.set(own.identifier, { ...own.manager, set: managed });
  const object = prune({ ...live, object: merged }, managers, last, managed, options);
  takeOver(live, object, managers, own.identifier, force, options);
  return { object, managers };
}

/** Removes what the applier managed and manages no more, and nobody else does. `own`: what he manages now. */
function prune(
  merged: Versioned,
  managers: Managers,
  last: Manager | undefined,
  own: FieldSet,
  { versions }: UpdaterOptions,
): JsonObject {
  if (last === undefined || isEmpty(last.set)) return merged.object;
  // He manages all that he did: nothing can be his that he gives up.
  if (last.apiVersion === merged.apiVersion && isEmpty(difference(last.set, own))) return merged.object;
  const version = last.apiVersion;
  const type = typeAt(versions, version);
  const whole = new InVersions(versions, merged).at(version);
  const lastSet = withNamedFields(type, last.set);
  let pruned: Versioned = { apiVersion: version, object: removeItems(type, whole, lastSet) };
  pruned = addBackOwned(merged, pruned, managers, versions);
  // What this applier did not manage is none of his, though it was in something of his.
  const left = withNamedFields(type, fieldSetOf(type, new InVersions(versions, pruned).at(version)));
  const all = withNamedFields(type, fieldSetOf(type, whole));
  const gone = intersection(difference(all, left), lastSet);
  const result = { apiVersion: version, object: removeItems(type, whole, gone) };
  return new InVersions(versions, result).at(merged.apiVersion);
}

/** What was removed comes back where somebody manages it, the applier's new set included. */
function addBackOwned(merged: Versioned, first: Versioned, managers: Managers, versions: Versions): Versioned {
  const owned = new Map<string, FieldSet>();
  for (const { apiVersion, set } of managers.values()) {
    owned.set(apiVersion, union(owned.get(apiVersion) ?? emptySet, set));
  }
  // At the version of what was removed first: a conversion may need what comes back.
  const order = [first.apiVersion, ...[...owned.keys()].filter((version) => version !== first.apiVersion)];
  const whole = new InVersions(versions, merged);
  let pruned = first;
  for (const version of order) {
    const set = owned.get(version);
    if (set === undefined) continue;
    const type = typeAt(versions, version);
    const [all, left] = [whole.at(version), new InVersions(versions, pruned).at(version)];
    const kept = union(withNamedFields(type, fieldSetOf(type, left)), withNamedFields(type, set));
    const gone = difference(withNamedFields(type, fieldSetOf(type, all)), kept);
    pruned = { apiVersion: version, object: removeItems(type, all, gone) };
  }
  return pruned;
}
