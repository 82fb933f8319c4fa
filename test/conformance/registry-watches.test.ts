import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asRevision } from '../../src/base/revision.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { readVersion } from '../../src/registry/resource-version.ts';
import type { ListOptions } from '../../src/registry/rest-storage.ts';
import { watchBeginning } from '../../src/registry/watch-start.ts';
import {
  configMap,
  deletion,
  listOf,
  pod,
  type RecordedWatch,
  RegistryFixture,
  refusal,
  revisionOf,
  write,
} from '../support/registry.ts';

let fixture: RegistryFixture;
let sequence = 0;
const fresh = (): string => `ns-${++sequence}-x`;

beforeAll(async () => {
  fixture = await RegistryFixture.open();
});
afterAll(() => fixture.close());

const create = async (namespace: string, name: string, spec: JsonObject = {}): Promise<number> =>
  revisionOf(await fixture.store('pods').create({ namespace }, pod(name, spec), write));

const watch = (namespace: string, options: Partial<ListOptions> = {}): Promise<RecordedWatch> =>
  fixture.watch('pods', { namespace }, options);

const initial = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' } as const;
const noInitial = { sendInitialEvents: false, resourceVersionMatch: 'NotOlderThan' } as const;

describe('where a watch begins', () => {
  test('K20 by resource version and sendInitialEvents', () => {
    const five = readVersion('5');
    const any = readVersion('');
    expect(watchBeginning('', undefined, any)).toEqual({ from: 'state', atLeast: any });
    expect(watchBeginning('', true, any)).toEqual({ from: 'state', atLeast: 'latest' });
    expect(watchBeginning('', false, any)).toEqual({ from: 'history', after: 'latest' });
    expect(watchBeginning('0', undefined, any)).toEqual({ from: 'state', atLeast: any });
    expect(watchBeginning('0', true, any)).toEqual({ from: 'state', atLeast: any });
    expect(watchBeginning('0', false, any)).toEqual({ from: 'history', after: 'cache' });
    expect(watchBeginning('5', undefined, five)).toEqual({ from: 'history', after: five });
    expect(watchBeginning('5', true, five)).toEqual({ from: 'state', atLeast: five });
    expect(watchBeginning('5', false, five)).toEqual({ from: 'history', after: five });
  });

  test('W1 W4 with everything the store has, a bookmark, then what comes', async () => {
    const namespace = fresh();
    const b = await create(namespace, 'b');
    const a = await create(namespace, 'a');
    const last = revisionOf(await fixture.store('configmaps').create({ namespace }, configMap('x'), write));
    const opened = await watch(namespace, { ...initial, allowWatchBookmarks: true });
    const told = await opened.told(3);
    expect(told.slice(0, 2)).toEqual([`ADDED ${namespace}/a@${a}`, `ADDED ${namespace}/b@${b}`]);
    // The bookmark's revision is the store's, which is that of another resource's object.
    expect(told[2]).toBe(`BOOKMARK @${last} end`);
    const c = await create(namespace, 'c');
    expect((await opened.told(4))[3]).toBe(`ADDED ${namespace}/c@${c}`);
    opened.close('client');
  });

  test('W1 without bookmarks nothing marks the end of the state', async () => {
    const namespace = fresh();
    const a = await create(namespace, 'a');
    const opened = await watch(namespace, initial);
    const b = await create(namespace, 'b');
    expect(await opened.told(2)).toEqual([`ADDED ${namespace}/a@${a}`, `ADDED ${namespace}/b@${b}`]);
    opened.close('client');
  });

  test('W2 W5 at 0 with what the cache has', async () => {
    const namespace = fresh();
    const a = await create(namespace, 'a');
    await fixture.caughtUp();
    const opened = await watch(namespace, { ...initial, resourceVersion: '0', allowWatchBookmarks: true });
    const [first, second] = await opened.told(2);
    expect(first).toBe(`ADDED ${namespace}/a@${a}`);
    expect(second).toMatch(/^BOOKMARK @\d+ end$/);
    opened.close('client');
  });

  test('W3 W9 at N with what came after', async () => {
    const namespace = fresh();
    const a = await create(namespace, 'a');
    const b = await create(namespace, 'b');
    for (const options of [{}, noInitial]) {
      const opened = await watch(namespace, { ...options, resourceVersion: `${a}` });
      expect(await opened.told(1)).toEqual([`ADDED ${namespace}/b@${b}`]);
      opened.close('client');
    }
  });

  test('W3 at an N to come, with the first event above it', async () => {
    const namespace = fresh();
    const a = await create(namespace, 'a');
    const opened = await watch(namespace, { resourceVersion: `${a + 1}` });
    const b = await create(namespace, 'b');
    const c = await create(namespace, 'c');
    expect([b, c]).toEqual([a + 1, a + 2]);
    expect(await opened.told(1)).toEqual([`ADDED ${namespace}/c@${c}`]);
    opened.close('client');
    const never = await watch(namespace, { resourceVersion: '18446744073709551615' });
    never.close('client');
    expect(never.sink.told).toEqual([]);
  });

  test('W3 K2 at an N that history does not reach: one error, and the end', async () => {
    const own = await RegistryFixture.open();
    const stores = own.store('configmaps');
    const first = revisionOf(await stores.create({ namespace: 'n' }, configMap('a'), write));
    const later = await RegistryFixture.open({ storage: own.storage });
    const floor = later.of('configmaps').cache.history.floor;
    expect(floor).toBe(first);
    const opened = await later.watch('configmaps', { namespace: 'n' }, { resourceVersion: `${first - 1}` });
    expect(await opened.ended()).toEqual(['ERROR Expired']);
    expect(opened.sink.events[0]?.object).toMatchObject({
      kind: 'Status',
      code: 410,
      message: `too old resource version: ${first - 1} (${floor})`,
    });
    for (const ahead of [0, 1]) {
      const fine = await later.watch('configmaps', { namespace: 'n' }, { resourceVersion: `${first + ahead}` });
      expect(fine.sink.ends).toBe(0);
      fine.close('client');
    }
    await later.close();
    await own.close();
  });

  test('W6 at N with everything, once the cache is there', async () => {
    const namespace = fresh();
    const a = await create(namespace, 'a');
    const opening = watch(namespace, { ...initial, resourceVersion: `${a + 1}` });
    const b = await create(namespace, 'b');
    const opened = await opening;
    expect(await opened.told(2)).toEqual([`ADDED ${namespace}/a@${a}`, `ADDED ${namespace}/b@${b}`]);
    opened.close('client');
  });

  test('W6 K17 at an N that the cache does not reach: one error, and the end', async () => {
    const present = await fixture.caughtUp();
    const opened = await watch(fresh(), { ...initial, resourceVersion: `${present + 5}`, allowWatchBookmarks: true });
    expect(await opened.ended()).toEqual(['ERROR Timeout']);
    expect(opened.sink.events[0]?.object).toMatchObject({
      code: 504,
      message: `Timeout: Too large resource version: ${present + 5}, current: ${present}`,
      details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] },
    });
  });

  test('W7 W8 without the state, from now on', async () => {
    const namespace = fresh();
    await create(namespace, 'a');
    await fixture.caughtUp();
    for (const resourceVersion of ['', '0']) {
      const opened = await watch(namespace, { ...noInitial, resourceVersion, allowWatchBookmarks: true });
      const name = `b${resourceVersion}`;
      const b = await create(namespace, name);
      expect(await opened.told(1)).toEqual([`ADDED ${namespace}/${name}@${b}`]);
      opened.close('client');
    }
  });

  test('W10 the old way: the state, and no bookmark after it', async () => {
    const namespace = fresh();
    const a = await create(namespace, 'a');
    await fixture.caughtUp();
    const opened = await watch(namespace, { allowWatchBookmarks: true });
    expect(await opened.told(1)).toEqual([`ADDED ${namespace}/a@${a}`]);
    const b = await create(namespace, 'b');
    expect((await opened.told(2))[1]).toBe(`ADDED ${namespace}/b@${b}`);
    opened.close('client');
  });

  test('W11 K3 K5 a cache that is not ready refuses before there is a stream', async () => {
    const cold = await RegistryFixture.open({ storage: fixture.storage, started: false });
    const status = await refusal(cold.watch('pods', { namespace: '' }));
    expect(status).toMatchObject({ code: 429, reason: 'TooManyRequests', details: { retryAfterSeconds: 1 } });
    await cold.start();
    const opened = await cold.watch('pods', { namespace: fresh() });
    await cold.close();
    expect(await opened.ended()).toEqual([]);
    expect((await refusal(cold.watch('pods', { namespace: '' }))).code).toBe(429);
  });

  test('W12 a cache that goes while a watch is set up: an empty stream', async () => {
    const own = await RegistryFixture.open({ storage: fixture.storage });
    const revision = await own.caughtUp();
    const opening = own.watch('pods', { namespace: fresh() }, { ...noInitial, resourceVersion: '' });
    await own.close();
    expect(await (await opening).ended()).toEqual([]);
    expect(revision).toBeGreaterThan(0);
  });

  test('a resource version that is no number is refused before there is a stream', async () => {
    const status = await refusal(watch('', { resourceVersion: 'abc' }));
    expect(status).toMatchObject({ code: 500 });
    expect(status.message).toContain('strconv.ParseUint: parsing "abc": invalid syntax');
  });

  test('a watch ends after its timeout, cleanly', async () => {
    const opened = await watch(fresh(), { timeoutSeconds: 1 });
    expect(await opened.ended()).toEqual([]);
    const hasty = await RegistryFixture.open({ storage: fixture.storage, minRequestTimeoutMs: 200 });
    expect(await (await hasty.watch('pods', { namespace: fresh() })).ended()).toEqual([]);
    await hasty.close();
  });
});

describe('what a watch shows', () => {
  test('WT1 WT13 objects that enter and leave a selector', async () => {
    const namespace = fresh();
    const { fields } = listOf({ fields: 'status.phase=Running' });
    const opened = await watch(namespace, { ...initial, fields });
    await create(namespace, 'a');
    const store = fixture.store('pods');
    const scope = { namespace, name: 'a' };
    const enter = (phase: string) => (pod: JsonObject) => ({
      ...pod,
      status: { ...(pod['status'] as JsonObject), phase },
    });
    const entered = revisionOf(await store.update(scope, 'status', enter('Running'), write));
    const left = revisionOf(await store.update(scope, 'status', enter('Failed'), write));
    expect(await opened.told(2)).toEqual([`ADDED ${namespace}/a@${entered}`, `DELETED ${namespace}/a@${left}`]);
    expect(opened.sink.events[1]?.object['status']).toMatchObject({ phase: 'Running' });
    opened.close('client');
  });

  test('WT10 a deletion carries its own revision', async () => {
    const scope = { namespace: fresh(), name: 'a' };
    const store = fixture.store('configmaps');
    const created = revisionOf(await store.create(scope, configMap('a'), write));
    const opened = await fixture.watch('configmaps', scope, { resourceVersion: `${created}` });
    const deleted = revisionOf(await store.delete(scope, deletion(), write));
    expect(await opened.told(1)).toEqual([`DELETED ${scope.namespace}/a@${deleted}`]);
    expect(deleted).toBeGreaterThan(created);
    opened.close('client');
  });

  test.each([
    ['NS', undefined, 'metadata.name=a', ['a']],
    ['NS', 'a', '', ['a']],
    ['NS', 'a', 'metadata.name=b', []],
    ['', undefined, 'metadata.namespace=NS', ['a', 'b']],
    ['', undefined, 'metadata.namespace=NS,metadata.name=b', ['b']],
    ['NS', undefined, 'metadata.namespace=other', []],
    ['NS', undefined, 'spec.nodeName=n', ['b']],
  ] as const)('WT14 in %j, named %j, by %j', async (where, name, selector, wanted) => {
    const namespace = fresh();
    const { fields } = listOf({ fields: selector.replaceAll('NS', namespace) });
    const scope = { namespace: where.replace('NS', namespace), ...(name === undefined ? {} : { name }) };
    const opened = await fixture.watch('pods', scope, { ...initial, fields, allowWatchBookmarks: true });
    await opened.told(1);
    await create(namespace, 'a');
    await create(namespace, 'b', { nodeName: 'n' });
    await create(fresh(), 'a');
    const told = (await opened.told(1 + wanted.length)).slice(1);
    expect(told.map((text) => text.replace(/^ADDED .*\/(.*)@\d+$/, '$1'))).toEqual(wanted);
    opened.close('client');
  });

  test('WT20 one name in all namespaces, and the revision of everything', async () => {
    const namespace = fresh();
    const a = await create(namespace, 'only-here');
    const last = await create(namespace, 'other');
    const { fields } = listOf({ fields: 'metadata.name=only-here' });
    const opened = await watch('', { ...initial, fields, allowWatchBookmarks: true });
    const [first, second] = await opened.told(2);
    expect(first).toBe(`ADDED ${namespace}/only-here@${a}`);
    expect(Number(/@(\d+) end$/.exec(second ?? '')?.[1])).toBeGreaterThanOrEqual(asRevision(last));
    opened.close('client');
  });
});
