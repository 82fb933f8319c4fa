import { cloneJson } from '../json/clone.ts';
import { jsonEqual } from '../json/json-equal.ts';
import { emptyObject, JsonSyntaxError, parseJsonText } from '../json/parse.ts';
import { isJsonObject, type JsonObject, objectAt, stringAt } from '../json-value.ts';
import { metadataOf } from '../object-meta.ts';
import { DecodeError, decodeUnstructured } from '../schema/decoder.ts';
import { kubernetesSchema } from '../schema/kubernetes-schema.ts';
import { badRequest, unknownError } from '../status-errors.ts';
import { applyConflict } from './apply-conflict.ts';
import { compare } from './compare.ts';
import { afterUpdate, type FieldManager, nameOf, withoutUnmanaged } from './field-manager.ts';
import { difference, type FieldSet, isEmpty, union } from './field-set.ts';
import { fieldSetOf } from './field-set-of.ts';
import { FieldsV1Error } from './fields-v1.ts';
import { ListItemError } from './list-item.ts';
import { identifierOf, type Manager, type Managers, readManagers, writeManagers } from './managers.ts';
import type { MergeType } from './merge-type.ts';
import { spelled } from './path-element.ts';
import { typeErrors, typeErrorsText } from './type-errors.ts';
import { ApplyConflict, applyConfig } from './updater.ts';

export interface ManagedApply {
  /** As of ManagedUpdate: for a create, what Go writes of an object in which nothing was set. */
  readonly live: JsonObject;
  /** What the client wants, as it sent it: not decoded into its type. */
  readonly config: JsonObject;
  readonly kind: string;
  readonly manager: string;
  readonly force: boolean;
  /** RFC 3339. */
  readonly now: string;
  /** What Go writes of an object in which nothing was set. */
  readonly empty: JsonObject;
}

/** Who updated an object, as far as anybody knows, that was never tracked before it is applied to. */
const beforeFirstApply = 'before-first-apply';
const noManager = 'failed to create manager for existing fields';
/** kubectl's own applier: he took over from its older self, which kept what it applied in an annotation. */
const kubectl = 'kubectl';
/** All annotations of an object together. */
const maxAnnotationBytes = 256 * 1024;
const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Server-side apply: `live` with what `config` says of it, and the managers that it has then. Not decoded: what is left of
 * something that went is null, and values are as `config` spells them. The live object itself where nothing changes.
 * @throws {ApiError} 400, 409 with a cause for each field that others manage, 500 in Kubernetes' words where `config` does
 * not fit its type
 */
export function applyPatch(by: FieldManager, apply: ManagedApply): JsonObject {
  checkConfig(by, apply);
  const { live, config, manager, force, now } = apply;
  const type = by.versions.typeOf(by.apiVersion);
  if (type === undefined) throw new RangeError(`no version ${by.apiVersion}`);
  let before: Managers = managersOf(live);
  if (before.size === 0) {
    const tracked = () => afterUpdate(by, apply.empty, live, before, beforeFirstApply, now);
    const object = whichObject(by, apply, live);
    before = overLive(type, live, `${noManager}: failed to convert new object (${object}) to smd typed`, tracked);
  }
  checkType(by, apply, type);
  const name = nameOf(by, manager, 'Apply');
  const identifier = identifierOf(name);
  const own = { identifier, manager: { ...name, set: {}, time: before.get(identifier)?.time } };
  const run = (forced: boolean) =>
    applyConfig({ object: live, apiVersion: by.apiVersion }, config, before, own, forced, by);
  let applied: ReturnType<typeof run>;
  try {
    const which = whichObject(by, apply, live);
    applied = overLive(type, live, `failed to create typed live object (${which})`, () => run(force));
  } catch (error) {
    if (!(error instanceof ApplyConflict)) throw error;
    const left = manager === kubectl ? notLastApplied(type, by.apiVersion, live, error.conflicts) : error.conflicts;
    if (left.size > 0) throw applyConflict(left);
    applied = run(true);
  }
  const managers = new Map(applied.managers);
  const changed = !jsonEqual(applied.object, live);
  finishOwn(managers, identifier, changed ? now : undefined);
  const object = withManagers(applied.object, managers);
  if (manager === kubectl) keepLastApplied(object, config);
  return object;
}

/** @throws {ApiError} 400 */
function checkConfig({ apiVersion }: FieldManager, { config, kind }: ManagedApply): void {
  const [givenVersion, givenKind] = [stringAt(config, 'apiVersion'), stringAt(config, 'kind')];
  if (givenVersion !== apiVersion || givenKind !== kind) {
    throw badRequest(`invalid object type: ${gvkText(givenVersion, givenKind)}`);
  }
  if (saysManagers(config)) throw badRequest('metadata.managedFields must be nil');
}

/** What cannot be read as managers counts as none here, and fails to have the type of some later. */
function saysManagers(config: JsonObject): boolean {
  const managed = objectAt(config, 'metadata')?.['managedFields'];
  const schema = kubernetesSchema().byName('io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry');
  if (!Array.isArray(managed) || schema === undefined) return false;
  try {
    for (const entry of managed) decodeUnstructured(schema, entry);
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
  return true;
}

/** As Go shows a group, version and kind: `apps/v1, Kind=Deployment`, `/v1, Kind=Pod`. */
export function gvkText(apiVersion: string, kind: string): string {
  const parts = apiVersion.split('/').length;
  // Not a group and a version: as if nothing had been said at all.
  if (parts > 2) return '/, Kind=';
  return `${parts === 2 ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;
}

/** @throws {ApiError} 500 */
function managersOf(live: JsonObject): Managers {
  try {
    return readManagers(objectAt(live, 'metadata')?.['managedFields'], true);
  } catch (error) {
    if (error instanceof FieldsV1Error) throw unknownError(`failed to decode managed fields: ${error.message}`);
    throw error;
  }
}

/** @throws {ApiError} 500 */
function checkType(by: FieldManager, apply: ManagedApply, type: MergeType): void {
  const errors = typeErrors(type, apply.config);
  if (errors.length === 0) return;
  const which = whichObject(by, apply, apply.config);
  throw unknownError(`failed to create typed patch object (${which}): ${typeErrorsText(errors)}`);
}

/** As Go shows an object: `default/a; apps/v1, Kind=Deployment`. */
function whichObject({ apiVersion }: FieldManager, { kind }: ManagedApply, object: JsonObject): string {
  const metadata = objectAt(object, 'metadata');
  return `${stringAt(metadata, 'namespace')}/${stringAt(metadata, 'name')}; ${gvkText(apiVersion, kind)}`;
}

/**
 * Nobody who updates is kept from writing a list whose items cannot be told apart, but nothing can be applied to it.
 * @throws {ApiError} 500, as in the original; `failed`: its words
 */
function overLive<T>(type: MergeType, live: JsonObject, failed: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ListItemError)) throw error;
    throw unknownError(`${failed}: ${typeErrorsText(typeErrors(type, live, { duplicates: true }))}`);
  }
}

/** The applier manages nothing that only the server sets; his time is when the object changed. */
function finishOwn(managers: Map<string, Manager>, identifier: string, time: string | undefined): void {
  const manager = managers.get(identifier);
  if (manager === undefined) return;
  const set = withoutUnmanaged(manager.set);
  if (isEmpty(set)) managers.delete(identifier);
  else managers.set(identifier, { ...manager, set, time: time ?? manager.time });
}

function withManagers(object: JsonObject, managers: Managers): JsonObject {
  const metadata = Object.assign(emptyObject(), objectAt(object, 'metadata'));
  const entries = writeManagers(managers);
  if (entries === undefined) delete metadata['managedFields'];
  else metadata['managedFields'] = entries;
  return Object.assign(emptyObject(), object, { metadata });
}

/** Conflicts about other fields than those that kubectl itself applied before, and that nobody has changed since. */
function notLastApplied(
  type: MergeType,
  apiVersion: string,
  live: JsonObject,
  conflicts: ReadonlyMap<string, FieldSet>,
): ReadonlyMap<string, FieldSet> {
  const allowed = lastAppliedSet(type, apiVersion, live);
  if (allowed === undefined) return conflicts;
  const left = [...conflicts].map(([identifier, set]) => [identifier, difference(set, allowed)] as const);
  return new Map(left.filter(([, set]) => !isEmpty(set)));
}

/** Undefined: there is nothing that could be read as what was applied last. */
function lastAppliedSet(type: MergeType, apiVersion: string, live: JsonObject): FieldSet | undefined {
  const text = lastAppliedOf(live);
  if (text === '') return undefined;
  try {
    const { value } = parseJsonText(text);
    if (!isJsonObject(value) || stringAt(value, 'apiVersion') !== apiVersion || typeErrors(type, value).length > 0) {
      return undefined;
    }
    const { modified, added, removed } = compare(type, value, live);
    return difference(fieldSetOf(type, value), union(union(modified, added), removed));
  } catch (error) {
    if (error instanceof JsonSyntaxError || error instanceof ListItemError) return undefined;
    throw error;
  }
}

const annotationsOf = (object: JsonObject): JsonObject | undefined =>
  objectAt(objectAt(object, 'metadata'), 'annotations');

const lastAppliedOf = (object: JsonObject): string => stringAt(annotationsOf(object), lastAppliedAnnotation);

/** What kubectl keeps for its older self is what it applies now, unless that is more than annotations may hold. */
function keepLastApplied(object: JsonObject, config: JsonObject): void {
  if (lastAppliedOf(object) === '') return;
  const applied = cloneJson(config);
  const inner = annotationsOf(applied);
  if (inner !== undefined) delete inner[lastAppliedAnnotation];
  const annotations = annotationsOf(object) ?? {};
  const others = Object.entries(annotations).filter(([key]) => key !== lastAppliedAnnotation);
  const text = `${spelled(applied)}\n`;
  const size = [...others, [lastAppliedAnnotation, text] as const].reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + (typeof value === 'string' ? Buffer.byteLength(value) : 0),
    0,
  );
  const kept = Object.assign(emptyObject(), Object.fromEntries(others));
  if (size <= maxAnnotationBytes) kept[lastAppliedAnnotation] = text;
  metadataOf(object)['annotations'] = kept;
}
