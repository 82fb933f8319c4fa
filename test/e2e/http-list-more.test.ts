import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../support/api.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { done, namesIn, podsPath, type Query, queryText, revisionIn, TestNamespace } from '../support/http-objects.ts';
import { WholeServer } from '../support/whole-server.ts';

/*
 * The LIST checks of watch-semantics 4.3 and 4.6 by HTTP: M1, M2, M4–M10, M25, TestListResourceVersion0,
 * TestAPIListChunking, TestNameInFieldSelector, H18 and H23. M3 is about keys and is asked of the registry; M11–M24 look
 * inside of the cache. The refusals and TestListOptions are in http-list-options.test.ts.
 */

let etcd: TestEtcd;

beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd.stop());

const inNumbers = (count: number, name: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => name(index));

/** Does all of it, a few at a time. */
async function spread<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items];
  const one = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: 16 }, one));
}

const tokenIn = ({ body }: Answer): string => body.metadata.continue ?? '';
const itemsIn = (answer: Answer): string[] =>
  done(answer).items.map(
    ({ metadata }: { metadata: Record<string, string> }) => `${metadata['name']}@${metadata['resourceVersion']}`,
  );

describe.each(['embedded', 'etcd'])('lists over HTTP, on %s', (backend) => {
  let server: WholeServer;

  beforeAll(async () => {
    server = await WholeServer.open({ etcd: backend === 'etcd' ? etcd.endpoint : undefined });
  });
  afterAll(() => server.close());

  /** A store that cannot tell its progress is made to by a write, which is then the newest. */
  function expectNewest(revision: number, written: number): void {
    if (server.storage.canProgress) expect(revision).toBe(written);
    else expect(revision).toBeGreaterThanOrEqual(written);
  }

  /** As a client's pager: follows the tokens to the end. */
  async function pages(path: string, query: Query): Promise<Answer[]> {
    const answers: Answer[] = [];
    let token: string | undefined;
    do {
      const first = answers.length === 0;
      // client-go drops the version with the first token.
      const asked = first ? query : { ...query, continue: token, resourceVersion: undefined };
      const answer = await server.api.get(path + queryText(asked));
      done(answer);
      answers.push(answer);
      token = tokenIn(answer);
    } while (token !== '');
    return answers;
  }

  /** More pods like one there is, written behind the server's back: a hundred at a time. */
  async function putLike({ name: namespace }: TestNamespace, model: string, names: readonly string[]): Promise<void> {
    const key = (name: string) => `/registry/pods/${namespace}/${name}`;
    const { kv } = await server.storage.get(key(model));
    const text = kv?.value.toString('utf8') ?? '';
    const put = (name: string) => {
      const value = Buffer.from(text.replace(`"name":"${model}"`, `"name":"${name}"`));
      return { type: 'put', key: key(name), value } as const;
    };
    for (let at = 0; at < names.length; at += 100) {
      await server.storage.transact({ compare: [], operations: names.slice(at, at + 100).map(put) });
    }
  }

  test('M1 a consistent list is as new as everything in the store, also beside the resource', async () => {
    const namespace = await TestNamespace.create(server);
    await namespace.create('a');
    const other = await namespace.configMaps.create('x');
    expectNewest(revisionIn(await namespace.list()), other);
    expect(revisionIn(await namespace.list({ resourceVersion: 0 }))).toBeGreaterThanOrEqual(other);

    // A key that no resource has and no cache hears of.
    const value = Buffer.from(String(other));
    const far = await server.storage.transact({ compare: [], operations: [{ type: 'put', key: '/far', value }] });
    expect(revisionIn(await namespace.list({ resourceVersion: 0 }))).toBeLessThan(far.revision);
    const token = { v: 'meta.k8s.io/v1', rv: -1, start: 'a\0' };
    const next = await namespace.list({ continue: Buffer.from(JSON.stringify(token)).toString('base64url') });
    expect(namesIn(next)).toEqual([]);
    expect(revisionIn(next)).toBeGreaterThanOrEqual(far.revision);
    const consistent = revisionIn(await namespace.list());
    expectNewest(consistent, far.revision);
    expect(revisionIn(await namespace.list({ resourceVersion: 0 }))).toBeGreaterThanOrEqual(consistent);
  });

  test('M2 one object by its name', async () => {
    const namespace = await TestNamespace.create(server);
    const created = await namespace.create('a');
    const updated = await namespace.update('a', { labels: { x: 'y' } });
    const list = (query: Query) => namespace.list({ fieldSelector: 'metadata.name=a', ...query });
    const now = [`a@${updated}`];
    for (const query of [
      {},
      { limit: 1 },
      { resourceVersion: 0 },
      { resourceVersion: 0, resourceVersionMatch: 'NotOlderThan' },
      { resourceVersion: updated },
      { resourceVersion: updated, resourceVersionMatch: 'NotOlderThan' },
      { resourceVersion: updated, resourceVersionMatch: 'Exact' },
      { resourceVersion: created },
      { resourceVersion: created, limit: 1 },
      { resourceVersion: created, resourceVersionMatch: 'NotOlderThan' },
      { labelSelector: 'x=y' },
    ]) {
      const answer = await list(query);
      expect([itemsIn(answer), tokenIn(answer)], JSON.stringify(query)).toEqual([now, '']);
      expect(revisionIn(answer)).toBeGreaterThanOrEqual(updated);
    }
    const before = await list({ resourceVersion: created, resourceVersionMatch: 'Exact' });
    expect(itemsIn(before)).toEqual([`a@${created}`]);
    expect(revisionIn(before)).toBe(created);

    const far = updated + 1_000_000;
    for (const match of [undefined, 'NotOlderThan', 'Exact']) {
      const future = await server.inVain(list({ resourceVersion: far, resourceVersionMatch: match }));
      expect(future.status).toBe(504);
    }
    for (const fieldSelector of ['metadata.name=b', 'metadata.name=a,spec.nodeName=n', 'metadata.name!=a']) {
      const answer = await namespace.list({ fieldSelector });
      expect(answer.body).toMatchObject({ items: [], metadata: { resourceVersion: expect.stringMatching(/^\d+$/) } });
    }
    expect(namesIn(await list({ labelSelector: 'x!=y' }))).toEqual([]);
  });

  test('M4 M9 APIListChunking: pages of one list agree, whatever is written between them', async () => {
    const namespace = await TestNamespace.create(server);
    const [, , , last = 0] = await namespace.createAll('test-0', 'test-1', 'test-2', 'test-3');
    const first = await namespace.list({ limit: 1 });
    expect([revisionIn(first), first.body.metadata.remainingItemCount]).toEqual([last, 3]);

    const rest = await namespace.list({ continue: tokenIn(first) });
    expect([revisionIn(rest), tokenIn(rest), namesIn(rest)]).toEqual([last, '', ['test-1', 'test-2', 'test-3']]);
    expect(rest.body.metadata).not.toHaveProperty('remainingItemCount');

    const second = await namespace.list({ limit: 1, continue: tokenIn(first) });
    await namespace.create('test-1-later');
    await namespace.remove('test-3');
    const third = await namespace.list({ limit: 1, continue: tokenIn(second) });
    const fourth = await namespace.list({ limit: 1, continue: tokenIn(third) });
    const all = [first, second, third, fourth];
    expect(all.flatMap(namesIn)).toEqual(['test-0', 'test-1', 'test-2', 'test-3']);
    expect(all.map(revisionIn)).toEqual([last, last, last, last]);
    expect(all.map(({ body }) => body.metadata.remainingItemCount)).toEqual([3, 2, 1, undefined]);
    expect(tokenIn(fourth)).toBe('');
  });

  test('M5 a rare object among a thousand is on the first page, and there is no second', async () => {
    const namespace = await TestNamespace.create(server, 'zzz-last');
    await namespace.create('pod-999', { nodeName: 'rare' });
    await namespace.create('pod-0');
    await putLike(
      namespace,
      'pod-0',
      inNumbers(998, (index) => `pod-${index + 1}`),
    );
    expect(namesIn(await namespace.list())).toHaveLength(1_000);
    for (const fieldSelector of ['metadata.name=pod-999', 'spec.nodeName=rare']) {
      for (const path of [namespace.path, podsPath()]) {
        const rare = await server.api.get(path + queryText({ limit: 1, fieldSelector }));
        expect([namesIn(rare), tokenIn(rare)]).toEqual([['pod-999'], '']);
      }
    }
  });

  test('M6 a page with a selector goes on until it is full', async () => {
    const namespace = await TestNamespace.create(server);
    for (const name of ['a1', 'b1', 'a2', 'b2', 'a3', 'b3']) {
      await namespace.create(name, { labels: { side: name.slice(0, 1) }, nodeName: name.slice(0, 1) });
    }
    for (const selector of [{ fieldSelector: 'spec.nodeName=a' }, { labelSelector: 'side in (a)' }]) {
      const first = await namespace.list({ limit: 2, ...selector });
      expect(namesIn(first)).toEqual(['a1', 'a2']);
      expect(first.body.metadata).not.toHaveProperty('remainingItemCount');
      const second = await namespace.list({ limit: 2, ...selector, continue: tokenIn(first) });
      // There is more behind it, but nothing that is selected: b1 … b3.
      expect(namesIn(second)).toEqual(['a3']);
      expect(tokenIn(second)).toBe('');
      const full = await namespace.list({ limit: 3, ...selector });
      expect(namesIn(full)).toEqual(['a1', 'a2', 'a3']);
      expect(tokenIn(full)).not.toBe('');
      const empty = await namespace.list({ limit: 3, ...selector, continue: tokenIn(full) });
      expect([empty.body.items, tokenIn(empty)]).toEqual([[], '']);
    }
  });

  test('M8 a list, and exactly that list again', async () => {
    const namespace = await TestNamespace.create(server);
    await namespace.createAll('a', 'b');
    const list = await namespace.list();
    const resourceVersion = revisionIn(list);
    await namespace.create('c');
    const removed = await namespace.remove('a');
    const exact = await namespace.list({ resourceVersion, resourceVersionMatch: 'Exact' });
    expect(exact.text).toBe(list.text);
    const newer = await namespace.list({ resourceVersion: removed, resourceVersionMatch: 'NotOlderThan' });
    expect(revisionIn(newer)).toBeGreaterThanOrEqual(removed);
    expect(namesIn(newer)).toEqual(['b', 'c']);
    const again = await namespace.list({ resourceVersion: revisionIn(newer), resourceVersionMatch: 'Exact' });
    expect(again.body.items).toEqual(newer.body.items);
  });

  test.each([
    ['', 'metadata.namespace=NS', ['a', 'b']],
    ['', 'metadata.namespace=NS,metadata.name=a', ['a']],
    ['', 'metadata.namespace=NS,spec.nodeName=n', ['b']],
    ['', 'metadata.namespace=NS,metadata.name=b,spec.nodeName=n', ['b']],
    ['', 'metadata.namespace=NS,metadata.name=a,spec.nodeName=n', []],
    ['', 'metadata.namespace=nowhere', []],
    ['NS', '', ['a', 'b']],
    ['NS', 'metadata.namespace=NS', ['a', 'b']],
    ['NS', 'metadata.namespace=NS,spec.nodeName=n', ['b']],
    ['NS', 'metadata.namespace=other', []],
    ['NS', 'metadata.namespace=', []],
    ['NS', 'metadata.name=b', ['b']],
    ['NS', 'metadata.name=missing', []],
    ['NS', 'metadata.name=b,metadata.namespace=NS', ['b']],
    ['NS', 'metadata.name=b,metadata.namespace=other', []],
    ['NS', 'metadata.name=b,spec.nodeName=n', ['b']],
    ['NS', 'metadata.name=a,spec.nodeName=n', []],
    ['NS', 'spec.nodeName=n', ['b']],
  ])('M10 in %j by %j', async (where, selector, wanted) => {
    const namespace = await TestNamespace.create(server);
    await namespace.create('a');
    await namespace.create('b', { nodeName: 'n' });
    const other = await TestNamespace.create(server);
    await other.create('a');
    await other.create('b', { nodeName: 'n' });
    const query = { fieldSelector: selector.replaceAll('NS', namespace.name) };
    const path = podsPath(where.replace('NS', namespace.name));
    expect(namesIn(await server.api.get(path + queryText(query)))).toEqual(wanted);
  });

  test('NameInFieldSelector: over all namespaces and in one', async () => {
    const spaces = [await TestNamespace.create(server), await TestNamespace.create(server)];
    for (const namespace of spaces) await namespace.createAll('foo', 'bar');
    const [first] = spaces;
    for (const [fieldSelector, count] of [
      ['metadata.name=foo', 2],
      ['metadata.name=foo,metadata.name=bar', 0],
      [`metadata.name=foo,metadata.namespace=${first?.name}`, 1],
      ['metadata.name=foo,metadata.namespace=nowhere', 0],
      ['metadata.name=foo,metadata.namespace=', 0],
    ] as const) {
      const answer = await server.api.get(podsPath() + queryText({ fieldSelector }));
      expect(namesIn(answer), fieldSelector).toHaveLength(count);
    }
  });

  test('M25 a list not older than the next write waits for it', async () => {
    const namespace = await TestNamespace.create(server);
    const created = await namespace.create('a');
    const later = namespace.list({ resourceVersion: created + 1 });
    // It waits: nothing else does, for 3 s.
    await server.clock.waitedFor(3_000);
    await namespace.create('b');
    expect(namesIn(await later)).toEqual(['a', 'b']);
  });

  test('ListResourceVersion0: a pager that does not care how old the list is gets all of it', async () => {
    const namespace = await TestNamespace.create(server);
    await namespace.createAll(...inNumbers(10, (index) => `rs-${index}`));
    // What comes at 0 may be old: not after this.
    await namespace.list();
    const answers = await pages(namespace.path, { resourceVersion: 0, limit: 3 });
    expect(answers.flatMap(namesIn)).toEqual(inNumbers(10, (index) => `rs-${index}`));
    expect(answers).toHaveLength(1);
  });

  test('H23 every answer is private', async () => {
    const namespace = await TestNamespace.create(server);
    for (const path of [
      '/',
      '/version',
      '/healthz',
      '/api',
      '/apis',
      '/api/v1',
      '/openapi/v2',
      '/openapi/v3',
      '/openapi/v3/api/v1',
      '/nothing',
      '/api/v1/nodes',
      `${namespace.path}/nobody`,
      `${namespace.path}?limit=x`,
      '/apis/apps/v1/deployments',
    ]) {
      const { headers, status } = await server.api.get(path);
      expect(headers.get('cache-control'), `${path} ${status}`).toContain('private');
    }
  });

  test('H18 chunks of any size are one list: names in order, one revision, nothing lost', async () => {
    const namespace = await TestNamespace.create(server);
    const total = 400;
    const names = inNumbers(total, (index) => `template-${String(index).padStart(4, '0')}`);
    await spread(names, (name) => namespace.configMaps.create(name));
    const path = `/api/v1/namespaces/${namespace.name}/configmaps`;
    for (const round of [1, 2]) {
      const limits: number[] = [];
      const found: string[] = [];
      let revision: number | undefined;
      let token: string | undefined;
      do {
        const limit = 1 + Math.floor(Math.random() * 40);
        limits.push(limit);
        const answer = await server.api.get(path + queryText({ limit, continue: token }));
        const { metadata } = done(answer);
        found.push(...namesIn(answer));
        revision ??= revisionIn(answer);
        const seen = {
          revision: revisionIn(answer),
          fits: namesIn(answer).length <= limit,
          sum: (metadata.remainingItemCount ?? 0) + found.length,
        };
        expect(seen, `limits ${limits.join()}`).toEqual({ revision, fits: true, sum: total });
        token = metadata.continue;
        // In the second round all pages but the first are of the past.
        if (round === 2) await namespace.configMaps.create(`while-${limits.length}`);
      } while (token !== undefined);
      expect(found, `limits ${limits.join()}`).toEqual(names);
    }
    const whole = await server.api.get(path + queryText({ limit: 2 * total }));
    expect(namesIn(whole).filter((name) => name.startsWith('template-'))).toEqual(names);
    expect(tokenIn(whole)).toBe('');
  });

  test('M7 H18 a token that the store has forgotten is answered with one that goes on with the present', async () => {
    const namespace = await TestNamespace.create(server);
    await namespace.createAll('a', 'b', 'c', 'd', 'e');
    const first = await namespace.list({ limit: 1 });
    const before = revisionIn(first);
    await namespace.remove('b');
    const compacted = await namespace.create('f');
    await server.compact(compacted);

    const expired = await namespace.list({ limit: 1, continue: tokenIn(first) });
    expect(expired.status).toBe(410);
    expect(expired.body).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'Expired', code: 410 });
    const rest = await namespace.list({ limit: 2, continue: tokenIn(expired) });
    expect(namesIn(rest)).toEqual(['c', 'd']);
    expect(revisionIn(rest)).not.toBe(before);
    expect(revisionIn(rest)).toBeGreaterThanOrEqual(compacted);
    expect(rest.body.metadata.remainingItemCount).toBe(2);
    await namespace.create('d-later');
    const last = await namespace.list({ limit: 2, continue: tokenIn(rest) });
    expect([namesIn(last), revisionIn(last), tokenIn(last)]).toEqual([['e', 'f'], revisionIn(rest), '']);
  });
});
