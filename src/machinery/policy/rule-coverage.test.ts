import { describe, expect, test } from 'vitest';
import type { PolicyRule } from './policy-rule.ts';
import { uncoveredRules } from './rule-coverage.ts';

const rule = (verbs: string[], resources: string[], more: Partial<PolicyRule> = {}): PolicyRule => ({
  apiGroups: [''],
  resources,
  verbs,
  ...more,
});

describe('machinery/policy/rule-coverage', () => {
  test('what is allowed by several rules together is covered', () => {
    const rules = [rule(['get', 'list'], ['pods', 'services'])];
    const by = [rule(['get'], ['pods', 'services']), rule(['list'], ['services', 'pods', 'nodes'])];
    expect(uncoveredRules(rules, by)).toEqual([]);
  });

  test('what is not is told in its smallest parts', () => {
    const rules = [rule(['get', 'list'], ['pods', 'services'], { apiGroups: ['', 'apps'] })];
    const by = [rule(['get', 'list'], ['pods', 'services']), rule(['get'], ['*'], { apiGroups: ['apps'] })];
    expect(uncoveredRules(rules, by)).toEqual([
      { apiGroups: ['apps'], resources: ['pods'], verbs: ['list'] },
      { apiGroups: ['apps'], resources: ['services'], verbs: ['list'] },
    ]);
  });

  test.each([
    ['*', 'pods/status', true],
    ['*/status', 'pods/status', true],
    ['pods/*', 'pods/status', false],
    ['*/scale', 'pods/status', false],
    ['*/status', 'pods', false],
  ])('resources %s and %s: %s', (resource, wanted, covered) => {
    expect(uncoveredRules([rule(['get'], [wanted])], [rule(['get'], [resource])])).toHaveLength(covered ? 0 : 1);
  });

  test('a rule for some names does not cover one for all, nor for others', () => {
    const named = (...resourceNames: string[]) => rule(['get'], ['pods'], { resourceNames });
    expect(uncoveredRules([named('a', 'b')], [rule(['get'], ['pods'])])).toEqual([]);
    expect(uncoveredRules([named('a', 'b')], [named('a')])).toEqual([named('b')]);
    expect(uncoveredRules([rule(['get'], ['pods'])], [named('a')])).toHaveLength(1);
  });

  test.each([
    ['/api/*', '/api/v1', true],
    ['*', '/api', true],
    ['/api', '/api/v1', false],
    ['/api/*', '/apis', false],
  ])('paths %s and %s: %s', (pattern, url, covered) => {
    const of = (path: string): PolicyRule => ({ nonResourceURLs: [path], verbs: ['get'] });
    expect(uncoveredRules([of(url)], [of(pattern)])).toEqual(covered ? [] : [of(url)]);
  });
});
