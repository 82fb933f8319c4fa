import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../json-value.ts';
import { kubernetesSchema } from '../schema/kubernetes-schema.ts';
import { compare } from './compare.ts';
import { pathsOf } from './field-set.ts';
import { ListItemError } from './list-item.ts';
import { deduced, type MergeType, mergeTypeOf, scalarType } from './merge-type.ts';
import { showPath } from './path-element.ts';

const typeOf = (name: string): MergeType => {
  const schema = kubernetesSchema().byName(`io.k8s.api.core.v1.${name}`);
  if (schema === undefined) throw new Error(`no ${name}`);
  return mergeTypeOf(schema);
};

const shown = (type: MergeType, before: JsonObject, after: JsonObject) => {
  const { removed, modified, added } = compare(type, before, after);
  const texts = (set: typeof removed): readonly string[] => [...pathsOf(set)].map(showPath);
  return { removed: texts(removed), modified: texts(modified), added: texts(added) };
};

describe('machinery/apply: two objects compared', () => {
  test('what came is there with everything around and in it, what stays is not', () => {
    expect(
      shown(
        typeOf('ConfigMap'),
        { metadata: {}, data: { a: '1' } },
        { metadata: { labels: { l: 'x' } }, data: { a: '2' } },
      ),
    ).toEqual({
      removed: [],
      modified: ['.data.a'],
      added: ['.metadata.labels', '.metadata.labels.l'],
    });
  });

  test('items of lists go by their keys, whatever their order, with defaults where they have none', () => {
    const [a, b] = [{ name: 'a', ports: [{ containerPort: 80 }] }, { name: 'b' }];
    expect(shown(typeOf('PodSpec'), { containers: [a, b] }, { containers: [b, a] })).toEqual({
      removed: [],
      modified: [],
      added: [],
    });
    const udp = { name: 'a', ports: [{ containerPort: 80, protocol: 'UDP' }] };
    expect(shown(typeOf('PodSpec'), { containers: [a] }, { containers: [udp] })).toEqual({
      removed: [
        '.containers[name="a"].ports[containerPort=80,protocol="TCP"]',
        '.containers[name="a"].ports[containerPort=80,protocol="TCP"].containerPort',
      ],
      modified: [],
      added: [
        '.containers[name="a"].ports[containerPort=80,protocol="UDP"]',
        '.containers[name="a"].ports[containerPort=80,protocol="UDP"].containerPort',
        '.containers[name="a"].ports[containerPort=80,protocol="UDP"].protocol',
      ],
    });
  });

  test('sets go by value, atomic lists, maps and structs are one field each', () => {
    expect(
      shown(typeOf('Pod'), { metadata: { finalizers: ['a', 'b'] } }, { metadata: { finalizers: ['b', 'c'] } }),
    ).toEqual({
      removed: ['.metadata.finalizers[="a"]'],
      modified: [],
      added: ['.metadata.finalizers[="c"]'],
    });
    expect(
      shown(
        typeOf('PodSpec'),
        { nodeSelector: { a: '1' }, tolerations: [{ key: 'k' }] },
        { nodeSelector: { a: '1', b: '2' }, tolerations: [{ key: 'l' }] },
      ),
    ).toEqual({ removed: [], modified: ['.nodeSelector', '.tolerations'], added: [] });
  });

  test('a field may be granular though its struct is atomic', () => {
    const claim = (uid: string): JsonObject => ({ claimRef: { name: 'c', uid } });
    expect(shown(typeOf('PersistentVolumeSpec'), claim('1'), claim('2')).modified).toEqual(['.claimRef.uid']);
  });

  test('an item that is there twice counts as a whole', () => {
    const env = (...values: string[]): JsonObject => ({ env: values.map((value) => ({ name: 'A', value })) });
    expect(shown(typeOf('Container'), env('1'), env('1', '2'))).toEqual({
      removed: ['.env[name="A"]', '.env[name="A"].name', '.env[name="A"].value'],
      modified: [],
      added: ['.env[name="A"]'],
    });
    expect(shown(typeOf('Container'), env('1', '2'), env('1', '3')).modified).toEqual(['.env[name="A"]']);
    expect(shown(typeOf('Container'), env('1', '2'), env('1')).removed).toEqual(['.env[name="A"]']);
  });

  test('null and nothing in it are values of their own', () => {
    expect(shown(typeOf('PodSpec'), { containers: null }, { containers: [] }).modified).toEqual(['.containers']);
    expect(shown(typeOf('PodSpec'), { securityContext: {} }, { securityContext: {} }).modified).toEqual([]);
    expect(shown(typeOf('PodSpec'), {}, { securityContext: {} }).added).toEqual(['.securityContext']);
  });

  test('nobody is told of managedFields', () => {
    const managed = (manager: string): JsonObject => ({ metadata: { managedFields: [{ manager }] } });
    expect(shown(typeOf('Pod'), managed('a'), managed('b'))).toEqual({ removed: [], modified: [], added: [] });
    expect(shown(typeOf('Pod'), { metadata: {} }, managed('b')).added).toEqual([]);
  });

  test('what has no type is compared by what it is', () => {
    expect(shown(deduced, { spec: { a: { b: 1 }, l: [1] } }, { spec: { a: 'x', l: [2] } })).toEqual({
      removed: ['.spec.a.b'],
      modified: ['.spec.a', '.spec.l'],
      added: [],
    });
  });

  test('items without any key cannot be compared', () => {
    const ports = [{ name: 'a' }];
    expect(() => compare(typeOf('ServiceAccount'), {}, { secrets: [{}] })).toThrow(ListItemError);
    expect(() => compare(typeOf('PodSpec'), {}, { containers: ports })).not.toThrow();
  });
});

test('a list in the place of a scalar is compared with nothing', () => {
  const type: MergeType = { kind: 'struct', atomic: false, fields: new Map([['when', scalarType('untyped')]]) };
  expect(() => compare(type, { when: 'a' }, { when: [] })).toThrow(ListItemError);
  expect(() => compare(type, {}, { when: [] })).toThrow(ListItemError);
  expect(() => compare(type, { when: [] }, { when: 'a' })).not.toThrow();
});
