import { describe, expect, test } from 'vitest';
import { compare, isSame } from '../apply/compare.ts';
import { mergeTypeOf } from '../apply/merge-type.ts';
import type { JsonObject } from '../json-value.ts';
import { decode } from '../schema/decoder.ts';
import { kubernetesSchema } from '../schema/kubernetes-schema.ts';
import { cloneJson } from './clone.ts';
import { cloneGiven, emptiedAt, hasEmptied, holdsEmptied, keepEmptied } from './emptied.ts';

const role = kubernetesSchema().byKind({ group: 'rbac.authorization.k8s.io', version: 'v1' }, 'Role');
if (role === undefined) throw new Error('no Role');
const rule = { verbs: ['get'], resources: ['pods'], apiGroups: [''] };
const read = (...rules: JsonObject[]): JsonObject =>
  decode(role, { metadata: { labels: {}, name: 'r' }, rules }).object;
const ruleIn = (object: JsonObject): JsonObject => (object['rules'] as JsonObject[])[0] ?? {};

describe('what was given empty', () => {
  const given = read({ ...rule, resourceNames: [] });

  test('is left out, and is known where it was', () => {
    expect(given).toEqual({ metadata: { name: 'r' }, rules: [rule] });
    expect(emptiedAt(ruleIn(given), 'resourceNames')).toEqual([]);
    expect(emptiedAt(given['metadata'] as JsonObject, 'labels')).toEqual({});
    expect(emptiedAt(ruleIn(given), 'nonResourceURLs')).toBeUndefined();
    expect(holdsEmptied(given)).toBe(true);
    expect(hasEmptied(given['rules'] ?? null)).toBe(true);
  });

  test('is nothing any more where something is', () => {
    const filled = cloneGiven(given);
    ruleIn(filled)['resourceNames'] = ['a'];
    expect(emptiedAt(ruleIn(filled), 'resourceNames')).toBeUndefined();
    expect(hasEmptied(filled['rules'] ?? null)).toBe(false);
  });

  test('is known of a copy that is made for that, and of no other', () => {
    const copy = cloneGiven(given);
    expect(copy).toEqual(given);
    expect(emptiedAt(ruleIn(copy), 'resourceNames')).toEqual([]);
    expect(holdsEmptied(copy)).toBe(true);
    expect(emptiedAt(ruleIn(cloneJson(given)), 'resourceNames')).toBeUndefined();
    expect(emptiedAt(keepEmptied(ruleIn(given), { ...ruleIn(given) }), 'resourceNames')).toEqual([]);
  });

  test('makes a list another one that is owned as a whole, and nothing else', () => {
    const type = mergeTypeOf(role);
    const stored = { metadata: { name: 'r' }, rules: [rule] };
    expect(compare(type, stored, given).modified).toEqual({ 'f:rules': expect.anything() });
    expect(isSame(compare(type, stored, read(rule)))).toBe(true);
  });

  test('is known of no object in which nothing was', () => {
    expect(holdsEmptied(decode(role, { rules: [rule] }).object)).toBe(false);
    expect(holdsEmptied(decode(role, { rules: [] }).object)).toBe(false);
  });
});
