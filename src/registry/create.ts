import type { Occasion } from '../api/strategy/strategy.ts';
import { noRevision, type Revision } from '../base/revision.ts';
import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import { ApiError } from '../machinery/api-error.ts';
import { cloneGiven } from '../machinery/json/emptied.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { generateName } from '../machinery/name-generator.ts';
import { metadataField, metadataOf, setMetadataField } from '../machinery/object-meta.ts';
import type { RequestContext } from '../machinery/request-context.ts';
import { alreadyExists, generateNameConflict, invalid, timeout, unknownError } from '../machinery/status-errors.ts';
import { validateObjectMeta } from '../machinery/validation/object-meta.ts';
import { pathSegmentName, pathSegmentPrefix } from '../machinery/validation/path-segment.ts';
import type { KeyValue } from '../storage/storage.ts';
import { isStorableName, objectKey } from '../translate/object-key.ts';
import { translate } from '../translate/translate.ts';
import { recordChanges } from './claim-records.ts';
import { type ClaimsWrite, joined } from './claims-write.ts';
import { fillIn } from './fill-in.ts';
import { setManagedFields } from './managed-fields.ts';
import { initMetadata, setNamespace } from './object-metadata.ts';
import { dropRepeatedOwners } from './owner-references.ts';
import type { CollectionScope, WriteResult } from './rest-storage.ts';
import type { StoreContext } from './store-context.ts';
import { writtenOf } from './written.ts';

/** With eight tries a million names of one generateName fit before a thousandth of the creates fails. */
const maxGeneratedNames = 8;

/** How admission is told of a create. */
export const createRequest = (
  { resource: { group, version, kind, resource } }: StoreContext,
  object: JsonObject,
  request: RequestContext,
): AdmissionAttributes => ({
  operation: 'CREATE',
  group,
  version,
  kind,
  resource,
  subresource: '',
  namespace: metadataField(object, 'namespace'),
  name: metadataField(object, 'name'),
  object,
  oldObject: undefined,
  request,
});

/**
 * Everything between an admitted object with a name and its write: the strategy, validation, validating admission.
 * Changes `object` into what is stored, and answers with what it claims.
 * @throws {ApiError} 422 and what admission refuses with
 */
export async function prepareCreate(
  context: StoreContext,
  object: JsonObject,
  request: RequestContext,
): Promise<ClaimsWrite | undefined> {
  const { stored, admission } = context;
  const { strategy } = stored;
  const claims = await context.claims.allocate(context, object, undefined, request);
  strategy.prepareForCreate(object, occasionOf(context, request));
  context.shape.fillZeroValues?.(object);
  const errors = strategy.validateCreate(object, {
    requested: context.resource,
    metadataErrors: (validateName) =>
      validateObjectMeta(metadataOf(object), {
        namespaced: stored.namespaced,
        validateName(name, prefix) {
          const wrong = validateName(name, prefix);
          if (wrong.length > 0) return wrong;
          if (!isStorableName(name)) return ['may not contain characters beyond U+D7FF'];
          return prefix ? pathSegmentPrefix(name) : pathSegmentName(name);
        },
      }),
  });
  if (errors.length > 0) throw invalid(stored, metadataField(object, 'name'), errors);
  strategy.canonicalize?.(object);
  context.shape.toStoredForm?.(object);
  for (const text of strategy.warningsOnCreate?.(object) ?? []) request.warn(text);
  await admission.validate(createRequest(context, object, request));
  return claims;
}

export const occasionOf = ({ clock }: StoreContext, request: RequestContext): Occasion => ({
  user: request.user,
  now: clock.wallTime(),
  warn: (text) => request.warn(text),
});

/**
 * CREATE. `given` is changed. The name may be generated; then a taken name is tried again with another.
 * @throws {ApiError} 400, 409, 422 and what admission refuses with
 */
export async function createObject(
  context: StoreContext,
  scope: CollectionScope,
  given: JsonObject,
  request: RequestContext,
): Promise<WriteResult> {
  setNamespace(context, given, scope.namespace);
  initMetadata(context, given);
  dropRepeatedOwners(given, request, { admitted: false });
  fillIn(context, given);
  setManagedFields(context, given, undefined, '', request);
  await context.admission.admit(createRequest(context, given, request));
  dropRepeatedOwners(given, request, { admitted: true });

  const base = metadataField(given, 'generateName');
  const generates = base !== '' && metadataField(given, 'name') === '';
  for (let attempt = 1; ; attempt++) {
    const object = generates ? cloneGiven(given) : given;
    if (generates) setMetadataField(object, 'name', nameFrom(context, base));
    try {
      return await context.claims.inTurn(context, () => prepareAndInsert(context, object, request));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status.reason !== 'AlreadyExists' || base === '') throw error;
      if (generates && attempt < maxGeneratedNames) continue;
      // As in the original: the group of the kind, whichever was asked for.
      const resource = { group: context.stored.group, resource: context.resource.resource };
      throw generateNameConflict(resource, metadataField(object, 'name'), 1);
    }
  }
}

const nameFrom = ({ stored, random }: StoreContext, base: string): string =>
  stored.strategy.namesAreWhole === true ? base : generateName(base, (below) => random.integer(below));

/** Another replica may claim something at the same time, which only repeats the work. */
async function prepareAndInsert(context: StoreContext, given: JsonObject, request: RequestContext) {
  for (;;) {
    if (request.aborted) throw timeout('request did not complete within the allotted timeout', 0);
    const object = context.stored.strategy.allocation === undefined ? given : cloneGiven(given);
    const claims = await prepareCreate(context, object, request);
    const result = await insert(context, object, joined(claims, recordChanges(context, object, undefined)), request);
    if (result !== undefined) return result;
  }
}

/** undefined: what it claims was claimed by others since it was looked at. */
async function insert(
  context: StoreContext,
  object: JsonObject,
  claims: ClaimsWrite | undefined,
  { dryRun }: RequestContext,
): Promise<WriteResult | undefined> {
  const { shape, storage, resource } = context;
  const name = metadataField(object, 'name');
  const key = objectKey(shape, { namespace: metadataField(object, 'namespace'), name });
  const given = revisionIn(metadataField(object, 'resourceVersion'));
  const written = await writtenOf(context, key, object);
  if (dryRun) {
    const { kv } = await storage.get(key);
    if (kv !== undefined) throw taken(context, name, kv);
    return { bytes: given === undefined ? written.bytes : written.bytesAt(given), created: true };
  }
  // The original's store looks at it, so it is refused last, and a dry run does not come so far.
  if (given !== undefined) {
    throw unknownError('resourceVersion should not be set on objects to be created');
  }
  const compare = [{ key, modRevision: noRevision }, ...(claims?.compare ?? [])];
  const result = await storage.transact({ compare, operations: [written.put, ...(claims?.operations ?? [])] });
  if (result.succeeded) return { bytes: written.bytesAt(result.revision), created: true };
  const [kv] = result.current;
  if (kv === undefined && claims !== undefined) return undefined;
  throw kv === undefined ? alreadyExists(resource, name) : taken(context, name, kv);
}

/** A number that a version can be; whatever else is there counts for nothing. */
const revisionIn = (resourceVersion: string): Revision | undefined =>
  /^0*[1-9]\d{0,15}$/.test(resourceVersion) ? (Number(resourceVersion) as Revision) : undefined;

/** The name is in use; a client that has just deleted the object learns that it is not gone yet. */
function taken({ resource, shape }: StoreContext, name: string, kv: KeyValue): ApiError {
  const error = alreadyExists(resource, name);
  const change = translate(shape, { type: 'put', kv });
  const deleting = change.type === 'put' && metadataField(change.object.parse(), 'deletionTimestamp') !== '';
  if (!deleting) return error;
  const { details } = error.status;
  const message = `object is being deleted: ${error.message}`;
  return new ApiError(409, 'AlreadyExists', message, details === undefined ? {} : { details });
}
