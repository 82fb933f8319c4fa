import { setPodCondition } from '../../api/core/pod-conditions.ts';
import {
  covers,
  isOver,
  mayGoUncounted,
  needsNoBudget,
  stillProcessed,
  takeDisruption,
} from '../../api/policy/disruptions.ts';
import type { Pod } from '../../api/types/core-v1.generated.ts';
import type { PodDisruptionBudget } from '../../api/types/policy-v1.generated.ts';
import type { Clock } from '../../base/clock.ts';
import { ApiError, type Status } from '../../machinery/api-error.ts';
import { invalidValue } from '../../machinery/field-error.ts';
import { numberAt, objectIn, stringsAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, objectAt } from '../../machinery/json-value.ts';
import { metadataField } from '../../machinery/object-meta.ts';
import type { RequestContext } from '../../machinery/request-context.ts';
import { badRequest, conflict, invalid } from '../../machinery/status-errors.ts';
import { listEverything } from '../../registry/list-everything.ts';
import type { DeleteOptions, ObjectScope, RestStorage } from '../../registry/rest-storage.ts';
import { decodeObject } from '../body/decode-object.ts';
import { writeOptionsOf } from '../options/write-options.ts';
import { respondStatus } from '../response/respond.ts';
import { done } from './done.ts';
import type { Handler } from './handler.ts';
import { matchNamespace } from './match-object.ts';
import { outputWithoutTable } from './output.ts';
import { objectScopeOf } from './scope.ts';

const kind = { group: 'policy', version: 'v1', kind: 'Eviction' } as const;

/** POST of a pod's `eviction`: when its disruption budget lets it, the pod says why it goes, and goes. */
export const evict: Handler = async (request, { served, store }, deps) => {
  const scope = objectScopeOf(request, served);
  outputWithoutTable(request, kind);
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
  const context = request.context.with({ dryRun, fieldManager: query.fieldManager });
  const job: Eviction = { scope, store, options: optionsIn(given), context, clock: deps.clock };
  const budgets = deps.resources('policy', 'v1', 'poddisruptionbudgets')?.store;
  const { pod, isGone } = await evictUndisrupted(job);
  if (isGone) return respondStatus(request, done);
  const [budget, another] = budgets === undefined ? [] : await budgetsOf(budgets, pod, scope.namespace);
  if (another !== undefined) return respondStatus(request, severalBudgets);
  if (budgets === undefined || budget === undefined) await addConditionAndDelete(job, job.options);
  else if (mayGoUncounted(pod, budget)) await evictAsItIs(job, pod, budget);
  else {
    await takeFrom(budgets, budget, job);
    await addConditionAndDelete(job, job.options);
  }
  return respondStatus(request, done);
};

interface Eviction {
  readonly scope: ObjectScope;
  readonly store: RestStorage;
  readonly options: DeleteOptions;
  readonly context: RequestContext;
  readonly clock: Clock;
}

/** So often an eviction that lost a race is tried. */
const maxAttempts = 20;

/** Evicts a pod whose going disrupts nobody, as long as it is such a one; else tells which pod it is. */
async function evictUndisrupted(job: Eviction): Promise<{ readonly pod: Pod; readonly isGone: boolean }> {
  const { scope, store, options } = job;
  for (let attempt = 1; ; attempt++) {
    const pod = (await store.get(scope, '')).parse() as Pod;
    if (!needsNoBudget(pod)) return { pod, isGone: false };
    const isAsked = options.preconditions.resourceVersion !== undefined;
    try {
      // One that has not begun may begin meanwhile, and then disrupt somebody by its going.
      await addConditionAndDelete(job, isAsked || isOver(pod) ? options : onlyAsItIs(options, pod));
      return { pod, isGone: true };
    } catch (error) {
      if (isAsked || attempt === maxAttempts || !isConflict(error)) throw error;
    }
  }
}

const isConflict = (error: unknown): boolean => error instanceof ApiError && error.status.reason === 'Conflict';

const onlyAsItIs = (options: DeleteOptions, { metadata }: Pod): DeleteOptions => ({
  ...options,
  preconditions: { ...options.preconditions, resourceVersion: metadata?.resourceVersion },
});

/** Evicts a pod that counts for no budget as long as it is as it is: not ready. @throws {ApiError} 429 when it is not */
async function evictAsItIs(job: Eviction, pod: Pod, budget: PodDisruptionBudget): Promise<void> {
  try {
    await addConditionAndDelete(job, onlyAsItIs(job.options, pod));
  } catch (error) {
    const isAsked = job.options.preconditions.resourceVersion !== undefined;
    throw isConflict(error) && !isAsked ? stillProcessed(budget.metadata?.name ?? '') : error;
  }
}

async function budgetsOf(store: RestStorage, pod: Pod, namespace: string): Promise<PodDisruptionBudget[]> {
  const { items } = await store.list({ namespace }, listEverything);
  return items.map((item) => item.parse() as PodDisruptionBudget).filter((budget) => covers(budget, pod));
}

const severalBudgets: Status = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
  code: 500,
};

/** Takes a disruption from the budget as it is now. @throws {ApiError} 429 and 403 when it allows none */
async function takeFrom(
  store: RestStorage,
  listed: PodDisruptionBudget,
  { scope, context, clock }: Eviction,
): Promise<void> {
  if (context.dryRun) {
    takeDisruption(listed, scope.name, clock.wallTime());
    return;
  }
  const name = listed.metadata?.name ?? '';
  const take = (budget: JsonObject): JsonObject => {
    takeDisruption(budget, scope.name, clock.wallTime());
    return budget;
  };
  const itself = context.with({ fieldManager: 'kube-apiserver' });
  await store.update({ namespace: scope.namespace, name }, 'status', take, itself);
}

async function addConditionAndDelete(
  { scope, store, context, clock }: Eviction,
  options: DeleteOptions,
): Promise<void> {
  if (context.dryRun) {
    await store.delete(scope, options, context);
    return;
  }
  const { uid, resourceVersion } = options.preconditions;
  const { bytes } = await store.update(
    scope,
    'status',
    (pod) => {
      checkPreconditions(pod, options);
      setPodCondition(pod, evicting, clock.wallTime());
      return pod;
    },
    context,
  );
  // The client's version was that of the pod before it said so.
  const marked = resourceVersion === undefined ? undefined : versionIn(bytes);
  await store.delete(scope, { ...options, preconditions: { uid, resourceVersion: marked } }, context);
}

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
