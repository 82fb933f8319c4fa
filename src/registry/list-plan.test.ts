import { describe, expect, test } from 'vitest';
import { encodeContinue } from './continue-token.ts';
import { listEverything } from './list-everything.ts';
import { type ListPlan, planList } from './list-plan.ts';
import type { ListOptions } from './rest-storage.ts';

const prefix = '/registry/pods/';
const token = (revision: number) => encodeContinue({ startKey: `${prefix}a/b\0`, revision }, prefix);

function planOf(options: Partial<ListOptions>, single = false): string {
  const all: ListOptions = { ...listEverything, ...options };
  try {
    return said(planList(all, { prefix, single }));
  } catch (error) {
    return error instanceof Error ? error.message : 'not an error';
  }
}

function said({ moment, limit, startKey }: ListPlan): string {
  const when = moment.kind === 'latest' ? 'latest' : `${moment.kind} ${moment.version.exactly}`;
  return `${when}, limit ${limit}${startKey === undefined ? '' : ', from a token'}`;
}

describe('registry/list-plan: M12 M18, the matrix of resourceVersion, match, continue and limit', () => {
  test.each<[Partial<ListOptions>, string]>([
    [{}, 'latest, limit 0'],
    [{ limit: 5 }, 'latest, limit 5'],
    [{ limit: -5 }, 'latest, limit 0'],
    [{ resourceVersion: '0' }, 'at-least 0, limit 0'],
    [{ resourceVersion: '0', limit: 5 }, 'at-least 0, limit 0'],
    [{ resourceVersion: '0', resourceVersionMatch: 'NotOlderThan', limit: 5 }, 'at-least 0, limit 0'],
    [{ resourceVersion: '7' }, 'at-least 7, limit 0'],
    [{ resourceVersion: '7', limit: 5 }, 'exactly 7, limit 5'],
    [{ resourceVersion: '7', resourceVersionMatch: 'NotOlderThan' }, 'at-least 7, limit 0'],
    [{ resourceVersion: '7', resourceVersionMatch: 'NotOlderThan', limit: 5 }, 'at-least 7, limit 5'],
    [{ resourceVersion: '7', resourceVersionMatch: 'Exact' }, 'exactly 7, limit 0'],
    [{ resourceVersion: '7', resourceVersionMatch: 'Exact', limit: 5 }, 'exactly 7, limit 5'],
    [{ resourceVersion: '00', resourceVersionMatch: 'Exact', limit: 5 }, 'latest, limit 5'],
    [{ resourceVersion: '00', limit: 5 }, 'at-least 0, limit 5'],
    [{ continue: token(7) }, 'exactly 7, limit 0, from a token'],
    [{ continue: token(7), limit: 5 }, 'exactly 7, limit 5, from a token'],
    [{ continue: token(-1), limit: 5 }, 'latest, limit 5, from a token'],
    [{ continue: token(7), resourceVersion: '0', limit: 5 }, 'exactly 7, limit 0, from a token'],
    [{ continue: token(7), resourceVersion: '7' }, 'specifying resource version is not allowed when using continue'],
    [{ continue: token(7), resourceVersion: 'abc' }, 'specifying resource version is not allowed when using continue'],
  ])('%j', (options, wanted) => {
    expect(planOf(options)).toBe(wanted);
  });

  test('one object has no pages, so a limit does not make a resource version exact', () => {
    expect(planOf({ resourceVersion: '7', limit: 5 }, true)).toBe('at-least 7, limit 5');
    expect(planOf({ resourceVersion: '7', resourceVersionMatch: 'Exact' }, true)).toBe('exactly 7, limit 0');
  });
});
