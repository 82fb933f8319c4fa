import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { done, podsPath, type Query, queryText, TestNamespace } from '../support/http-objects.ts';
import type { WatchedEvent, WatchStream } from '../support/watch-stream.ts';
import { sentUntilNow, told } from '../support/watched.ts';
import { WholeServer } from '../support/whole-server.ts';

/*
 * What a watch says once it runs, by HTTP: WT1, WT3, WT5, WT8–WT10, WT13–WT16, H2, H10 and H17 of watch-semantics 4.
 * WT6 and WT7 are about values that cannot be decrypted, which this store has none of; WT11 is about flow control; WT12 is
 * the store's own progress, which storage conformance proves and which the bookmarks here show. H20 needs custom resources.
 */

let etcd: TestEtcd;

beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd.stop());

const bookmarks = { allowWatchBookmarks: true };
const fromNow = { sendInitialEvents: false, resourceVersionMatch: 'NotOlderThan' };
const revisionOf = (event: WatchedEvent | undefined): number => Number(event?.object.metadata.resourceVersion);

/** `ADDED name` for each. */
const gist = ({ type, object }: WatchedEvent): string => `${type} ${object.metadata.name}`;

describe.each(['embedded', 'etcd'])('what a watch says, on %s', (backend) => {
  let server: WholeServer;

  beforeAll(async () => {
    server = await WholeServer.open({ etcd: backend === 'etcd' ? etcd.endpoint : undefined });
  });
  afterAll(() => server.close());

  describe('WT1 objects that come to match a selector, and cease to', () => {
    test.each([
      ['of a namespace, by field', { fieldSelector: 'status.nominatedNodeName=n' }],
      ['of a namespace, by label', { labelSelector: 'watched=yes' }],
      ['of one object, by field', { fieldSelector: 'metadata.name=a,status.nominatedNodeName=n' }],
    ] as const)('%s', async (_, query: Query) => {
      const namespace = await TestNamespace.create(server);
      const stream = await namespace.watch({ ...query, ...bookmarks });
      const inside = (n: string) => namespace.nominate('a', 'n', { watched: 'yes', n });
      const outside = (n: string) => namespace.nominate('a', 'm', { watched: 'no', n });
      await namespace.create('a', { labels: { watched: 'no', n: '1' } });
      const entered = await inside('2');
      const changed = await inside('3');
      const left = await outside('4');
      await outside('5');
      const again = await inside('6');
      await namespace.create('b', { labels: { watched: 'no', n: '7' } });
      const events = await sentUntilNow(server, stream);
      const [end, ...live] = events;
      expect(end?.type).toBe('BOOKMARK');
      expect(live.map(told)).toEqual([
        `ADDED a@${entered}`,
        `MODIFIED a@${changed}`,
        `DELETED a@${left}`,
        `ADDED a@${again}`,
      ]);
      // What has left is shown as it was, at the revision at which it left.
      expect(live[2]?.object).toMatchObject({
        status: { nominatedNodeName: 'n' },
        metadata: { labels: { n: '3' } },
      });
      stream.close();
    });
  });

  test('WT3 WT10 a deletion shows the last state, at its own revision', async () => {
    const { serviceAccounts } = await TestNamespace.create(server);
    const stream = await serviceAccounts.watch(fromNow);
    const created = await serviceAccounts.create('a', { labels: { last: 'yes' } });
    const removed = await serviceAccounts.remove('a');
    const [, deleted] = await stream.take(2);
    expect(deleted && told(deleted)).toBe(`DELETED a@${removed}`);
    expect(removed).toBeGreaterThan(created);
    expect(deleted?.object.metadata.labels).toEqual({ last: 'yes' });
    // Whoever goes on from there is told nothing twice.
    const next = await serviceAccounts.watch({ resourceVersion: removed, ...bookmarks });
    expect(await sentUntilNow(server, next)).toEqual([]);
    next.close();
    stream.close();
  });

  test('WT5 a reader that looks away is told everything, in order', async () => {
    const { configMaps } = await TestNamespace.create(server);
    const data = (n: number) => ({ data: { n: String(n), pad: 'x'.repeat(50_000) } });
    await configMaps.create('a', data(0));
    const stream = await configMaps.watch({ resourceVersion: 0 });
    await stream.take(1);
    stream.pause();
    const written: string[] = [];
    for (let n = 1; n <= 21; n++) written.push(`MODIFIED a@${await configMaps.update('a', data(n))}`);
    stream.resume();
    expect((await stream.take(21)).map(told)).toEqual(written);
    stream.close();
  });

  test('WT9 fifty watchers that never read do not keep one that does from being told', async () => {
    const { configMaps } = await TestNamespace.create(server);
    const idle: WatchStream[] = [];
    for (let n = 0; n < 50; n++) {
      const stream = await configMaps.watch(fromNow);
      stream.pause();
      idle.push(stream);
    }
    const reader = await configMaps.watch(fromNow);
    const pad = 'x'.repeat(20_000);
    for (let n = 0; n < 22; n++) {
      const created = await configMaps.create(`c-${n}`, { data: { pad } });
      expect((await reader.take(1)).map(told)).toEqual([`ADDED c-${n}@${created}`]);
    }
    // And they get all of it once they do.
    const [late] = idle;
    late?.resume();
    expect((await late?.take(22))?.map(gist)).toEqual(reader.events.map(gist));
    for (const stream of [...idle, reader]) stream.close();
  });

  describe('WT13 objects that have no namespace', () => {
    test.each([
      ['', ['ADDED a', 'ADDED b', 'MODIFIED a', 'MODIFIED a', 'DELETED b']],
      ['spec.unschedulable=true', ['ADDED a', 'DELETED a']],
      ['spec.unschedulable!=true', ['ADDED a', 'ADDED b', 'DELETED a', 'ADDED a', 'DELETED b']],
      ['metadata.name=a', ['ADDED a', 'MODIFIED a', 'MODIFIED a']],
      ['metadata.name=a,spec.unschedulable=true', ['ADDED a', 'DELETED a']],
      ['metadata.name=a,spec.unschedulable!=true', ['ADDED a', 'DELETED a', 'ADDED a']],
      ['metadata.name=b', ['ADDED b', 'DELETED b']],
      ['metadata.namespace=', ['ADDED a', 'ADDED b', 'MODIFIED a', 'MODIFIED a', 'DELETED b']],
      ['metadata.namespace=x', []],
    ])('by %j', async (fieldSelector, wanted) => {
      const nodes = '/api/v1/nodes';
      const query = { watch: 1, ...fromNow, ...bookmarks, fieldSelector: fieldSelector || undefined };
      const stream = await server.watch(nodes + queryText(query));
      const node = (name: string, unschedulable: boolean) => ({ metadata: { name }, spec: { unschedulable } });
      for (const name of ['a', 'b']) done(await server.api.post(nodes, node(name, false)));
      done(await server.api.put(`${nodes}/a`, node('a', true)));
      done(await server.api.put(`${nodes}/a`, node('a', false)));
      done(await server.api.delete(`${nodes}/b`));
      expect((await sentUntilNow(server, stream)).map(gist)).toEqual(wanted);
      done(await server.api.delete(`${nodes}/a`));
      stream.close();
    });
  });

  describe('WT14', () => {
    /** Who is where: name, namespace (of two), node. Created, or changed if there. */
    type Step = readonly [name: string, namespace: 1 | 2, node?: string];
    type Case = readonly [
      namespace: '' | 'N1' | 'N2',
      fields: string,
      steps: readonly Step[],
      wanted: readonly string[],
    ];
    const cases: readonly Case[] = [
      [
        '',
        '',
        [
          ['a', 1],
          ['b', 2],
          ['a', 1, 'x'],
          ['b', 2, 'x'],
        ],
        ['ADDED a1', 'ADDED b2', 'MODIFIED a1', 'MODIFIED b2'],
      ],
      [
        '',
        'metadata.namespace=N1',
        [
          ['a', 1],
          ['a', 2],
          ['a', 1, 'x'],
          ['a', 2, 'x'],
        ],
        ['ADDED a1', 'MODIFIED a1'],
      ],
      [
        '',
        'status.nominatedNodeName=x',
        [
          ['a', 1],
          ['b', 2],
          ['a', 1, 'x'],
          ['b', 2, 'x'],
        ],
        ['ADDED a1', 'ADDED b2'],
      ],
      [
        '',
        'status.nominatedNodeName!=x',
        [
          ['a', 1],
          ['b', 1],
          ['a', 1, 'y'],
          ['a', 1, 'x'],
        ],
        ['ADDED a1', 'ADDED b1', 'MODIFIED a1', 'DELETED a1'],
      ],
      [
        'N1',
        '',
        [
          ['a', 1],
          ['a', 2],
          ['b', 1],
          ['a', 1, 'x'],
          ['a', 2, 'x'],
        ],
        ['ADDED a1', 'ADDED b1', 'MODIFIED a1'],
      ],
      [
        'N1',
        'metadata.namespace=N1',
        [
          ['a', 1],
          ['a', 2],
          ['a', 1, 'x'],
          ['a', 2, 'x'],
        ],
        ['ADDED a1', 'MODIFIED a1'],
      ],
      [
        'N1',
        'metadata.namespace=N2',
        [
          ['a', 1],
          ['a', 2],
          ['a', 1, 'x'],
          ['a', 2, 'x'],
        ],
        [],
      ],
      [
        'N1',
        'status.nominatedNodeName=y',
        [
          ['a', 1],
          ['a', 1, 'x'],
          ['a', 2, 'y'],
          ['a', 1, 'y'],
        ],
        ['ADDED a1'],
      ],
      [
        'N2',
        'status.nominatedNodeName!=x',
        [
          ['a', 1],
          ['a', 2],
          ['a', 2, 'x'],
          ['a', 2, 'y'],
        ],
        ['ADDED a2', 'DELETED a2', 'ADDED a2'],
      ],
      [
        '',
        'metadata.name=A',
        [
          ['a', 1],
          ['a', 2],
          ['b', 1],
          ['a', 1, 'x'],
        ],
        ['ADDED a1', 'ADDED a2', 'MODIFIED a1'],
      ],
      [
        '',
        'metadata.name=A,metadata.namespace=N1',
        [
          ['a', 1],
          ['b', 1],
          ['a', 2],
          ['a', 1, 'x'],
        ],
        ['ADDED a1', 'MODIFIED a1'],
      ],
      [
        '',
        'metadata.name=A,status.nominatedNodeName=x',
        [
          ['a', 1],
          ['a', 1, 'y'],
          ['b', 1, 'x'],
          ['a', 1, 'x'],
        ],
        ['ADDED a1'],
      ],
      [
        '',
        'metadata.name=A,status.nominatedNodeName!=x',
        [
          ['a', 1],
          ['b', 1],
          ['a', 1, 'y'],
          ['a', 1, 'x'],
          ['a', 1, 'z'],
        ],
        ['ADDED a1', 'MODIFIED a1', 'DELETED a1', 'ADDED a1'],
      ],
      [
        'N1',
        'metadata.name=A',
        [
          ['a', 1],
          ['b', 1],
          ['a', 2],
          ['a', 1, 'x'],
        ],
        ['ADDED a1', 'MODIFIED a1'],
      ],
      [
        'N1',
        'metadata.name=B,metadata.namespace=N1',
        [
          ['a', 1],
          ['b', 1],
          ['a', 1, 'x'],
          ['b', 1, 'x'],
        ],
        ['ADDED b1', 'MODIFIED b1'],
      ],
      [
        'N1',
        'metadata.name=A,metadata.namespace=N1,status.nominatedNodeName=x',
        [
          ['a', 1],
          ['b', 1],
          ['a', 2, 'x'],
          ['a', 1, 'y'],
          ['a', 1, 'x'],
        ],
        ['ADDED a1'],
      ],
      [
        'N1',
        'metadata.name=B,metadata.namespace=N1,status.nominatedNodeName!=x',
        [
          ['a', 1],
          ['b', 2],
          ['b', 1],
          ['b', 1, 'y'],
          ['b', 1, 'x'],
        ],
        ['ADDED b1', 'MODIFIED b1', 'DELETED b1'],
      ],
      [
        '',
        'metadata.namespace=',
        [
          ['a', 1],
          ['a', 2],
        ],
        [],
      ],
    ];

    test.each(cases)('in %j by %j', async (where, fields, steps, wanted) => {
      const spaces = [await TestNamespace.create(server), await TestNamespace.create(server)];
      const [n1 = '', n2 = ''] = spaces.map(({ name }) => name);
      const named = (name: string) => `${name}-${n1}`;
      const fieldSelector = fields
        .replace('N1', n1)
        .replace('N2', n2)
        .replace('A', named('a'))
        .replace('B', named('b'));
      const path = podsPath(where.replace('N1', n1).replace('N2', n2));
      const query = { watch: 1, ...fromNow, ...bookmarks, fieldSelector: fieldSelector || undefined };
      const stream = await server.watch(path + queryText(query));
      const there = new Set<string>();
      for (const [name, index, node = ''] of steps) {
        const place = `${name}${index}`;
        const labels = { place };
        const namespace = spaces[index - 1];
        if (!there.has(place)) await namespace?.create(named(name), { labels });
        if (there.has(place) || node !== '') await namespace?.nominate(named(name), node, labels);
        there.add(place);
      }
      const events = await sentUntilNow(server, stream);
      expect(events.map(({ type, object }) => `${type} ${object.metadata.labels?.['place']}`)).toEqual(wanted);
      stream.close();
    });
  });

  describe('WT15 WT16 K10 bookmarks', () => {
    test('come each minute to those who asked for them, while only others are written to', async () => {
      const [namespace, other] = [await TestNamespace.create(server), await TestNamespace.create(server)];
      const [asked, silent] = [await namespace.watch({ ...fromNow, ...bookmarks }), await namespace.watch(fromNow)];
      for (const name of ['a', 'b', 'c']) {
        const written = await other.create(name);
        await namespace.list();
        server.clock.forward(60_000);
        await asked.until((events) => revisionOf(events.at(-1)) >= written);
      }
      expect(asked.events.map(({ type }) => type)).toEqual(['BOOKMARK', 'BOOKMARK', 'BOOKMARK']);
      expect(asked.events[0]).toEqual({
        type: 'BOOKMARK',
        object: {
          kind: 'Pod',
          apiVersion: 'v1',
          metadata: { resourceVersion: expect.any(String) },
          spec: { containers: null },
          status: {},
        },
      });
      const a = await namespace.create('a');
      expect((await silent.take(1)).map(told)).toEqual([`ADDED a@${a}`]);
      asked.close();
      silent.close();
    });

    test('come two seconds before the end', async () => {
      const [namespace, other] = [await TestNamespace.create(server), await TestNamespace.create(server)];
      const query = { ...fromNow, timeoutSeconds: 30 };
      const opened = server.clock.now();
      const at = (seconds: number) => server.clock.forward(opened + seconds * 1_000 - server.clock.now());
      const [asked, silent] = [await namespace.watch({ ...query, ...bookmarks }), await namespace.watch(query)];
      at(26);
      const last = await other.create('b');
      await namespace.list();
      at(29);
      await asked.until((events) => events.length > 0);
      at(31);
      expect([await asked.end(), await silent.end()]).toEqual([true, true]);
      expect(asked.events.map(({ type }) => type)).toEqual(['BOOKMARK']);
      expect(revisionOf(asked.events[0])).toBeGreaterThanOrEqual(last);
      expect(silent.events).toEqual([]);
    });

    test('are never behind what was said, and never ahead of what is to be said', async () => {
      const namespace = await TestNamespace.create(server);
      const stream = await namespace.watch({ ...fromNow, ...bookmarks });
      const created: number[] = [];
      for (let n = 0; n < 100; n++) {
        created.push(await namespace.create(`c-${n}`));
        if (n % 10 === 5) server.clock.forward(60_000);
      }
      await stream.until((events) => events.filter(({ type }) => type === 'ADDED').length === 100);
      const revisions = stream.events.map(revisionOf);
      expect(stream.events.filter(({ type }) => type === 'ADDED').map(revisionOf)).toEqual(created);
      expect(stream.events.some(({ type }) => type === 'BOOKMARK')).toBe(true);
      for (const [index, { type }] of stream.events.entries()) {
        const before = Math.max(0, ...revisions.slice(0, index));
        if (type === 'BOOKMARK') expect(revisions[index]).toBeGreaterThanOrEqual(before);
        else expect(revisions[index]).toBeGreaterThan(before);
      }
      stream.close();
    });
  });

  describe('the end', () => {
    const open = 'crowsnest_watches_open{group="",resource="secrets"}';
    const left = 'crowsnest_watches_ended_total{group="",resource="secrets",reason="client"}';

    test('H10 comes when the client said, or after half an hour to an hour', async () => {
      const path = '/api/v1/secrets?watch=1';
      const short = await server.watch(`${path}&timeoutSeconds=600`);
      const long = await server.watch(path);
      await server.metricBecomes(open, 2);
      server.clock.forward(500_000);
      expect(await server.metric(open)).toBe(2);
      server.clock.forward(100_000);
      expect([await short.end(), short.events]).toEqual([true, []]);
      server.clock.forward(1_100_000);
      expect(await server.metric(open)).toBe(1);
      server.clock.forward(1_900_000);
      expect(await long.end()).toBe(true);
      await server.metricBecomes(open, 0);
    });

    test('H2 WT8 comes with the client’s going', async () => {
      const before = await server.metric(left);
      const stream = await server.watch('/api/v1/secrets?watch=1');
      expect(await server.metric(open)).toBe(1);
      stream.close();
      await server.metricBecomes(open, 0);
      expect(await server.metric(left)).toBe(before + 1);
    });

    test('is clean for all when the server goes', async () => {
      const own = await WholeServer.open({ storage: server.storage });
      const streams = [
        await own.watch(`${podsPath()}?watch=1`),
        await own.watch('/api/v1/nodes?watch=1&timeoutSeconds=9'),
      ];
      await own.close();
      for (const stream of streams) expect(await stream.end()).toBe(true);
    });
  });

  describe('H17', () => {
    test('watchers by label are told of additions, updates and deletions of theirs', async () => {
      const namespace = await TestNamespace.create(server);
      const by = (labelSelector: string) => namespace.watch({ labelSelector, ...bookmarks });
      const watches = [await by('of=A'), await by('of=B'), await by('of in (A,B)')];
      const of = (label: string, n: string) => ({ labels: { of: label, n } });
      await namespace.create('a', of('A', '0'));
      await namespace.update('a', of('A', '1'));
      await namespace.update('a', of('A', '2'));
      await namespace.remove('a');
      await namespace.create('b', of('B', '0'));
      await namespace.remove('b');
      const said: string[][] = [];
      for (const stream of watches) {
        said.push((await sentUntilNow(server, stream)).filter(({ type }) => type !== 'BOOKMARK').map(gist));
        stream.close();
      }
      // A pod is marked before it goes.
      const ofA = ['ADDED a', 'MODIFIED a', 'MODIFIED a', 'MODIFIED a', 'DELETED a'];
      const ofB = ['ADDED b', 'MODIFIED b', 'DELETED b'];
      expect(said).toEqual([ofA, ofB, [...ofA, ...ofB]]);
    });

    test('a watch from the revision of an update is told what came after it', async () => {
      const { serviceAccounts } = await TestNamespace.create(server);
      await serviceAccounts.create('a');
      const first = await serviceAccounts.update('a', { labels: { n: '1' } });
      const second = await serviceAccounts.update('a', { labels: { n: '2' } });
      const removed = await serviceAccounts.remove('a');
      const stream = await serviceAccounts.watch({ resourceVersion: first });
      expect((await stream.take(2)).map(told)).toEqual([`MODIFIED a@${second}`, `DELETED a@${removed}`]);
      stream.close();
    });

    test('a watch goes on where the last one was closed', async () => {
      const { serviceAccounts } = await TestNamespace.create(server);
      const first = await serviceAccounts.watch(fromNow);
      await serviceAccounts.create('a');
      await serviceAccounts.update('a', { labels: { n: '1' } });
      const [, last] = await first.take(2);
      first.close();
      const second = await serviceAccounts.update('a', { labels: { n: '2' } });
      const removed = await serviceAccounts.remove('a');
      const next = await serviceAccounts.watch({ resourceVersion: revisionOf(last) });
      expect((await next.take(2)).map(told)).toEqual([`MODIFIED a@${second}`, `DELETED a@${removed}`]);
      next.close();
    });

    test('an object that ceases to match is deleted, one that matches again is added', async () => {
      const namespace = await TestNamespace.create(server);
      const stream = await namespace.watch({ labelSelector: 'watched=yes', ...bookmarks });
      const labelled = (watched: string, n: string) => ({ labels: { watched, n } });
      await namespace.create('a', labelled('yes', '0'));
      await namespace.update('a', labelled('yes', '1'));
      await namespace.update('a', labelled('no', '2'));
      await namespace.update('a', labelled('no', '3'));
      await namespace.update('a', labelled('yes', '4'));
      await namespace.update('a', labelled('yes', '5'));
      await namespace.remove('a');
      const [, ...events] = await sentUntilNow(server, stream);
      const lines = events.map(({ type, object }) => `${type} ${object.metadata.labels?.['n']}`);
      expect(lines).toEqual(['ADDED 0', 'MODIFIED 1', 'DELETED 1', 'ADDED 4', 'MODIFIED 5', 'MODIFIED 5', 'DELETED 5']);
      stream.close();
    });

    test('watches from different revisions, opened while all is in motion, see the same order', async () => {
      const namespace = await TestNamespace.create(server);
      const { serviceAccounts } = namespace;
      const begun = await serviceAccounts.create('begin');
      const whole = await serviceAccounts.watch({ resourceVersion: begun, ...bookmarks });
      const others: WatchStream[] = [];
      const busy = [0, 1, 2, 3].map(async (worker) => {
        for (let n = 0; n < 25; n++) {
          await serviceAccounts.create(`w-${worker}`);
          await serviceAccounts.update(`w-${worker}`, { labels: { n: String(n) } });
          await serviceAccounts.remove(`w-${worker}`);
        }
      });
      for (let n = 1; n <= 10; n++) {
        await whole.until(({ length }) => length >= n * 15);
        const from = revisionOf(whole.events[n * 15 - 1]);
        others.push(await serviceAccounts.watch({ resourceVersion: from, ...bookmarks }));
      }
      await Promise.all(busy);
      const lines = (await sentUntilNow(server, whole)).map(told);
      expect(lines).toHaveLength(4 * 25 * 3);
      for (const [index, stream] of others.entries()) {
        expect((await sentUntilNow(server, stream)).map(told)).toEqual(lines.slice((index + 1) * 15));
        stream.close();
      }
      whole.close();
    });
  });
});
