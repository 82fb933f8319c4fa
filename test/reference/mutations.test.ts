import { expect, test } from 'vitest';
import { allMutations, randomOf, someMutation } from './mutations.ts';

const object = { apiVersion: 'v1', kind: 'K', metadata: { name: 'a' }, spec: { n: 1, list: ['x'] } };

test('a mutation changes one place, and never what says where the object goes', () => {
  const all = [...allMutations(object)];
  expect(all.map(({ what }) => what)).toContain('negative: spec.n');
  expect(all.find(({ what }) => what === 'negative: spec.n')?.object).toEqual({
    ...object,
    spec: { ...object.spec, n: -1 },
  });
  expect(all.find(({ what }) => what === 'removed: spec.list.0')?.object['spec']).toEqual({ n: 1, list: [] });
  for (const { object: changed } of all) expect(changed).toMatchObject({ apiVersion: 'v1', kind: 'K' });
  expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(all.length);
});

test('the same seed makes the same mutations', () => {
  const of = (seed: string) => {
    const random = randomOf(seed);
    return Array.from({ length: 20 }, () => someMutation(object, random)?.what);
  };
  expect(of('1')).toEqual(of('1'));
  expect(of('1')).not.toEqual(of('2'));
});
