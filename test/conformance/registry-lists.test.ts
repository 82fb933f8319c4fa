import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asRevision } from '../../src/base/revision.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import type { ListOptions, ListResult } from '../../src/registry/rest-storage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import {
  configMap,
  deletion,
  itemsOf,
  listOf,
  namesOf,
  pod,
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

type Text = Parameters<typeof listOf>[0];

const pods = (namespace: string, options: Text = {}): Promise<ListResult> =>
  fixture.store('pods').list({ namespace }, listOf(options));

async function create(namespace: string, name: string, spec: JsonObject = {}): Promise<number> {
  return revisionOf(await fixture.store('pods').create({ namespace }, pod(name, spec), write));
}

const touch = (n: number) => (existing: JsonObject) => {
  (existing['metadata'] as JsonObject)['annotations'] = { n: String(n) };
  return existing;
};

describe('list', () => {
  test('M1 a consistent list has the store’s revision, whatever was written', async () => {
    const namespace = fresh();
    await create(namespace, 'a');
    const last = revisionOf(await fixture.store('configmaps').create({ namespace }, configMap('x'), write));
    expect((await pods(namespace)).revision).toBe(last);
    expect((await pods(namespace, { resourceVersion: '0' })).revision).toBeGreaterThanOrEqual(last);
  });

  test('M2 one object by its name', async () => {
    const namespace = fresh();
    const created = await create(namespace, 'a');
    const updated = await fixture.store('pods').update({ namespace, name: 'a' }, '', touch(1), write);
    const fields = 'metadata.name=a';
    const now = [`${namespace}/a@${revisionOf(updated)}`];
    const list = async (options: Text) => itemsOf(await pods(namespace, { fields, ...options }));
    expect(await list({})).toEqual(now);
    expect(await list({ resourceVersion: `${revisionOf(updated)}` })).toEqual(now);
    expect(await list({ resourceVersion: `${revisionOf(updated)}`, resourceVersionMatch: 'NotOlderThan' })).toEqual(
      now,
    );
    expect(await list({ resourceVersion: `${revisionOf(updated)}`, resourceVersionMatch: 'Exact' })).toEqual(now);
    const before = await pods(namespace, { fields, resourceVersion: `${created}`, resourceVersionMatch: 'Exact' });
    expect(itemsOf(before)).toEqual([`${namespace}/a@${created}`]);
    expect(before.revision).toBe(created);
    await fixture.caughtUp();
    expect(await list({ resourceVersion: '0' })).toEqual(now);
    expect(await list({ labels: 'x=y' })).toEqual([]);
    expect(await list({ fields: 'metadata.name=missing' })).toEqual([]);
    const limited = await pods(namespace, { fields, limit: 1, resourceVersion: `${created}` });
    expect(limited).toMatchObject({ continue: '', remainingItemCount: undefined });
    const future = await refusal(pods(namespace, { fields, resourceVersion: '9223372036854775807' }));
    expect(future.code).toBe(504);
  });

  test('M3 a namespace is not its siblings, and keys sort as bytes', async () => {
    const namespace = fresh();
    for (const sibling of [namespace, `${namespace}-a`, `${namespace}0`]) await create(sibling, 'x');
    expect(namesOf(await pods(namespace))).toEqual(['x']);
    const everywhere = (await pods('')).items
      .map((item) => item.namespace)
      .filter((name) => name.startsWith(namespace));
    // `-` sorts before `/`, and `/` before `0`.
    expect(everywhere).toEqual([`${namespace}-a`, namespace, `${namespace}0`]);
  });

  test('M4 M9 pages of one list agree, whatever is written between them', async () => {
    const namespace = fresh();
    for (const name of ['test-0', 'test-1', 'test-3']) await create(namespace, name);
    const first = await pods(namespace, { limit: 1 });
    expect(first).toMatchObject({ remainingItemCount: 2 });
    const second = await pods(namespace, { limit: 1, continue: first.continue });
    await create(namespace, 'test-2');
    const third = await pods(namespace, { limit: 1, continue: second.continue });
    expect([first, second, third].flatMap(namesOf)).toEqual(['test-0', 'test-1', 'test-3']);
    expect(new Set([first, second, third].map(({ revision }) => revision)).size).toBe(1);
    expect(third.continue).toBe('');
    expect(namesOf(await pods(namespace, { continue: first.continue }))).toEqual(['test-1', 'test-3']);
  });

  test('M5 a rare object is found on the first page, and there is no second', async () => {
    const namespace = fresh();
    const names = Array.from({ length: 300 }, (_, i) => `pod-${i}`);
    await Promise.all(names.map((name) => create(namespace, name, name === 'pod-99' ? { nodeName: 'rare' } : {})));
    // The last of them in the order of names.
    const rare = await pods(namespace, { limit: 1, fields: 'spec.nodeName=rare' });
    expect(namesOf(rare)).toEqual(['pod-99']);
    expect(rare.continue).toBe('');
  });

  test('M6 a page with a selector goes on until it is full', async () => {
    const namespace = fresh();
    for (const name of ['a1', 'b1', 'a2', 'b2', 'a3']) {
      await create(namespace, name, { nodeName: name.slice(0, 1) });
    }
    const first = await pods(namespace, { limit: 2, fields: 'spec.nodeName=a' });
    expect(namesOf(first)).toEqual(['a1', 'a2']);
    expect(first.remainingItemCount).toBeUndefined();
    const second = await pods(namespace, { limit: 2, fields: 'spec.nodeName=a', continue: first.continue });
    expect(namesOf(second)).toEqual(['a3']);
    expect(second.continue).toBe('');
  });

  test('M8 a list, and exactly that list again', async () => {
    const namespace = fresh();
    await create(namespace, 'a');
    const list = await pods(namespace);
    await create(namespace, 'b');
    const exact = { resourceVersion: `${list.revision}`, resourceVersionMatch: 'Exact' } as const;
    expect(itemsOf(await pods(namespace, exact))).toEqual(itemsOf(list));
    const newer = { resourceVersion: `${list.revision}`, resourceVersionMatch: 'NotOlderThan' } as const;
    expect(namesOf(await pods(namespace, newer))).toContain('a');
  });

  test.each([
    ['', 'metadata.namespace=NS', ['a', 'b']],
    ['', 'metadata.namespace=NS,metadata.name=a', ['a']],
    ['', 'metadata.namespace=NS,spec.nodeName=n', ['b']],
    ['', 'metadata.namespace=NS,metadata.name=a,spec.nodeName=n', []],
    ['NS', 'metadata.namespace=NS', ['a', 'b']],
    ['NS', 'metadata.namespace=other', []],
    ['NS', 'metadata.namespace=', []],
    ['NS', 'metadata.name=b', ['b']],
    ['NS', 'metadata.name=b,spec.nodeName=n', ['b']],
    ['NS', 'metadata.name=b,metadata.namespace=other', []],
    ['NS', 'spec.nodeName=n', ['b']],
    ['NS', 'metadata.name!=a', ['b']],
    ['NS', 'metadata.name=a,metadata.name=b', []],
  ])('M10 in %j by %j', async (where, selector, wanted) => {
    const namespace = fresh();
    await create(namespace, 'a');
    await create(namespace, 'b', { nodeName: 'n' });
    await create(fresh(), 'a');
    const scope = where.replace('NS', namespace);
    expect(namesOf(await pods(scope, { fields: selector.replaceAll('NS', namespace) }))).toEqual(wanted);
  });

  test('a cluster-scoped resource has no namespace to be selected by', async () => {
    const store = fixture.store('namespaces');
    await store.create({ namespace: '' }, { metadata: { name: 'here' } }, write);
    const list = async (fields: string) => namesOf(await store.list({ namespace: '' }, listOf({ fields })));
    expect(await list('metadata.name=here')).toEqual(['here']);
    expect(await list('metadata.name=here,metadata.namespace=here')).toEqual([]);
  });

  test('M25 a list not older than the next revision waits for it', async () => {
    const namespace = fresh();
    const created = await create(namespace, 'a');
    const list = pods(namespace, { resourceVersion: `${created + 1}`, resourceVersionMatch: 'NotOlderThan' });
    await create(namespace, 'b');
    expect(namesOf(await list)).toEqual(['a', 'b']);
  });

  test('a malformed continue token', async () => {
    const token = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const v = 'meta.k8s.io/v1';
    for (const [text, why] of [
      ['!', 'illegal base64 data'],
      [Buffer.from('{').toString('base64url'), ''],
      [token({ v: 'v2', rv: 1, start: 'a' }), 'server does not recognize this encoded version v2'],
      [token({ v, rv: 0, start: 'a' }), 'incorrect encoded start resourceVersion (version meta.k8s.io/v1)'],
      [token({ v, rv: 1, start: '' }), 'encoded start key empty (version meta.k8s.io/v1)'],
      [token({ v, rv: 1, start: '../secrets/' }), '../secrets/'],
      [token({ v, rv: 1, start: 'a//b' }), 'a//b'],
    ] as const) {
      const status = await refusal(pods('', { continue: text }));
      expect(status).toMatchObject({ code: 400, reason: 'BadRequest' });
      expect(status.message).toContain('invalid continue token: continue key is not valid');
      expect(status.message).toContain(why);
    }
  });
});

describe('list beyond what memory reaches', () => {
  test('M7 M14 exact lists come from the store until it has forgotten, continued ones then go on with the present', async () => {
    const own = await RegistryFixture.open();
    const store = own.store('pods');
    const list = (options: Partial<ListOptions>) => store.list({ namespace: 'n' }, { ...listOf(), ...options });
    for (const name of ['a', 'b', 'c']) await store.create({ namespace: 'n' }, pod(name), write);
    const first = await list({ limit: 1 });
    // From here on memory has no past: only the store has.
    own.of('pods').cache.markConsistent(false);
    await store.delete({ namespace: 'n', name: 'b' }, deletion(), write);
    const exact = { resourceVersion: `${first.revision}`, resourceVersionMatch: 'Exact' } as const;
    expect(await list(exact)).toMatchObject({ revision: first.revision, continue: '' });
    expect(namesOf(await list(exact))).toEqual(['a', 'b', 'c']);
    const paged = await list({ ...exact, limit: 2 });
    expect(namesOf(paged)).toEqual(['a', 'b']);
    expect(paged.remainingItemCount).toBe(1);
    expect(namesOf(await list({ continue: paged.continue, limit: 2 }))).toEqual(['c']);
    const selected = await store.list(
      { namespace: 'n' },
      { ...listOf({ fields: 'metadata.name!=a' }), ...exact, limit: 1 },
    );
    expect(namesOf(selected)).toEqual(['b']);
    expect(selected.continue).not.toBe('');
    const single = await store.list({ namespace: 'n' }, { ...listOf({ fields: 'metadata.name=b' }), ...exact });
    expect(namesOf(single)).toEqual(['b']);

    const present = await own.caughtUp();
    await own.compact(present);
    const old = await refusal(list(exact));
    expect(old).toMatchObject({
      code: 410,
      reason: 'Expired',
      message: 'The resourceVersion for the provided list is too old.',
    });
    const expired = await refusal(list({ continue: first.continue, limit: 1 }));
    expect(expired).toMatchObject({ code: 410, reason: 'Expired' });
    expect(expired.message).toMatch(
      /^The provided continue parameter is too old to display a consistent list result\./,
    );
    const rest = await list({ continue: expired.metadata.continue ?? '', limit: 1 });
    expect(namesOf(rest)).toEqual(['c']);
    expect(rest.revision).toBeGreaterThanOrEqual(present);
    await own.close();
  });

  test('M21 K5 a cache that is not ready', async () => {
    const cold = await RegistryFixture.open({ storage: fixture.storage, started: false });
    const namespace = fresh();
    for (const name of ['a', 'b']) await create(namespace, name);
    const store = cold.store('pods');
    const unready = await refusal(store.list({ namespace }, listOf()));
    expect(unready).toMatchObject({ code: 429, reason: 'TooManyRequests', details: { retryAfterSeconds: 1 } });
    expect(unready.message).toBe('storage is (re)initializing');
    expect((await refusal(store.list({ namespace }, listOf({ limit: 5, labels: 'a=b' })))).code).toBe(429);

    // A page of everything is the store's to give, at 0 with its limit.
    const page = await store.list({ namespace }, listOf({ limit: 1, resourceVersion: '0' }));
    expect(namesOf(page)).toEqual(['a']);
    expect(page.remainingItemCount).toBe(1);
    const rest = await store.list({ namespace }, listOf({ limit: 1, continue: page.continue }));
    expect(namesOf(rest)).toEqual(['b']);
    expect((await store.get({ namespace, name: 'a' }, '1')).name).toBe('a');
    await cold.close();
    expect((await refusal(store.list({ namespace }, listOf()))).message).toBe('apiserver cacher is stopped');
    expect(namesOf(await store.list({ namespace }, listOf({ limit: 500 })))).toEqual(['a', 'b']);
  });
});

/** The fixture's store with a count of what is asked of it. */
function counted(ahead = 0) {
  const calls = { currentRevision: 0, range: 0 };
  const { storage } = fixture;
  const counting: Storage = {
    canProgress: storage.canProgress,
    currentRevision: async () => {
      calls.currentRevision++;
      return asRevision((await storage.currentRevision()) + ahead);
    },
    range: (options) => {
      calls.range++;
      return storage.range(options);
    },
    get: (key) => storage.get(key),
    transact: (transaction) => storage.transact(transaction),
    watch: (prefix, after, sink) => storage.watch(prefix, after, sink),
    compact: (revision) => storage.compact(revision),
    compactRevision: () => storage.compactRevision(),
    close: () => Promise.resolve(),
  };
  return { calls, storage: counting };
}

describe('what lists cost the store', () => {
  test('M15 consistent lists at once share one tiny read, and read nothing else', async () => {
    const { calls, storage } = counted();
    const own = await RegistryFixture.open({ storage });
    calls.currentRevision = calls.range = 0;
    const lists = ['pods', 'configmaps', 'secrets', 'nodes'].flatMap((resource) =>
      Array.from({ length: 25 }, () =>
        own.store(resource).list({ namespace: '' }, listOf({ fields: 'metadata.name=a' })),
      ),
    );
    await Promise.all(lists);
    expect(calls).toEqual({ currentRevision: 1, range: 0 });
    await own.close();
  });

  test('M13 a cache that does not catch up is answered with 504, and the store is left in peace', async () => {
    const { calls, storage } = counted(1_000);
    const own = await RegistryFixture.open({ storage });
    calls.currentRevision = calls.range = 0;
    const status = await refusal(own.store('pods').list({ namespace: '' }, listOf()));
    expect(status).toMatchObject({ code: 504, reason: 'Timeout', details: { retryAfterSeconds: 1 } });
    expect(status.message).toMatch(/^Timeout: Too large resource version: \d+, current: \d+$/);
    expect(calls.range).toBe(0);
    await own.close();
  });
});
