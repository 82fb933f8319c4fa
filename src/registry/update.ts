import type { Strategy, UpdateStrategy } from '../api/strategy/strategy.ts';
import type { ObjectView, SubresourceKind } from '../api/subresource-kind.ts';
import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import type { ApiError } from '../machinery/api-error.ts';
import { invalidValue } from '../machinery/field-error.ts';
import { cloneGiven } from '../machinery/json/emptied.ts';
import { numberAt } from '../machinery/json/json-path.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { finalizersOf, metadataField, metadataOf, setMetadataField } from '../machinery/object-meta.ts';
import type { RequestContext } from '../machinery/request-context.ts';
import { badRequest, conflict, genericError, invalid, notFound, objectModified } from '../machinery/status-errors.ts';
import { validateObjectMetaUpdate } from '../machinery/validation/object-meta.ts';
import { objectKey } from '../translate/object-key.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import { applying } from './apply.ts';
import { recordChanges } from './claim-records.ts';
import { joined } from './claims-write.ts';
import { createRequest, occasionOf, prepareCreate } from './create.ts';
import { fillIn } from './fill-in.ts';
import { type Decision, guaranteedWrite } from './guaranteed-write.ts';
import { isUnchanged, setManagedFields } from './managed-fields.ts';
import { initMetadata, keepMetadata, setNamespace } from './object-metadata.ts';
import { dropRepeatedOwners } from './owner-references.ts';
import { checkSeenVersion } from './resource-version.ts';
import type { AppliedConfig, ObjectScope, Updater, WriteResult } from './rest-storage.ts';
import type { StoreContext } from './store-context.ts';
import { editable } from './stored-values.ts';
import { writtenOf } from './written.ts';

interface Update {
  readonly scope: ObjectScope;
  readonly subresource: string;
  /** A new object each time: it is changed. */
  readonly make: (present: StoredObject | undefined) => JsonObject;
  /** Made from the present object: it is the same one, so a uid that differs is a change, and none of those that may be. */
  readonly patched: boolean;
  /** It was applied: it may be made of nothing. */
  readonly applied: boolean;
  /** What makes it says who manages its fields, too. */
  readonly managed: boolean;
  readonly request: RequestContext;
  /** As what admission sees the object: a subresource's view of it. */
  readonly seenAs?: SeenAs;
}

/** A subresource whose body is a view of the object. */
export interface SeenAs {
  readonly subresource: string;
  readonly kind: SubresourceKind & { readonly view: ObjectView };
}

/**
 * UPDATE, of the object or a subresource, with the object given or made from the present one. The same object again
 * changes nothing and has no new resourceVersion. An object that is going and loses its last finalizer goes.
 * @throws {ApiError} 400, 404, 409, 422 and what admission refuses with
 */
export async function updateObject(
  context: StoreContext,
  scope: ObjectScope,
  subresource: string,
  given: JsonObject | Updater,
  request: RequestContext,
): Promise<WriteResult> {
  const key = objectKey(context.shape, scope);
  if (typeof given !== 'function') dropRepeatedOwners(given, request, { admitted: false });
  const make = typeof given === 'function' ? patching(context, scope, given) : () => cloneGiven(given);
  const patched = typeof given === 'function';
  return write(context, key, { scope, subresource, make, patched, applied: false, managed: false, request });
}

/**
 * Server-side apply, of the object or a subresource: as an update, but that it may create the object.
 * @throws {ApiError} 400, 404, 409, 422 and what admission refuses with
 */
export async function applyObject(
  context: StoreContext,
  scope: ObjectScope,
  subresource: string,
  config: AppliedConfig,
  request: RequestContext,
): Promise<WriteResult> {
  const key = objectKey(context.shape, scope);
  const make = applying(context, scope, subresource, config, request);
  return write(context, key, { scope, subresource, make, patched: true, applied: true, managed: true, request });
}

/**
 * UPDATE of an object by what `make` makes of it, and of who manages its fields.
 * @throws {ApiError} 400, 404, 409, 422 and what admission refuses with
 */
export async function updateManaged(
  context: StoreContext,
  scope: ObjectScope,
  updater: Updater,
  request: RequestContext,
  seenAs: SeenAs,
): Promise<WriteResult> {
  const make = patching(context, scope, updater);
  const key = objectKey(context.shape, scope);
  const how = { subresource: '', patched: true, applied: false, managed: true } as const;
  return write(context, key, { scope, make, request, seenAs, ...how });
}

function write(context: StoreContext, key: string, update: Update): Promise<WriteResult> {
  const { request } = update;
  const guess = context.cache.readiness === 'ready' ? context.cache.get(key) : undefined;
  return context.claims.inTurn(context, () =>
    guaranteedWrite<WriteResult>(context, { key, guess, request }, (present) =>
      present === undefined ? decideCreate(context, key, update) : decideUpdate(context, key, update, present),
    ),
  );
}

const patching = ({ resource }: StoreContext, { name }: ObjectScope, updater: Updater): Update['make'] => {
  return (present) => {
    if (present === undefined) throw notFound(resource, name);
    return updater(editable(present));
  };
};

async function decideUpdate(
  context: StoreContext,
  key: string,
  update: Update,
  present: StoredObject,
): Promise<Decision<WriteResult>> {
  const { request, scope } = update;
  // Only read: so the quick parser will do, whose objects inherit what objects inherit.
  const old = present.parse();
  const next = update.make(present);
  checkScope(context, next, scope);
  if (!update.patched) checkUid(context, key, next, old, scope);
  checkPreconditions(context, next, present, scope);
  fillIn(context, next);
  if (!update.managed) setManagedFields(context, next, old, update.subresource, request);
  const attributes = updateAttributes(context, update, next, old);
  await context.admission.admit(attributes);
  if (update.seenAs !== undefined && attributes.object !== undefined)
    update.seenAs.kind.view.into(next, attributes.object);
  dropRepeatedOwners(next, request, { admitted: true });

  keepMetadata(next, old);
  setMetadataField(next, 'resourceVersion', String(present.revision));
  const { strategy } = context.stored;
  const path = updateStrategy(strategy, update.subresource);
  const claims = update.subresource === '' ? await context.claims.allocate(context, next, old, request) : undefined;
  const occasion = occasionOf(context, request);
  path.prepareForUpdate(next, old, occasion);
  const errors = [
    ...validateObjectMetaUpdate(metadataOf(next), metadataOf(old)),
    ...path.validateUpdate(next, old, context.resource, occasion),
  ];
  if (errors.length > 0) throw invalid(context.stored, scope.name, errors);
  context.shape.toStoredForm?.(next);
  for (const text of path.warningsOnUpdate?.(next, old) ?? []) request.warn(text);
  await context.admission.validate(
    update.seenAs === undefined ? attributes : updateAttributes(context, update, next, old),
  );

  if (goesNow(strategy, next, old)) {
    const result = { bytes: (await writtenOf(context, key, next)).bytesAt(present.revision), created: false };
    if (request.dryRun) return { kind: 'leave', result };
    const claims = recordChanges(context, undefined, old);
    return { kind: 'write', operation: { type: 'delete', key }, claims, done: () => result };
  }
  if (isUnchanged(next, old)) return { kind: 'leave', result: { bytes: present.bytes, created: false } };
  const written = await writtenOf(context, key, next);
  if (request.dryRun) return { kind: 'leave', result: { bytes: written.bytesAt(present.revision), created: false } };
  return {
    kind: 'write',
    operation: written.put,
    claims: joined(claims, recordChanges(context, next, old)),
    done: (revision) => ({ bytes: written.bytesAt(revision), created: false }),
  };
}

/** A PUT of what is not there: refused, unless the resource lets it create. */
async function decideCreate(context: StoreContext, key: string, update: Update): Promise<Decision<WriteResult>> {
  const { scope, request } = update;
  const missing = notFound(context.resource, scope.name);
  if (!(update.applied || context.stored.strategy.allowCreateOnUpdate) || update.subresource !== '') throw missing;
  const object = update.make(undefined);
  checkScope(context, object, scope);
  const uid = metadataField(object, 'uid');
  if (uid !== '') throw uidMismatch(context, key, scope, uid, '');
  setMetadataField(object, 'resourceVersion', '');
  initMetadata(context, object);
  fillIn(context, object);
  if (!update.managed) setManagedFields(context, object, undefined, '', request);
  await context.admission.admit(createRequest(context, object, request));
  dropRepeatedOwners(object, request, { admitted: true });
  const claims = await prepareCreate(context, object, request);
  const written = await writtenOf(context, key, object);
  if (request.dryRun) return { kind: 'leave', result: { bytes: written.bytes, created: true } };
  return {
    kind: 'write',
    operation: written.put,
    claims: joined(claims, recordChanges(context, object, undefined)),
    done: (revision) => ({ bytes: written.bytesAt(revision), created: true }),
  };
}

/** @throws {ApiError} 404 when the resource has no such subresource */
function updateStrategy(strategy: Strategy, subresource: string): UpdateStrategy {
  if (subresource === '') return strategy;
  const { subresources } = strategy;
  const found = Object.hasOwn(subresources, subresource) ? subresources[subresource] : undefined;
  if (found === undefined) throw genericError(404);
  return found;
}

/** @throws {ApiError} 400 when the object is not the one that the path names */
function checkScope(context: StoreContext, object: JsonObject, { name, namespace }: ObjectScope): void {
  const own = metadataField(object, 'name');
  if (own === '') {
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (own !== name) {
    throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
  }
  setNamespace(context, object, namespace);
}

/** @throws {ApiError} 409 when the client means another object of the same name */
function checkUid(context: StoreContext, key: string, next: JsonObject, old: JsonObject, scope: ObjectScope): void {
  const uid = metadataField(next, 'uid');
  if (uid !== '' && uid !== metadataField(old, 'uid')) {
    throw uidMismatch(context, key, scope, uid, metadataField(old, 'uid'));
  }
}

/** @throws {ApiError} 409 when the object is another than the client has seen, 422 when it should say which it has seen */
function checkPreconditions(context: StoreContext, next: JsonObject, present: StoredObject, scope: ObjectScope): void {
  const seen = metadataField(next, 'resourceVersion');
  if (seen === '' || seen === '0') {
    if (context.stored.strategy.allowUnconditionalUpdate) return;
    const kind = { group: context.resource.group, kind: context.resource.resource };
    throw invalid(kind, scope.name, [invalidValue('metadata.resourceVersion', 0, 'must be specified for an update')]);
  }
  checkSeenVersion(seen);
  if (seen !== String(present.revision)) throw conflict(context.resource, scope.name, objectModified);
}

/** In the words of Kubernetes' store, which clients see. */
const uidMismatch = (
  { resource }: StoreContext,
  key: string,
  { name }: ObjectScope,
  wanted: string,
  actual: string,
): ApiError =>
  conflict(
    resource,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ` +
      `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${actual}`,
  );

const updateAttributes = (
  { stored, resource }: StoreContext,
  { scope, subresource, request, seenAs }: Update,
  object: JsonObject,
  oldObject: JsonObject,
): AdmissionAttributes => ({
  operation: 'UPDATE',
  group: resource.group,
  version: resource.version,
  kind: resource.kind,
  resource: resource.resource,
  subresource: seenAs?.subresource ?? subresource,
  namespace: stored.namespaced ? scope.namespace : '',
  name: scope.name,
  object: seenAs?.kind.view.of(object) ?? object,
  oldObject: seenAs?.kind.view.of(oldObject) ?? oldObject,
  request,
  ...(seenAs !== undefined && { objectKind: seenAs.kind }),
});

/** The deletion was asked for before, its grace is over, and this update takes away the last thing it waited for. */
const goesNow = (strategy: Strategy, next: JsonObject, old: JsonObject): boolean =>
  metadataField(old, 'deletionTimestamp') !== '' &&
  numberAt(old, 'metadata', 'deletionGracePeriodSeconds') === 0 &&
  finalizersOf(next).length === 0 &&
  strategy.waitsForFinalization?.(next) !== true;
