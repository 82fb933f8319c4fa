import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import {
  ApiClient,
  apiKind,
  defineKind,
  isRefusal,
  type ObjectOf,
  ResponseError,
  type RunningServer,
  startServer,
} from '../../src/server/start-server.ts';
import { quietControllers } from '../support/server.ts';

const Crow = defineKind({
  group: 'birds.example.com',
  kind: 'Crow',
  versions: ['v1', { name: 'v1beta1', deprecated: true }],
  shortNames: ['cw'],
  categories: ['all'],
  schema: {
    type: 'object',
    required: ['spec'],
    properties: {
      spec: {
        type: 'object',
        required: ['color'],
        properties: {
          size: { type: 'integer', minimum: 1, default: 2 },
          color: { type: 'string', enum: ['black', 'grey'] },
        },
      },
      status: { type: 'object', properties: { seen: { type: 'integer' }, size: { type: 'integer' } } },
    },
  },
  subresources: { status: {}, scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' } },
  additionalPrinterColumns: [{ name: 'Color', type: 'string', jsonPath: '.spec.color' }],
  selectableFields: ['.spec.color'],
});
type Crow = ObjectOf<typeof Crow>;

interface Definition {
  metadata: { name: string; resourceVersion: string; generation: number };
  spec: {
    versions: { name: string; schema: { openAPIV3Schema: { properties: object } } }[];
    names: { shortNames?: string[] };
  };
  status: { conditions: { type: string; status: string }[] };
}
const definitions = apiKind<Definition>({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  scope: 'Cluster',
});

const start = (options: Parameters<typeof startServer>[0] = {}) =>
  startServer({ kinds: [Crow], controllers: quietControllers, ...options });

describe('a kind that is defined', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.close());

  test('is served when the server is ready, as a CustomResourceDefinition is', async () => {
    const { status, spec } = await server.client(definitions).get('crows.birds.example.com');
    expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Established', status: 'True' }));
    expect(spec.names.shortNames).toEqual(['cw']);
    const list = await server.client(Crow).list();
    expect(list).toMatchObject({ apiVersion: 'birds.example.com/v1', kind: 'CrowList', items: [] });
  });

  test('has a client for every verb', async () => {
    const crows = server.client(Crow).inNamespace('kube-system');
    const made = await crows.create({ metadata: { name: 'a', labels: { app: 'x' } }, spec: { color: 'black' } });
    expectTypeOf(made).toEqualTypeOf<Crow>();
    expect(made.spec).toEqual({ color: 'black', size: 2 });
    expect(made.metadata.namespace).toBe('kube-system');
    expect((await crows.get('a')).metadata.uid).toBe(made.metadata.uid);

    const larger = await crows.update({ ...made, spec: { ...made.spec, size: 3 } });
    expect(larger.metadata.generation).toBe(2);
    const seen = await crows.updateStatus({ ...larger, spec: { color: 'grey' }, status: { seen: 1, size: 3 } });
    expect([seen.spec, seen.status]).toEqual([
      { color: 'black', size: 3 },
      { seen: 1, size: 3 },
    ]);

    expect((await crows.patch('a', { spec: { size: null } })).spec.size).toBe(2);
    expect((await crows.patch('a', [{ op: 'replace', path: '/spec/color', value: 'grey' }])).spec.color).toBe('grey');
    expect((await crows.patchStatus('a', { status: { seen: 7 } })).status?.seen).toBe(7);
    const applied = await crows.apply({ metadata: { name: 'b' }, spec: { color: 'grey' } }, { fieldManager: 'test' });
    expect(applied.metadata.managedFields).toMatchObject([{ manager: 'test', operation: 'Apply' }]);
    await crows.applyStatus({ metadata: { name: 'b' }, status: { seen: 2 } }, { fieldManager: 'test' });

    expect(await crows.getScale('a')).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 3 } });
    await crows.updateScale('a', { spec: { replicas: 5 } });
    expect((await crows.get('a')).spec.size).toBe(5);

    const names = ({ items }: { items: Crow[] }) => items.map(({ metadata }) => metadata.name);
    expect(names(await crows.list())).toEqual(['a', 'b']);
    expect(names(await server.client(Crow).list({ labelSelector: 'app=x' }))).toEqual(['a']);
    expect(names(await crows.list({ fieldSelector: 'spec.color=grey', limit: 1 }))).toEqual(['a']);
    expect(names(await server.client(Crow).list({ namespace: 'default' }))).toEqual([]);

    expect((await crows.create({ metadata: { name: 'dry' }, spec: { color: 'grey' } }, { dryRun: true })).kind).toBe(
      'Crow',
    );
    expect(await crows.find('dry')).toBeUndefined();

    await crows.patch('a', { metadata: { finalizers: ['example.com/hold'] } });
    expect((await crows.delete('a'))?.metadata.deletionTimestamp).toBeDefined();
    await crows.patch('a', { metadata: { finalizers: null } });
    expect(await crows.find('a')).toBeUndefined();
    expect(await crows.delete('b', { propagationPolicy: 'Background' })).toBeUndefined();
    await crows.create({ metadata: { name: 'c' }, spec: { color: 'black' } });
    await crows.deleteCollection();
    expect(names(await crows.list())).toEqual([]);
  });

  test('has its other versions, too, and says what is deprecated', async () => {
    const warnings: string[] = [];
    const api = new ApiClient({ url: server.url, onWarning: (text) => warnings.push(text) });
    const old = await api.client(Crow.inVersion('v1beta1')).list();
    expect(old.apiVersion).toBe('birds.example.com/v1beta1');
    expect(warnings).toEqual(['birds.example.com/v1beta1 Crow is deprecated; use birds.example.com/v1 Crow']);
    api.close();
  });

  test('is refused with what the server says, as an error with its status, reason and body', async () => {
    const wrong = server.client(Crow).create({ metadata: { name: 'wrong' }, spec: { color: 'red' as 'grey' } });
    const error = await wrong.catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toMatchObject({
      status: 422,
      reason: 'Invalid',
      message: expect.stringContaining('spec.color: Unsupported value: "red"'),
      body: { kind: 'Status', details: { causes: [{ field: 'spec.color' }] } },
    });
    const missing = await server
      .client(Crow)
      .get('none')
      .catch((refusal: unknown) => refusal);
    expect(isRefusal(missing, 'NotFound')).toBe(true);
  });
});

describe('a server that starts again', () => {
  test('leaves a definition alone that says the same, and changes one that does not', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'crowsnest-'));
    const first = await start({ dataDir });
    const before = await first.client(definitions).get('crows.birds.example.com');
    await first.client(Crow).create({ metadata: { name: 'a' }, spec: { color: 'black' } });
    await first.close();

    const same = await start({ dataDir });
    const after = await same.client(definitions).get('crows.birds.example.com');
    expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    await same.close();

    const Winged = defineKind({
      group: 'birds.example.com',
      kind: 'Crow',
      versions: ['v1'],
      schema: {
        type: 'object',
        properties: {
          spec: { type: 'object', properties: { color: { type: 'string' }, wings: { type: 'integer', default: 2 } } },
        },
      },
    });
    const changed = await start({ dataDir, kinds: [Winged] });
    const { metadata, spec } = await changed.client(definitions).get('crows.birds.example.com');
    expect(metadata.generation).toBe(before.metadata.generation + 1);
    expect(spec.versions.map(({ name }) => name)).toEqual(['v1']);
    expect(spec.names.shortNames).toBeUndefined();
    // At once: what is served is what was asked for.
    expect((await changed.client(Winged).get('a')).spec).toEqual({ color: 'black', wings: 2 });
    await changed.close();
    await rm(dataDir, { recursive: true });
  });

  test('does not start with a kind that the server refuses, or that has a name of another one', async () => {
    const Wrong = defineKind({ group: 'birds.example.com', kind: 'Wrong Name', versions: ['v1'] });
    await expect(start({ kinds: [Wrong] })).rejects.toThrow(/cannot be defined: .*wrong names.birds.example.com/);
    const Rival = defineKind({ group: 'birds.example.com', kind: 'Crow', plural: 'ravens', versions: ['v1'] });
    await expect(start({ kinds: [Crow, Rival] })).rejects.toThrow('is not served: "CrowList" is already in use');
  });
});
