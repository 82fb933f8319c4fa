import { ApiError, type StatusDetails } from '../../machinery/api-error.ts';
import { forbidden } from '../../machinery/status-errors.ts';
import { timeText } from '../../machinery/time.ts';
import { selects } from '../core/workload.ts';
import { validateLabelSelector } from '../label-selector-validation.ts';
import type { Pod } from '../types/core-v1.generated.ts';
import type { PodDisruptionBudget } from '../types/policy-v1.generated.ts';

/** So many evictions may be under way that no controller has seen. */
const maxDisruptedPods = 2_000;

/** The pod is over, has not begun, or goes already: nobody is disrupted by its going. */
export const needsNoBudget = (pod: Pod): boolean => pod.status?.phase === 'Pending' || isOver(pod);

/** It never runs again. */
export const isOver = ({ metadata, status }: Pod): boolean =>
  status?.phase === 'Succeeded' || status?.phase === 'Failed' || (metadata?.deletionTimestamp ?? null) !== null;

/** Whether a budget is for a pod of its namespace. One whose selector cannot be read is for none. */
export function covers({ spec }: PodDisruptionBudget, { metadata }: Pod): boolean {
  const selector = spec?.selector;
  if (selector !== undefined && validateLabelSelector(selector, '').length > 0) return false;
  return selects(selector, metadata?.labels ?? {});
}

/** A pod that is not ready may go without counting as a disruption, where that takes nothing from those that are. */
export function mayGoUncounted({ status: pod }: Pod, { spec, status = {} }: PodDisruptionBudget): boolean {
  if (pod?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true) return false;
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status;
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

/**
 * Takes one of the disruptions that a budget allows, for a pod. `now`: in milliseconds since the epoch.
 * @throws {ApiError} 429 and 403 when it allows none
 */
export function takeDisruption(budget: PodDisruptionBudget, podName: string, now: number): void {
  const { metadata = {} } = budget;
  const status = (budget.status ??= {});
  const name = metadata.name ?? '';
  const { disruptionsAllowed: allowed = 0, disruptedPods = {} } = status;
  if (BigInt(status.observedGeneration ?? 0) < BigInt(metadata.generation ?? 0)) throw stillProcessed(name);
  if (allowed < 0) {
    const why = 'pdb disruptions allowed is negative';
    throw refusal(name, why, why);
  }
  if (Object.keys(disruptedPods).length > maxDisruptedPods) {
    const unconfirmed = 'not confirmed by PDB controller';
    const why = `DisruptedPods map too big - too many evictions ${unconfirmed}`;
    throw refusal(name, why, `too many pending evictions ${unconfirmed}`);
  }
  if (allowed === 0) throw tooManyDisruptions(whyNone(name, status));
  status.disruptionsAllowed = allowed - 1;
  if (allowed === 1) sayThereAreNone(status, now);
  status.disruptedPods = { ...disruptedPods, [podName]: timeText(now) };
}

type BudgetStatus = NonNullable<PodDisruptionBudget['status']>;

function whyNone(name: string, { conditions, currentHealthy = 0, desiredHealthy = 0 }: BudgetStatus): string {
  const condition = conditions?.find(({ type }) => type === 'DisruptionAllowed');
  const { reason = '', message = '' } = condition ?? {};
  const isTold = condition?.status === 'False' && message !== '';
  const not = `The disruption budget ${name} does not allow evicting pods currently`;
  if (isTold && reason === 'SyncFailed') return `${not} because it failed sync: ${message}`;
  if (currentHealthy <= desiredHealthy) {
    return `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  }
  return isTold ? `${not} (${reason}): ${message}` : not;
}

function sayThereAreNone(status: BudgetStatus, now: number): void {
  const { observedGeneration = 0 } = status;
  const conditions = (status.conditions ??= []);
  const before = conditions.find(({ type }) => type === 'DisruptionAllowed');
  const since = before?.status === 'False' ? before.lastTransitionTime : timeText(now);
  const next = {
    type: 'DisruptionAllowed',
    status: 'False',
    ...(observedGeneration !== 0 && { observedGeneration }),
    lastTransitionTime: since ?? timeText(now),
    reason: 'InsufficientPods',
    message: '',
  };
  if (before === undefined) conditions.push(next);
  else conditions[conditions.indexOf(before)] = next;
}

const cause = (message: string) => ({ reason: 'DisruptionBudget', message });

/** 429. `retryAfterSeconds`: undefined where nobody knows when it will be better. */
function tooManyDisruptions(why: string, retryAfterSeconds?: number): ApiError {
  const text = "Cannot evict pod as it would violate the pod's disruption budget.";
  const details: StatusDetails = {
    causes: [cause(why)],
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
  return new ApiError(429, 'TooManyRequests', text, { details });
}

/** 429: who counts the pods of the budget has not done so since it changed, or since the pod did. */
export const stillProcessed = (name: string): ApiError =>
  tooManyDisruptions(`The disruption budget ${name} is still being processed by the server.`, 10);

function refusal(name: string, why: string, told: string): ApiError {
  const { message, status } = forbidden({ group: 'policy', resource: 'poddisruptionbudget' }, name, why);
  const causes = [cause(`The disruption budget ${name} does not allow evicting pods currently: ${told}`)];
  return new ApiError(403, 'Forbidden', message, { details: { ...status.details, causes } });
}
