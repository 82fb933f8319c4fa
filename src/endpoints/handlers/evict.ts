import { setPodCondition } from '../../api/core/pod-conditions.ts';
import type { ApiError } from '../../machinery/api-error.ts';
import { invalidValue } from '../../machinery/field-error.ts';
import { numberAt, objectIn, stringsAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, objectAt } from '../../machinery/json-value.ts';
import { metadataField } from '../../machinery/object-meta.ts';
import { badRequest, conflict, invalid } from '../../machinery/status-errors.ts';
import type { DeleteOptions } from '../../registry/rest-storage.ts';
import { decodeObject } from '../body/decode-object.ts';
import { writeOptionsOf } from '../options/write-options.ts';
import { respondStatus } from '../response/respond.ts';
import { done } from './done.ts';
import type { Handler } from './handler.ts';
import { matchNamespace } from './match-object.ts';
import { objectScopeOf } from './scope.ts';

const kind = { group: 'policy', version: 'v1', kind: 'Eviction' } as const;

/** POST of a pod's `eviction`: the pod says why it goes, and goes. Nothing stands against it yet. */
export const evict: Handler = async (request, { served, store }, deps) => {
  const scope = objectScopeOf(request, served);
  const query = writeOptionsOf(request.query, 'CreateOptions');
  const eviction = await decodeObject(request, { ...served, ...kind }, query.fieldValidation, deps.limits);
  matchNamespace(eviction, scope.namespace);
  if (metadataField(eviction, 'name') !== scope.name) {
    throw badRequest('name in URL does not match name in Eviction object');
  }
  const given = objectAt(eviction, 'deleteOptions');
  if (valueAt(given, ignoreReadError) === true) {
    const why = 'can not be set for pod eviction, try after removing the option';
    throw invalid(kind, scope.name, [invalidValue(`deleteOptions.${ignoreReadError}`, true, why)]);
  }
  const dryRun = isDryRun(query.dryRun, stringsAt(given, 'dryRun'));
  const options = optionsIn(given);
  const context = request.context.with({ dryRun, fieldManager: query.fieldManager });
  if (dryRun) {
    await store.delete(scope, options, context);
    return respondStatus(request, done);
  }
  const { uid, resourceVersion } = options.preconditions;
  const { bytes } = await store.update(
    scope,
    'status',
    (pod) => {
      checkPreconditions(pod, options);
      setPodCondition(pod, evicting, deps.clock.wallTime());
      return pod;
    },
    context,
  );
  // The client's version was that of the pod before it said so.
  const marked = resourceVersion === undefined ? undefined : versionIn(bytes);
  await store.delete(scope, { ...options, preconditions: { uid, resourceVersion: marked } }, context);
  return respondStatus(request, done);
};

/** @throws {ApiError} 409 */
function checkPreconditions(pod: JsonObject, { preconditions: { uid, resourceVersion } }: DeleteOptions): void {
  const differs = (what: string, wanted: string, actual: string, perhaps: string): ApiError => {
    const record = `does not match the ${what} in record (${actual})`;
    const why = `the ${what} in the precondition (${wanted}) ${record}. The object might have been ${perhaps}`;
    return conflict({ group: '', resource: 'Pod' }, metadataField(pod, 'name'), why);
  };
  const [ownUid, ownVersion] = [metadataField(pod, 'uid'), metadataField(pod, 'resourceVersion')];
  if (uid !== undefined && uid !== ownUid) throw differs('UID', uid, ownUid, 'deleted and then recreated');
  if (resourceVersion !== undefined && resourceVersion !== ownVersion) {
    throw differs('ResourceVersion', resourceVersion, ownVersion, 'modified');
  }
}

const ignoreReadError = 'ignoreStoreReadErrorWithClusterBreakingPotential';
const evicting = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'EvictionByEvictionAPI',
  message: 'Eviction API: evicting',
};

/** In the query, in the body, or in both, but not differently. @throws {ApiError} 400 */
function isDryRun(inQuery: boolean, inBody: readonly string[]): boolean {
  if (inQuery && inBody.length > 0 && inBody[0] !== 'All') {
    throw badRequest(`Non-matching dry-run options in request and content: [All] and [${inBody.join(' ')}]`);
  }
  return inQuery || inBody.includes('All');
}

function optionsIn(given: JsonObject | undefined): DeleteOptions {
  const preconditions = objectIn(given, 'preconditions');
  const orphans = valueAt(given, 'orphanDependents');
  return {
    gracePeriodSeconds:
      valueAt(given, 'gracePeriodSeconds') === undefined ? undefined : numberAt(given, 'gracePeriodSeconds'),
    preconditions: {
      uid: textAt(preconditions, 'uid') || undefined,
      resourceVersion: textAt(preconditions, 'resourceVersion') || undefined,
    },
    propagationPolicy: textAt(given, 'propagationPolicy') as DeleteOptions['propagationPolicy'],
    orphanDependents: typeof orphans === 'boolean' ? orphans : undefined,
  };
}

const versionIn = (bytes: Buffer): string =>
  textAt(JSON.parse(bytes.toString()) as JsonObject, 'metadata', 'resourceVersion');
