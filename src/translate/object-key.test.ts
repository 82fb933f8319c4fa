import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { objectKey, objectNameOf } from './object-key.ts';

const shape = { kind: 'Thing', apiVersion: 'v1', keyPrefix: '/registry/things/', namespaced: true };
const clusterScoped = { ...shape, namespaced: false };

describe('object keys', () => {
  test('are the prefix, the namespace where there is one, and the name', () => {
    expect(objectKey(shape, { namespace: 'ns', name: 'a.b' })).toBe('/registry/things/ns/a.b');
    expect(objectKey(clusterScoped, { namespace: '', name: 'system:node' })).toBe('/registry/things/system:node');
  });

  test('name what they were made of', () => {
    // A role may be called anything that is one segment of a path.
    const part = fc.stringMatching(/^[ -.0-~é中\n]+$/);
    fc.assert(
      fc.property(part, part, (namespace, name) => {
        expect(objectNameOf(shape, objectKey(shape, { namespace, name }))).toEqual({ namespace, name });
        const alone = { namespace: '', name };
        expect(objectNameOf(clusterScoped, objectKey(clusterScoped, alone))).toEqual(alone);
      }),
    );
  });

  test('with what sorts otherwise in the store than in the cache name nothing', () => {
    for (const name of ['\u{1f426}', '\ufffd', '\ue000', ''])
      expect(objectNameOf(clusterScoped, `/registry/things/${name}`)).toBeUndefined();
  });

  test('of another resource name nothing', () => {
    expect(objectNameOf(shape, '/registry/thingsx/ns/a')).toBeUndefined();
    expect(objectNameOf(shape, '/registry/other/ns/a')).toBeUndefined();
  });
});
