import { describe, expect, test } from 'vitest';
import { ApiError, type Status } from '../../machinery/api-error.ts';
import type { Pod } from '../types/core-v1.generated.ts';
import type { PodDisruptionBudget } from '../types/policy-v1.generated.ts';
import { covers, mayGoUncounted, needsNoBudget, takeDisruption } from './disruptions.ts';

const now = Date.UTC(2026, 0, 1);
const text = '2026-01-01T00:00:00Z';

const budgetOf = (status: NonNullable<PodDisruptionBudget['status']>): PodDisruptionBudget => ({
  metadata: { name: 'b', generation: 1 },
  status: { observedGeneration: 1, ...status },
});

function refusal(budget: PodDisruptionBudget): Status {
  try {
    takeDisruption(budget, 'p', now);
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
  throw new Error('it was allowed');
}

const why = (budget: PodDisruptionBudget): string | undefined => refusal(budget).details?.causes?.[0]?.message;

describe('disruptions', () => {
  test('one is taken, and it is said for whom', () => {
    const budget = budgetOf({ disruptionsAllowed: 2, disruptedPods: { q: text } });
    takeDisruption(budget, 'p', now);
    expect(budget.status).toEqual({
      observedGeneration: 1,
      disruptionsAllowed: 1,
      disruptedPods: { p: text, q: text },
    });
  });

  test('after the last one the budget says that there are none', () => {
    const budget = budgetOf({ disruptionsAllowed: 1 });
    takeDisruption(budget, 'p', now);
    expect(budget.status?.conditions).toEqual([
      {
        type: 'DisruptionAllowed',
        status: 'False',
        observedGeneration: 1,
        lastTransitionTime: text,
        reason: 'InsufficientPods',
        message: '',
      },
    ]);
  });

  test('none is taken from a budget that nobody has counted since it changed', () => {
    const budget = { ...budgetOf({ disruptionsAllowed: 1 }), metadata: { name: 'b', generation: 2 } };
    expect(refusal(budget)).toMatchObject({
      reason: 'TooManyRequests',
      code: 429,
      details: { retryAfterSeconds: 10, causes: [{ reason: 'DisruptionBudget' }] },
    });
  });

  test('why there is none is told', () => {
    const condition = { type: 'DisruptionAllowed', status: 'False', reason: 'R', message: 'm' };
    const healthy = { currentHealthy: 3, desiredHealthy: 2 };
    expect(why(budgetOf({}))).toBe('The disruption budget b needs 0 healthy pods and has 0 currently');
    expect(why(budgetOf(healthy))).toBe('The disruption budget b does not allow evicting pods currently');
    expect(why(budgetOf({ ...healthy, conditions: [condition] }))).toBe(
      'The disruption budget b does not allow evicting pods currently (R): m',
    );
    expect(why(budgetOf({ conditions: [{ ...condition, reason: 'SyncFailed' }] }))).toBe(
      'The disruption budget b does not allow evicting pods currently because it failed sync: m',
    );
    expect(refusal(budgetOf({}))).not.toHaveProperty('details.retryAfterSeconds');
  });

  test('too many that nobody has seen are too many', () => {
    const disruptedPods = Object.fromEntries(Array.from({ length: 2_001 }, (_, index) => [`p${index}`, text]));
    expect(refusal(budgetOf({ disruptionsAllowed: 5, disruptedPods })).code).toBe(403);
    expect(refusal(budgetOf({ disruptionsAllowed: -1 })).message).toBe(
      'poddisruptionbudget.policy "b" is forbidden: pdb disruptions allowed is negative',
    );
  });

  test('a budget is for the pods that it selects, and for none when it has no selector', () => {
    const pod: Pod = { metadata: { labels: { a: 'b' } } };
    expect(covers({ spec: { selector: { matchLabels: { a: 'b' } } } }, pod)).toBe(true);
    expect(covers({ spec: { selector: {} } }, pod)).toBe(true);
    expect(covers({ spec: {} }, pod)).toBe(false);
    expect(covers({ spec: { selector: { matchExpressions: [{ key: 'a', operator: 'Wrong' }] } } }, pod)).toBe(false);
  });

  test('what is over or has not begun needs none; what is not ready may go where enough is healthy', () => {
    for (const phase of ['Pending', 'Succeeded', 'Failed']) expect(needsNoBudget({ status: { phase } })).toBe(true);
    expect(needsNoBudget({ status: { phase: 'Running' } })).toBe(false);
    expect(needsNoBudget({ metadata: { deletionTimestamp: text }, status: { phase: 'Running' } })).toBe(true);
    const ready: Pod = { status: { conditions: [{ type: 'Ready', status: 'True' }] } };
    const healthy = budgetOf({ currentHealthy: 2, desiredHealthy: 2 });
    expect(mayGoUncounted(ready, healthy)).toBe(false);
    expect(mayGoUncounted({}, healthy)).toBe(true);
    expect(mayGoUncounted({}, budgetOf({}))).toBe(false);
    expect(mayGoUncounted({}, { spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' } })).toBe(true);
  });
});
