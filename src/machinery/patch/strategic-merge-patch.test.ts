import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cloneJson } from '../json/clone.ts';
import { encodeJson } from '../json/encode.ts';
import { parseJsonText } from '../json/parse.ts';
import type { JsonObject } from '../json-value.ts';
import { kubernetesSchema } from '../schema/kubernetes-schema.ts';
import type { StructSchema } from '../schema/schema.ts';
import { PatchError } from './patch-error.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

function schemaOf(version: string, kind: string): StructSchema {
  const schema = kubernetesSchema().byKind({ group: version === 'v1' ? '' : 'apps', version: 'v1' }, kind);
  expect.assert(schema);
  return schema;
}
const pod = schemaOf('v1', 'Pod');
const deployment = schemaOf('apps/v1', 'Deployment');
const service = schemaOf('v1', 'Service');

const json = (value: unknown): JsonObject => parseJsonText(JSON.stringify(value)).value as JsonObject;
const merged = (schema: StructSchema, target: object, patch: object): unknown =>
  JSON.parse(encodeJson(applyStrategicMergePatch(schema, json(target), json(patch))));

/** Of a pod's spec. */
const spec = (target: object, patch: object): unknown =>
  (merged(pod, { spec: target }, { spec: patch }) as { spec: unknown }).spec;
const containers = (target: object[], patch: object[], more: object = {}): unknown =>
  (spec({ containers: target }, { containers: patch, ...more }) as { containers: unknown }).containers;
/** Of its metadata. */
const finalizers = (target: string[], patch: object): unknown =>
  (merged(pod, { metadata: { finalizers: target } }, { metadata: patch }) as { metadata: { finalizers: unknown } })
    .metadata.finalizers;

const refused = (what: () => unknown): string => {
  try {
    what();
  } catch (error) {
    expect(error).toBeInstanceOf(PatchError);
    return (error as PatchError).message;
  }
  throw new Error('it was not refused');
};

const [a, b] = [
  { name: 'a', image: '1' },
  { name: 'b', image: '1' },
];

describe('objects', () => {
  test('merge at whatever depth; null removes; all else replaces', () => {
    expect(
      merged(
        deployment,
        {
          spec: { replicas: 1, paused: true, template: { spec: { nodeSelector: { x: '1', y: '2' }, hostname: 'h' } } },
        },
        { spec: { replicas: 2, paused: null, template: { spec: { nodeSelector: { y: null, z: '3' } } } } },
      ),
    ).toEqual({ spec: { replicas: 2, template: { spec: { nodeSelector: { x: '1', z: '3' }, hostname: 'h' } } } });
  });

  test('what comes new has no nulls and none of what a directive was for', () => {
    expect(
      spec(
        {},
        {
          securityContext: { runAsUser: 1, runAsGroup: null },
          affinity: { $patch: 'delete' },
          hostAliases: [{ $patch: 'delete', ip: '1' }],
        },
      ),
    ).toEqual({ securityContext: { runAsUser: 1 }, hostAliases: [] });
  });

  test('$patch: replace puts the patch in the place of the object, $patch: delete nothing', () => {
    const target = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } };
    expect(
      merged(deployment, { spec: target }, { spec: { strategy: { $patch: 'replace', type: 'Recreate' } } }),
    ).toEqual({
      spec: { strategy: { type: 'Recreate' } },
    });
    expect(merged(deployment, { spec: target }, { spec: { strategy: { $patch: 'delete' } } })).toEqual({
      spec: { strategy: {} },
    });
    expect(merged(pod, { metadata: { name: 'a' }, spec: {} }, { $patch: 'replace', metadata: { name: 'a' } })).toEqual({
      metadata: { name: 'a' },
    });
  });

  test('$retainKeys keeps only the keys that it lists, and must list those that the patch has', () => {
    const target = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
    const strategy = (patch: object) => merged(deployment, target, { spec: { strategy: patch } });
    expect(strategy({ $retainKeys: ['type'], type: 'Recreate' })).toEqual({ spec: { strategy: { type: 'Recreate' } } });
    expect(strategy({ $retainKeys: ['type'], type: 'Recreate', rollingUpdate: null })).toEqual({
      spec: { strategy: { type: 'Recreate' } },
    });
    for (const patch of [
      { $retainKeys: ['rollingUpdate'], type: 'x' },
      { $retainKeys: 'type', type: 'x' },
    ]) {
      expect(refused(() => strategy(patch))).toBe('invalid patch format of retainKeys');
    }
  });
});

describe('lists of objects with a merge key', () => {
  test.each<[string, object[], object[]]>([
    ['an item with the key of another merges with it', [{ name: 'b', image: '2' }], [a, { name: 'b', image: '2' }]],
    ['one with a new key comes before those of the server, as in the original', [{ name: 'c' }], [{ name: 'c' }, a, b]],
    ['those of the patch stand in its order', [{ name: 'b' }, { name: 'a' }], [b, a]],
    ['$patch: delete takes one out', [{ name: 'a', $patch: 'delete' }], [b]],
    ['of one that is not there it does nothing', [{ name: 'z', $patch: 'delete' }], [a, b]],
    [
      '$patch: replace puts the items of the patch in the place of all',
      [{ $patch: 'replace' }, { name: 'c' }],
      [{ name: 'c' }],
    ],
    ['an empty list changes nothing', [], [a, b]],
    [
      'what has the same key twice in the patch is merged',
      [
        { name: 'c', image: '1' },
        { name: 'c', tty: true },
      ],
      [{ name: 'c', image: '1', tty: true }, a, b],
    ],
  ])('%s', (_what, patch, result) => {
    expect(containers([a, b], patch)).toEqual(result);
  });

  test('lists inside of items merge by their own rule, or are replaced', () => {
    const target = {
      ...a,
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
      args: ['x', 'y'],
    };
    expect(containers([target], [{ name: 'a', env: [{ name: 'B', value: '3' }], args: ['z'] }])).toEqual([
      {
        ...a,
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '3' },
        ],
        args: ['z'],
      },
    ]);
  });

  test('a number can be the key', () => {
    const ports = [
      { port: 80, name: 'a' },
      { port: 81, name: 'b' },
    ];
    expect(merged(service, { spec: { ports } }, { spec: { ports: [{ port: 81, name: 'c' }] } })).toEqual({
      spec: {
        ports: [
          { port: 80, name: 'a' },
          { port: 81, name: 'c' },
        ],
      },
    });
  });

  test('what only the server has stays where it stood between the others', () => {
    const named = (...names: string[]) => names.map((name) => ({ name }));
    expect(containers(named('a', 'x', 'b', 'y', 'c'), named('c', 'a'))).toEqual(named('x', 'b', 'y', 'c', 'a'));
  });

  test('without a key, of another type or with an unknown directive it is refused in the words of Kubernetes', () => {
    expect(refused(() => containers([a], [{ image: 'x' }]))).toBe(
      'map: map[image:x] does not contain declared merge key: name',
    );
    expect(refused(() => containers([a], [{ name: 'a', $patch: 'merge' }]))).toBe(
      'merging lists cannot yet be specified in the patch',
    );
    expect(refused(() => containers([a], [{ name: 'a', $patch: 'x' }]))).toBe(
      'unknown patch type: x in map: map[$patch:x name:a]',
    );
    expect(refused(() => containers([a], [{ name: 'a', $patch: 1 }]))).toBe(
      'unknown patch type: %!s(int64=1) in map: map[$patch:1 name:a]',
    );
    expect(refused(() => containers([a], ['x' as never]))).toBe(
      'list element types are not identical: [[map[image:1 name:a]] [x]]',
    );
    expect(refused(() => containers([], [[] as never]))).toBe('lists of lists are not supported');
  });
});

describe('lists of scalars', () => {
  test('join as sets', () => {
    expect(finalizers(['a', 'b'], { finalizers: ['b', 'c', 'c'] })).toEqual(['a', 'b', 'c']);
  });

  test('$deleteFromPrimitiveList takes out', () => {
    expect(finalizers(['a', 'b'], { '$deleteFromPrimitiveList/finalizers': ['a', 'z'] })).toEqual(['b']);
    expect(
      finalizers(['a', 'b'], {
        finalizers: ['c'],
        '$deleteFromPrimitiveList/finalizers': ['a'],
        '$setElementOrder/finalizers': ['c', 'b'],
      }),
    ).toEqual(['c', 'b']);
    expect(refused(() => finalizers(['a'], { '$deleteFromPrimitiveListx/finalizers': ['a'] }))).toBe(
      'invalid patch format of primitive list',
    );
  });

  test('of two types are refused', () => {
    expect(refused(() => finalizers(['a'], { finalizers: [1] }))).toBe(
      'list element types are not identical: [[a] [1]]',
    );
    expect(refused(() => finalizers(['a'], { finalizers: [null] }))).toBe(
      'list element types are not identical: [[a] [<nil>]]',
    );
  });
});

describe('$setElementOrder', () => {
  const named = (...names: string[]) => names.map((name) => ({ name }));
  const order = (...names: string[]) => ({ '$setElementOrder/containers': named(...names) });

  test('orders a list that the patch does not have', () => {
    expect(spec({ containers: named('a', 'b', 'c') }, order('c', 'a', 'b'))).toEqual({
      containers: named('c', 'a', 'b'),
    });
    expect(spec({ containers: named('a', 'x', 'b') }, order('b', 'a', 'gone'))).toEqual({
      containers: named('x', 'b', 'a'),
    });
    expect(finalizers(['a', 'b'], { '$setElementOrder/finalizers': ['b', 'a'] })).toEqual(['b', 'a']);
  });

  test('orders what the patch adds', () => {
    expect(containers(named('a', 'b'), named('c'), order('c', 'a', 'b'))).toEqual(named('c', 'a', 'b'));
    expect(spec({}, { ...order('b', 'a'), containers: [...named('b', 'a'), { name: 'z', $patch: 'delete' }] })).toEqual(
      {
        containers: named('b', 'a'),
      },
    );
  });

  test('what the patch adds stands where what it deletes stood, for those that only the server has', () => {
    const patch = [...named('d', 'a'), { name: 'b', $patch: 'delete' }];
    expect(containers(named('a', 'b', 'c'), patch, order('d', 'a'))).toEqual(named('c', 'd', 'a'));
    expect(finalizers(['a', 'b'], { finalizers: ['c', 'd'], '$setElementOrder/finalizers': [] })).toEqual([
      'a',
      'b',
      'd',
      'c',
    ]);
    expect(refused(() => containers(named('a'), [...named('b'), { $patch: 'replace' }], order('b')))).toContain(
      "doesn't match $setElementOrder list",
    );
  });

  test('must have what the patch adds, in that order', () => {
    expect(refused(() => containers(named('a', 'b'), named('b', 'a'), order('a', 'b')))).toBe(
      "The order in patch list:\n[map[name:b] map[name:a]]\n doesn't match $setElementOrder list:\n[map[name:a] map[name:b]]\n",
    );
    expect(containers(named('a', 'b'), [{ name: 'a', $patch: 'delete' }], order('b'))).toEqual(named('b'));
  });

  test('is of a list that there is', () => {
    for (const [patch, message] of [
      [{ '$setElementOrder/frobs': [] }, 'unable to find api field in struct PodSpec for the json field "frobs"'],
      [{ '$setElementOrder/hostname': [] }, 'expected slice or array type, but got: struct'],
      [{ '$setElementOrder/containers': 'x' }, 'expected a []interface {}, but received a string'],
      [{ '$setElementOrder/containers': null }, 'expected a []interface {}, but received a %!s(<nil>)'],
      [{ ...order('a'), containers: {} }, 'expected a []interface {}, but received a map[string]interface {}'],
      [{ $setElementOrder: [] }, 'invalid patch format of setElementOrder list'],
      [{ '$setElementOrderx/containers': [] }, 'invalid patch format of setElementOrder list'],
    ] as const) {
      expect(refused(() => spec({ containers: named('a') }, patch))).toBe(message);
    }
  });
});

describe('hostile patches', () => {
  test('the names of JavaScript’s own properties are keys like any other', () => {
    const text = '{"metadata":{"labels":{"__proto__":"x","constructor":"y"}},"__proto__":{"polluted":1}}';
    const target = parseJsonText('{"metadata":{"labels":{"a":"b"}}}').value as JsonObject;
    const result = applyStrategicMergePatch(pod, target, parseJsonText(text).value as JsonObject);
    expect(encodeJson(result)).toBe(
      '{"metadata":{"labels":{"a":"b","__proto__":"x","constructor":"y"}},"__proto__":{"polluted":1}}',
    );
    expect(({} as JsonObject)['polluted']).toBeUndefined();
    for (const key of ['__proto__', 'constructor', 'toString']) {
      expect(() => spec({}, JSON.parse(`{"$setElementOrder/${key}":[]}`))).toThrow('unable to find api field');
    }
  });

  test('ten thousand items merge with ten thousand', () => {
    const env = Array.from({ length: 10_000 }, (_, index) => ({ name: `n${index}`, value: '1' }));
    const target = { name: 'a', env };
    const patch = {
      name: 'a',
      env: env.map(({ name }) => ({ name, value: '2' })),
      '$setElementOrder/env': env.map(({ name }) => ({ name })),
    };
    const [result] = containers([target], [patch]) as [{ env: { value: string }[] }];
    expect(new Set(result.env.map(({ value }) => value))).toEqual(new Set(['2']));
    expect(result.env).toHaveLength(10_000);
    const many = Array.from({ length: 10_000 }, (_, index) => `example.com/${index}`);
    expect(finalizers(many, { finalizers: many, '$setElementOrder/finalizers': many })).toEqual(many);
  });
});

describe('properties', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const container = fc.record({ name, image: fc.string(), tty: fc.boolean() }, { requiredKeys: ['name'] });
  const list = fc.uniqueArray(container, { selector: (item) => item.name });

  test('merging twice is merging once', () => {
    fc.assert(
      fc.property(list, list, (target, patch) => {
        const once = containers(target, patch) as object[];
        expect(containers(once, patch)).toEqual(once);
      }),
    );
  });

  test('nothing is lost, nothing is there twice, and both orders are kept', () => {
    fc.assert(
      fc.property(list, list, (target, patch) => {
        const result = (containers(target, patch) as { name: string }[]).map((item) => item.name);
        const names = (items: readonly { name: string }[]) => items.map((item) => item.name);
        expect([...result].sort()).toEqual([...new Set([...names(target), ...names(patch)])].sort());
        const given = new Set(names(patch));
        expect(result.filter((item) => given.has(item))).toEqual(names(patch));
        const own = names(target).filter((item) => !given.has(item));
        expect(result.filter((item) => !given.has(item))).toEqual(own);
      }),
    );
  });

  test('$setElementOrder of all there is is the order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e'], { minLength: 1 }), (order) => {
        const target = [...order].sort().map((item) => ({ name: item }));
        const wanted = order.map((item) => ({ name: item }));
        expect(spec({ containers: cloneJson(target) }, { '$setElementOrder/containers': wanted })).toEqual({
          containers: wanted,
        });
      }),
    );
  });
});
