import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { defineKind, type Kind } from '../../src/api/kind.ts';
import { ageColumn, nameColumn } from '../../src/api/printing/columns.ts';
import { genericStrategy } from '../../src/api/strategy/generic-strategy.ts';
import { everyVerb } from '../../src/api/verb.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../src/machinery/validation/names.ts';
import { done, namesIn, revisionIn, TestNamespace } from '../support/http-objects.ts';
import { WholeServer } from '../support/whole-server.ts';

/** In the hub its size is text; in v1alpha1 it is called `bulk`. */
const widgets = (): Kind =>
  defineKind(
    {
      group: 'example.com',
      version: 'v1',
      kind: 'Widget',
      resource: 'widgets',
      singular: 'widget',
      shortNames: ['wd'],
      categories: [],
      namespaced: true,
      verbs: everyVerb,
      subresources: {},
      storagePrefix: 'example.com/widgets',
      fields: { size: (object: JsonObject) => (typeof object['size'] === 'string' ? object['size'] : '') },
      columns: [nameColumn, ageColumn],
      strategy: genericStrategy({ validateName: nameIsDnsSubdomain }),
    },
    [
      {
        group: 'example.com',
        version: 'v1alpha1',
        fieldLabels: { bulk: 'size' },
        conversion: {
          toHub: ({ bulk, ...object }) => (bulk === undefined ? object : { ...object, size: bulk }),
          fromHub: ({ size, ...object }) => (size === undefined ? object : { ...object, bulk: size }),
        },
      },
    ],
  );

const path = (namespace: string, version = 'v1') => `/apis/example.com/${version}/namespaces/${namespace}/widgets`;

let server: WholeServer;
beforeAll(async () => {
  server = await WholeServer.open();
});
afterAll(() => server.close());

// Whatever became of a test, the next one begins without them.
afterEach(() => server.kinds.remove(widgets().stored));

const groups = async (): Promise<string[]> =>
  done(await server.api.get('/apis')).groups.map(({ name }: { name: string }) => name);

const samplesOf = async (resource: string): Promise<string[]> => {
  server.clock.forward(1_000);
  const { text } = await server.api.get('/metrics');
  return text.split('\n').filter((line) => line.includes(`resource="${resource}"`));
};

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const weakly = <T extends object>(value: T | undefined): WeakRef<T> => {
  if (value === undefined) throw new Error('it is not there to begin with');
  return new WeakRef(value);
};

/** Resolves once none of them is in memory. @throws {Error} when somebody keeps one. */
async function collected(...refs: readonly WeakRef<object>[]): Promise<void> {
  const patience = AbortSignal.timeout(10_000);
  while (refs.some((ref) => ref.deref() !== undefined)) {
    if (patience.aborted) throw new Error('somebody still keeps it');
    // A connection keeps its last request until the next one, a reference that was looked at its object for the turn.
    await server.api.get('/healthz');
    collect();
  }
}

describe('a kind that comes and goes while the server runs', () => {
  test('is listed, watched and discovered in each of its versions, and nothing of it is left afterwards', async () => {
    const { name: namespace } = await TestNamespace.create(server);
    const kind = widgets();
    expect(await server.kinds.add(kind)).toBe(true);
    expect(await groups()).toContain('example.com');
    expect(done(await server.api.get('/apis/example.com')).preferredVersion.version).toBe('v1');
    expect((await server.api.get('/openapi/v3')).body.paths).toHaveProperty(['apis/example.com/v1alpha1']);

    const watch = await server.watch(`${path(namespace)}?watch=1&resourceVersion=0`);
    const older = await server.watch(`${path(namespace, 'v1alpha1')}?watch=1&resourceVersion=0`);
    const created = await server.api.post(path(namespace, 'v1alpha1'), { metadata: { name: 'a' }, bulk: 'large' });
    expect(done(created)).toMatchObject({ apiVersion: 'example.com/v1alpha1', kind: 'Widget', bulk: 'large' });
    expect(done(await server.api.get(`${path(namespace)}/a`))).toMatchObject({
      apiVersion: 'example.com/v1',
      size: 'large',
    });
    expect(await watch.next()).toMatchObject({
      type: 'ADDED',
      object: { apiVersion: 'example.com/v1', size: 'large' },
    });
    expect(await older.next()).toMatchObject({
      type: 'ADDED',
      object: { apiVersion: 'example.com/v1alpha1', bulk: 'large' },
    });
    const listed = done(await server.api.get(`${path(namespace, 'v1alpha1')}?fieldSelector=bulk=large`));
    expect(listed).toMatchObject({
      kind: 'WidgetList',
      apiVersion: 'example.com/v1alpha1',
      items: [{ bulk: 'large' }],
    });
    expect(listed.items[0].metadata.resourceVersion).toBe(`${revisionIn(created)}`);
    expect(await samplesOf('widgets')).not.toEqual([]);

    server.kinds.remove(kind.stored);
    expect((await server.api.get(path(namespace))).status).toBe(404);
    expect(await watch.end()).toBe(true);
    expect(await older.end()).toBe(true);
    expect(await groups()).not.toContain('example.com');
    expect((await server.api.get('/openapi/v3')).body.paths).not.toHaveProperty(['apis/example.com/v1alpha1']);
    expect(await samplesOf('widgets')).toEqual([]);
  });

  test('finds what it left in the store when it comes back, as often as it likes, under load', async () => {
    const space = await TestNamespace.create(server);
    const { name: namespace } = space;
    const bystander = await space.watch({ resourceVersion: 0 });
    let written = 0;
    const over = new AbortController();
    const load = (async () => {
      while (!over.signal.aborted) await space.create(`pod-${written++}`);
    })();
    const expected: string[] = [];
    for (let round = 0; round < 10; round++) {
      const kind = widgets();
      expect(await server.kinds.add(kind)).toBe(true);
      expect(namesIn(await server.api.get(path(namespace)))).toEqual(expected);
      done(await server.api.post(path(namespace), { metadata: { name: `w${round}` } }));
      expected.push(`w${round}`);
      expect(namesIn(await server.api.get(`${path(namespace)}?resourceVersion=0`))).toHaveLength(expected.length);
      server.kinds.remove(kind.stored);
      expect((await server.api.get(`${path(namespace)}/w0`)).status).toBe(404);
    }
    over.abort();
    await load;
    // Whoever watches something else has noticed nothing.
    for (let pod = 0; pod < written; pod++)
      expect(await bystander.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: `pod-${pod}` } } });
    bystander.close();
  });

  test('leaves nothing in memory', async () => {
    const { name: namespace } = await TestNamespace.create(server);
    const kind = widgets();
    expect(await server.kinds.add(kind)).toBe(true);
    const watch = await server.watch(`${path(namespace)}?watch=1&resourceVersion=0`);
    done(await server.api.post(path(namespace), { metadata: { name: 'a' } }));
    expect(namesIn(await server.api.get(path(namespace)))).toEqual(['a']);
    const left = weakly(server.kinds.find(kind.stored)?.cache.snapshot().objects(undefined, undefined)[0]);
    const cache = weakly(server.kinds.find(kind.stored)?.cache);
    server.kinds.remove(kind.stored);
    expect(await watch.end()).toBe(true);
    await collected(left, cache);
  });

  test('is refused a name or a prefix that is taken, and changes nothing then', async () => {
    const kind = widgets();
    expect(await server.kinds.add(kind)).toBe(true);
    await expect(server.kinds.add(widgets())).rejects.toThrow(RangeError);
    const { versions } = server.kinds;
    const other = defineKind({ ...kind.versions[0]!, ...kind.stored, resource: 'gadgets', singular: 'gadget' });
    await expect(server.kinds.add(other)).rejects.toThrow('is taken');
    expect(server.kinds.versions).toBe(versions);
    server.kinds.remove(kind.stored);
    server.kinds.remove(kind.stored);
    expect(await server.kinds.add(other)).toBe(true);
    server.kinds.remove(other.stored);
  });

  test('that is removed before its cache is filled is never served', async () => {
    const kind = widgets();
    const added = server.kinds.add(kind);
    server.kinds.remove(kind.stored);
    expect(await added).toBe(false);
    expect((await server.api.get('/apis/example.com')).status).toBe(404);
  });
});
