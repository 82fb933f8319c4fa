import { ApiError } from '../machinery/api-error.ts';
import { invalidValue } from '../machinery/field-error.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { metadataField } from '../machinery/object-meta.ts';
import type { RequestContext } from '../machinery/request-context.ts';
import { conflict, invalid, notFound } from '../machinery/status-errors.ts';
import { objectKey } from '../translate/object-key.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import { recordChanges } from './claim-records.ts';
import { planDeletion } from './deletion-plan.ts';
import { type Decision, guaranteedWrite } from './guaranteed-write.ts';
import { listObjects } from './list.ts';
import type {
  CollectionScope,
  DeleteOptions,
  DeleteResult,
  ListOptions,
  ListResult,
  ObjectScope,
} from './rest-storage.ts';
import type { StoreContext } from './store-context.ts';
import { editable } from './stored-values.ts';
import { writtenOf } from './written.ts';

/** `again`: the object was marked, and is to be removed in a second step. */
type Step = { readonly result: DeleteResult; readonly again?: StoredObject };

/**
 * DELETE. An object with finalizers or grace stays and says that it is going; any other goes. Asking for no grace of an
 * object that could have some takes two writes, so that everybody who watches sees it going before it is gone.
 * @throws {ApiError} 404, 409, 422 and what admission refuses with
 */
export async function deleteObject(
  context: StoreContext,
  scope: ObjectScope,
  options: DeleteOptions,
  request: RequestContext,
): Promise<DeleteResult> {
  checkOptions(options);
  warnOfOrphaning(context, options, request);
  const key = objectKey(context.shape, scope);
  const guess = context.cache.readiness === 'ready' ? context.cache.get(key) : undefined;
  const first = await guaranteedWrite<Step>(context, { key, guess, request }, (present) =>
    decide(context, key, scope, options, request, present),
  );
  if (first.again === undefined) return first.result;
  // The client's resourceVersion was that of the object before it was marked.
  const rest = { ...options, preconditions: { ...options.preconditions, resourceVersion: undefined } };
  try {
    const second = await guaranteedWrite<Step>(context, { key, guess: first.again, request }, (present) =>
      decide(context, key, scope, rest, request, present),
    );
    return second.result;
  } catch (error) {
    // Somebody else, who waits for just this mark, was faster.
    if (error instanceof ApiError && error.code === 404) return { ...first.result, deleted: true };
    throw error;
  }
}

function warnOfOrphaning({ stored }: StoreContext, options: DeleteOptions, request: RequestContext): void {
  const { warningOnOrphaning } = stored.strategy;
  if (warningOnOrphaning === undefined || options.propagationPolicy !== '') return;
  if (options.orphanDependents === undefined) request.warn(warningOnOrphaning);
}

/** @throws {ApiError} 422 */
function checkOptions({ orphanDependents, propagationPolicy }: DeleteOptions): void {
  if (orphanDependents === undefined || propagationPolicy === '') return;
  const why = 'orphanDependents and deletionPropagation cannot be both set';
  throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [
    invalidValue('propagationPolicy', propagationPolicy, why),
  ]);
}

/** As admission is told of them. */
function optionsOf({
  gracePeriodSeconds,
  preconditions,
  propagationPolicy,
  orphanDependents,
}: DeleteOptions): JsonObject {
  const { uid, resourceVersion } = preconditions;
  return {
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    ...((uid !== undefined || resourceVersion !== undefined) && {
      preconditions: { ...(uid !== undefined && { uid }), ...(resourceVersion !== undefined && { resourceVersion }) },
    }),
    ...(orphanDependents !== undefined && { orphanDependents }),
    ...(propagationPolicy !== '' && { propagationPolicy }),
  };
}

async function decide(
  context: StoreContext,
  key: string,
  scope: ObjectScope,
  options: DeleteOptions,
  request: RequestContext,
  present: StoredObject | undefined,
): Promise<Decision<Step>> {
  const { stored, resource, admission, clock, garbageCollection } = context;
  const { dryRun } = request;
  if (present === undefined) throw notFound(resource, scope.name);
  const object = editable(present);
  checkPreconditions(context, options, present, metadataField(object, 'uid'));
  const { group, version, kind } = resource;
  const subject = { group, version, kind, resource: resource.resource, subresource: '', request };
  // Who deletes a collection has named nobody.
  const name = request.verb === 'deletecollection' ? '' : present.name;
  const named = { namespace: present.namespace, name };
  const attributes = {
    ...subject,
    ...named,
    operation: 'DELETE',
    object: undefined,
    oldObject: object,
    options: optionsOf(options),
  } as const;
  await admission.admit(attributes);
  await admission.validate(attributes);

  const said = { name: present.name, uid: metadataField(object, 'uid') };
  const plan = planDeletion(object, { stored, options, now: clock.wallTime(), garbageCollection });
  switch (plan.kind) {
    case 'pending':
      return { kind: 'leave', result: { result: { deleted: false, bytes: present.bytes, ...said } } };
    case 'remove': {
      const removed = (bytes: Buffer): Step => ({ result: { deleted: true, bytes, ...said } });
      if (dryRun) return { kind: 'leave', result: removed(present.bytes) };
      const done = (revision: Parameters<StoredObject['at']>[0]) => removed(present.at(revision).bytes);
      const claims = recordChanges(context, undefined, object);
      return { kind: 'write', operation: { type: 'delete', key }, claims, done };
    }
    case 'mark': {
      const written = await writtenOf(context, key, plan.object);
      const deleted = plan.thenRemove;
      if (dryRun) {
        const bytes = written.bytesAt(present.revision);
        return { kind: 'leave', result: { result: { deleted, bytes, ...said } } };
      }
      const done = (revision: Parameters<StoredObject['at']>[0]): Step => {
        const marked = written.at(revision, present.createRevision);
        const result = { deleted, bytes: marked.bytes, ...said };
        return deleted ? { result, again: marked } : { result };
      };
      return { kind: 'write', operation: written.put, done };
    }
    default:
      return plan satisfies never;
  }
}

/** @throws {ApiError} 409 when the object is not the one that the client wants deleted */
function checkPreconditions(
  { stored, resource: plural }: StoreContext,
  { preconditions: { uid, resourceVersion } }: DeleteOptions,
  present: StoredObject,
  actualUid: string,
): void {
  if (stored.strategy.waitsForFinalization !== undefined) {
    // Namespaces have words of their own.
    const differs = (what: string, wanted: string, actual: string): ApiError =>
      conflict(
        plural,
        present.name,
        `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${actual}`,
      );
    const actual = String(present.revision);
    if (uid !== undefined && uid !== actualUid) throw differs('UID', uid, actualUid);
    if (resourceVersion !== undefined && resourceVersion !== actual) {
      throw differs('ResourceVersion', resourceVersion, actual);
    }
    return;
  }
  const resource = { group: stored.group, resource: stored.kind };
  if (uid !== undefined && uid !== actualUid) {
    throw conflict(
      resource,
      present.name,
      `the UID in the precondition (${uid}) does not match the UID in record (${actualUid}). ` +
        'The object might have been deleted and then recreated',
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== String(present.revision)) {
    throw conflict(
      resource,
      present.name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record ` +
        `(${present.revision}). The object might have been modified`,
    );
  }
}

/** A list without a limit is read in pages of so many, as in the original: it is of exactly the resourceVersion that it asks for. */
const pageItems = 10_000;

/**
 * DELETE of a collection: what a list with these options gives, one by one, in its order. Not atomic: an error leaves the
 * rest as it is. What is gone meanwhile does not matter.
 */
export async function deleteCollection(
  context: StoreContext,
  scope: CollectionScope,
  list: ListOptions,
  options: DeleteOptions,
  request: RequestContext,
): Promise<ListResult> {
  warnOfOrphaning(context, options, request);
  const page = list.limit === 0 ? { ...list, limit: pageItems } : list;
  const first = await listObjects(context, scope, page);
  await deleteEach(context, first, options, request);
  if (list.limit > 0 || first.continue === '') return first;
  const items = [...first.items];
  for (let after = first.continue; after !== ''; ) {
    const next = await listObjects(context, scope, { ...page, ...atItsRevision, continue: after });
    await deleteEach(context, next, options, request);
    items.push(...next.items);
    after = next.continue;
  }
  return { revision: first.revision, items, continue: '', remainingItemCount: undefined };
}

/** A continue token says of which revision it is. */
const atItsRevision = { resourceVersion: '', resourceVersionMatch: '' } as const;

async function deleteEach(
  context: StoreContext,
  { items }: ListResult,
  options: DeleteOptions,
  request: RequestContext,
): Promise<void> {
  for (const { namespace, name } of items) {
    try {
      await deleteObject(context, { namespace, name }, options, request);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 404) throw error;
    }
  }
}
