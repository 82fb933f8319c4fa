import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../machinery/json-value.ts';
import { type NamespaceProblems, namespaceConditions } from './namespace-conditions.ts';

const none: NamespaceProblems = { undiscovered: [], failures: [], remaining: new Map(), finalizers: new Map() };
const left = (count: number): NamespaceProblems => ({ ...none, remaining: new Map([['pods.', count]]) });

const namespace = (conditions: readonly JsonObject[]): JsonObject => ({ status: { conditions: [...conditions] } });

/** What a later look makes of the conditions of the ones before. */
function after(...looks: readonly NamespaceProblems[]): JsonObject[] | undefined {
  let conditions: JsonObject[] | undefined = [];
  let known: JsonObject[] = [];
  for (const [at, problems] of looks.entries()) {
    conditions = namespaceConditions(namespace(known), problems, `look ${at}`);
    known = conditions ?? known;
  }
  return conditions;
}

const remaining = (conditions: readonly JsonObject[] | undefined) =>
  conditions?.find(({ type }) => type === 'NamespaceContentRemaining');

describe('controllers/namespace-conditions', () => {
  test('five are there from the first look, in the order of the original', () => {
    expect(after(none)?.map(({ type, status }) => [type, status])).toEqual([
      ['NamespaceDeletionDiscoveryFailure', 'False'],
      ['NamespaceDeletionGroupVersionParsingFailure', 'False'],
      ['NamespaceDeletionContentFailure', 'False'],
      ['NamespaceContentRemaining', 'False'],
      ['NamespaceFinalizersRemaining', 'False'],
    ]);
  });

  test('nothing is written while nothing changes', () => {
    expect(after(left(1), left(1))).toBeUndefined();
  });

  test('the time is that of the last turn, not of the last word', () => {
    expect(remaining(after(left(2), left(1)))).toEqual({
      type: 'NamespaceContentRemaining',
      status: 'True',
      lastTransitionTime: 'look 0',
      reason: 'SomeResourcesRemain',
      message: 'Some resources are remaining: pods. has 1 resource instances',
    });
    expect(remaining(after(left(1), none))).toMatchObject({ status: 'False', lastTransitionTime: 'look 1' });
  });

  test('conditions of others stay', () => {
    const mine = { type: 'Mine', status: 'True' };
    expect(namespaceConditions(namespace([mine]), none, 'now')?.[0]).toEqual(mine);
  });
});
