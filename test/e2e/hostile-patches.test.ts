import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { hostileBed } from '../support/hostile-bed.ts';
import { done } from '../support/http-objects.ts';

/* Patches that nobody means well with: each has an answer that says what is wrong, and none takes long or a server down. */

const bed = hostileBed();
const types = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;
type PatchType = keyof typeof types;

const labels = { app: 'target' };
const template = {
  metadata: { labels },
  spec: { containers: [{ name: 'a', image: 'one', env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }] }] },
};
const targets = {
  configmaps: { path: '/api/v1/namespaces/default/configmaps', more: { data: { a: '1' } } },
  secrets: { path: '/api/v1/namespaces/default/secrets', more: { data: { a: 'YQ==' } } },
  services: {
    path: '/api/v1/namespaces/default/services',
    more: { spec: { clusterIP: 'None', ports: [{ port: 80 }] } },
  },
  deployments: {
    path: '/apis/apps/v1/namespaces/default/deployments',
    more: { spec: { selector: { matchLabels: labels }, template } },
  },
};
type Target = keyof typeof targets;

const one = (target: Target) => `${targets[target].path}/target`;
const patch = (path: string, type: PatchType, body: string) =>
  bed.api.call(path, { method: 'PATCH', body, headers: { 'content-type': types[type] } });

beforeAll(async () => {
  for (const { path, more } of Object.values(targets)) {
    done(await bed.api.post(path, { metadata: { name: 'target', labels: { a: '1' } }, ...more }));
  }
});

test('patches made of whatever there is are answered, and never with an error of the server', async () => {
  const directives = ['$patch', '$retainKeys', '$setElementOrder/containers', '$setElementOrder/finalizers'];
  const deletions = ['$deleteFromPrimitiveList/finalizers', '$setElementOrder', '$deleteFromPrimitiveList'];
  const names = ['metadata', 'spec', 'template', 'containers', 'env', 'ports', 'name', 'image', 'labels', 'finalizers'];
  const others = [
    'data',
    'kind',
    'apiVersion',
    'uid',
    'ownerReferences',
    'managedFields',
    '__proto__',
    'constructor',
    '',
  ];
  const key = fc.constantFrom(...directives, ...deletions, ...names, ...others);
  const words = fc.constantFrom('', 'a', 'delete', 'replace', 'merge', '2020-01-01T00:00:00Z', '1Gi', '\u0000');
  const number = fc.constantFrom(0, 1, -1, 1.5, 2 ** 63, 1e308);
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      words,
      number,
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    ),
  }));
  const pointer = fc.array(fc.oneof(key, fc.constantFrom('0', '-', '-1', '1e9')), { maxLength: 5 });
  const path = pointer.map((steps) =>
    steps.map((step) => `/${step.replace(/~/g, '~0').replace(/\//g, '~1')}`).join(''),
  );
  const operation = fc.record({
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
    path,
    from: path,
    value,
  });
  const attempt = fc.oneof(
    fc.record({ type: fc.constant<PatchType>('json'), body: fc.array(operation, { maxLength: 5 }) }),
    fc.record({ type: fc.constantFrom<PatchType>('json', 'merge', 'strategic'), body: value }),
    fc.record({
      type: fc.constantFrom<PatchType>('merge', 'strategic'),
      body: fc.record(
        { metadata: value, spec: fc.record({ template: fc.record({ spec: value }) }), data: value },
        { requiredKeys: [] },
      ),
    }),
  );
  const target = fc.constantFrom<Target>('configmaps', 'secrets', 'services', 'deployments');
  const query = fc.constantFrom(
    '?dryRun=All',
    '?dryRun=All&fieldValidation=Strict',
    '?dryRun=All&fieldValidation=Ignore',
  );
  await fc.assert(
    fc.asyncProperty(target, query, attempt, async (of, options, { type, body }) => {
      const { status, body: answer } = await patch(one(of) + options, type, JSON.stringify(body));
      expect(status).toBeLessThan(500);
      expect(answer).toBeTypeOf('object');
    }),
    { numRuns: 300, seed: 9 },
  );
});

describe('patches that are large', () => {
  const refused = async (type: PatchType, body: string) => {
    const { status, body: answer } = await patch(`${one('configmaps')}?dryRun=All`, type, body);
    expect(answer).toMatchObject({ kind: 'Status', code: status });
    return status;
  };

  test('or deep are refused', async () => {
    const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect(await refused('merge', deep(100_000))).toBe(400);
    expect(await refused('merge', `{"a":"${'x'.repeat(3 * 1024 * 1024)}"}`)).toBe(413);
    const wrap = [
      { op: 'add', path: '/w', value: {} },
      { op: 'move', from: '/data', path: '/w/data' },
      { op: 'move', from: '/w', path: '/data' },
    ];
    expect(await refused('json', JSON.stringify(Array.from({ length: 3_000 }, () => wrap).flat()))).toBe(422);
  });

  test('and grow when they are applied are refused', async () => {
    const text = 'x'.repeat(100_000);
    const doubling = Array.from({ length: 40 }, () => ({ op: 'copy', from: '/data', path: '/data/a' }));
    const body = [{ op: 'add', path: '/data/a', value: text }, ...doubling];
    expect(await refused('json', JSON.stringify(body))).toBe(422);
  });

  test('and change one long list ten thousand times are applied', async () => {
    const list = Array.from({ length: 100_000 }, () => 1);
    const operations = [
      { op: 'add', path: '/list', value: list },
      ...Array.from({ length: 9_997 }, () => ({ op: 'add', path: '/list/50000', value: 2 })),
      { op: 'test', path: '/list/50000', value: 2 },
      { op: 'remove', path: '/list' },
    ];
    const { status } = await patch(one('configmaps'), 'json', JSON.stringify(operations));
    expect(status).toBe(200);
  });

  test('and bring as many items as a body holds are applied', async () => {
    const finalizers = Array.from({ length: 20_000 }, (_, index) => `example.com/${index}`);
    const body = { metadata: { finalizers, '$setElementOrder/finalizers': [...finalizers].reverse() } };
    const { status, body: answer } = await patch(`${one('configmaps')}?dryRun=All`, 'strategic', JSON.stringify(body));
    expect([status, answer.message.slice(0, 40)]).toEqual([400, 'The order in patch list:\n[example.com/0 ']);
    const right = { metadata: { finalizers, '$setElementOrder/finalizers': finalizers } };
    expect((await patch(`${one('configmaps')}?dryRun=All`, 'strategic', JSON.stringify(right))).status).toBe(200);
  });
});

test('a patch that stops in the middle changes nothing', async () => {
  const before = done(await bed.api.get(one('configmaps')));
  expect((await patch(one('configmaps'), 'merge', '{"data":{"a":"2"}')).status).toBe(400);
  const half = [
    { op: 'add', path: '/data/a', value: '2' },
    { op: 'remove', path: '/data/none' },
  ];
  expect((await patch(one('configmaps'), 'json', JSON.stringify(half))).status).toBe(422);
  expect(done(await bed.api.get(one('configmaps')))).toEqual(before);
});
