import { expect, test } from 'vitest';
import { asRevision } from '../base/revision.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import { StoredObject } from '../translate/stored-object.ts';
import { ConvertedObjects } from './converted-objects.ts';

const shape = (apiVersion: string): ObjectShape => ({
  kind: 'Crow',
  apiVersion,
  keyPrefix: '/crows/',
  namespaced: false,
});
const crow = (name: string, revision: number, apiVersion = 'v1') =>
  new StoredObject({
    shape: shape(apiVersion),
    key: `/crows/${name}`,
    namespace: '',
    name,
    revision: asRevision(revision),
    createRevision: asRevision(1),
    bytes: Buffer.alloc(10),
  });

test('a state of an object is remembered for each version, and no other state', () => {
  const memory = new ConvertedObjects();
  const made = crow('a', 2, 'v2');
  memory.put(crow('a', 2), made);
  expect(memory.get(crow('a', 2), 'v2')).toBe(made);
  expect(memory.get(crow('a', 2), 'v3')).toBeUndefined();
  expect(memory.get(crow('a', 3), 'v2')).toBeUndefined();
  expect(memory.get(crow('a', 2, 'v3'), 'v2')).toBeUndefined();
});

test('what was not wanted for longest goes when there is too much', () => {
  const memory = new ConvertedObjects(25);
  for (const name of ['a', 'b']) memory.put(crow(name, 1), crow(name, 1, 'v2'));
  memory.get(crow('a', 1), 'v2');
  memory.put(crow('c', 1), crow('c', 1, 'v2'));
  const known = ['a', 'b', 'c'].filter((name) => memory.get(crow(name, 1), 'v2') !== undefined);
  expect(known).toEqual(['a', 'c']);
});
