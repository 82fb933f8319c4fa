import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StorageError } from '../../src/storage/errors.ts';
import type { Storage } from '../../src/storage/storage.ts';
import type { Answer } from '../support/api.ts';
import { except } from '../support/disturbed-storage.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { namesIn, podsPath, type Query, queryText, revisionIn, TestNamespace } from '../support/http-objects.ts';
import { WholeServer } from '../support/whole-server.ts';

/*
 * What LIST, GET and WATCH refuse, by HTTP: every row of watch-semantics 1.1, those of 1.2 that a store without faults or
 * with an arranged one shows, and TestListOptions of 4.3. Left out of 1.2: a store without progress requests, which is
 * served all the same here; unsupported verbs, since every resource has watch; the gate that answers 429 after 3 s.
 */

let etcd: TestEtcd;

beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd.stop());

const token = (start: string, rv: number, v = 'meta.k8s.io/v1'): string =>
  Buffer.from(JSON.stringify({ v, rv, start })).toString('base64url');

const statusOf = (code: number, reason: string, message: unknown, more: object = {}) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  ...(reason === '' ? {} : { reason }),
  code,
  ...more,
});

const tooLarge = (revision: number | string, reached: unknown = expect.any(Number)) =>
  statusOf(504, 'Timeout', expect.stringMatching(`^Timeout: Too large resource version: ${revision}, current: \\d+$`), {
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: reached,
    },
  });

describe.each(['embedded', 'etcd'])('refusals over HTTP, on %s', (backend) => {
  const where = () => ({ etcd: backend === 'etcd' ? etcd.endpoint : undefined });
  let server: WholeServer;
  let namespace: TestNamespace;
  let present: number;

  beforeAll(async () => {
    server = await WholeServer.open(where());
    namespace = await TestNamespace.create(server);
    [, , present = 0] = await namespace.createAll('a', 'b', 'c');
  });
  afterAll(() => server.close());

  const list = (query: Query) => namespace.list(query);

  describe('1.1 options that must not be combined', () => {
    const match = (text: string) => ['FieldValueForbidden', 'resourceVersionMatch', `Forbidden: ${text}`] as const;
    const unsupported = (value: string, supported: string) =>
      [
        'FieldValueNotSupported',
        'resourceVersionMatch',
        `Unsupported value: "${value}": supported values: ${supported}`,
      ] as const;
    const initial = (text: string) => ['FieldValueForbidden', 'sendInitialEvents', `Forbidden: ${text}`] as const;
    const unlessVersion = match('resourceVersionMatch is forbidden unless resourceVersion is provided');
    const withContinue = match('resourceVersionMatch is forbidden when continue is provided');
    const exactZero = match('resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
    const forList = initial('sendInitialEvents is forbidden for list');
    const needsMatch = match('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
    const unlessInitial = match('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
    const listValues = '"Exact", "NotOlderThan", ""';

    test.each([
      [{ resourceVersionMatch: 'Exact' }, [unlessVersion]],
      [{ resourceVersionMatch: 'NotOlderThan', limit: 1 }, [unlessVersion]],
      [{ resourceVersionMatch: 'NotOlderThan', resourceVersion: 1, continue: 'x' }, [withContinue]],
      [{ resourceVersionMatch: 'Exact', resourceVersion: 'abc', continue: 'x' }, [withContinue]],
      [{ resourceVersionMatch: 'No', resourceVersion: 1 }, [unsupported('No', listValues)]],
      [{ resourceVersionMatch: 'exact', resourceVersion: 'abc' }, [unsupported('exact', listValues)]],
      [{ resourceVersionMatch: 'Exact', resourceVersion: 0 }, [exactZero]],
      [{ sendInitialEvents: true }, [forList]],
      [{ sendInitialEvents: false, resourceVersion: 0 }, [forList]],
      [{ resourceVersionMatch: 'No', continue: 'x' }, [unlessVersion, withContinue, unsupported('No', listValues)]],
      [
        { resourceVersionMatch: 'Exact', resourceVersion: 0, continue: 'x', sendInitialEvents: 1 },
        [withContinue, exactZero, forList],
      ],
      [{ watch: 1, sendInitialEvents: true }, [needsMatch]],
      [{ watch: 1, sendInitialEvents: false, resourceVersion: 5 }, [needsMatch]],
      [
        { watch: 1, sendInitialEvents: true, resourceVersionMatch: 'Exact' },
        [needsMatch, unsupported('Exact', '"NotOlderThan"')],
      ],
      [{ watch: 1, resourceVersionMatch: 'NotOlderThan' }, [unlessInitial]],
      [{ watch: 1, resourceVersionMatch: 'NotOlderThan', resourceVersion: 5 }, [unlessInitial]],
      [
        { watch: 1, resourceVersionMatch: 'Exact', resourceVersion: 5 },
        [unlessInitial, unsupported('Exact', '"NotOlderThan"')],
      ],
      [{ watch: 1, sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', continue: 'x' }, [withContinue]],
      // Without a version it is taken for one that sends initial events, and so has a match.
      [{ watch: 1, continue: 'x' }, [withContinue]],
    ] as const)('%j', async (query, wanted) => {
      const { status, body } = await list(query);
      const texts = wanted.map(([, field, message]) => `${field}: ${message}`);
      const why = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
      const details = {
        group: 'meta.k8s.io',
        kind: 'ListOptions',
        causes: wanted.map(([reason, field, message]) => ({ reason, message, field })),
      };
      expect(status).toBe(422);
      expect(body).toEqual(statusOf(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${why}`, { details }));
    });

    const mayBeWatched = [
      { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' },
      { allowWatchBookmarks: true },
      { limit: 1, continue: 'x', resourceVersion: 1 },
    ];
    test.each(mayBeWatched)('but a watch may: %j', async (query) => {
      const stream = await namespace.watch(query);
      expect(stream.status).toBe(200);
      stream.close();
    });
  });

  describe('1.2 what cannot be served', () => {
    const parse = (text: string, why = 'invalid syntax') =>
      `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": ${why}`;

    test.each(['abc', '-1', '1.5', ' 1', '0x1'])('a list at resource version %j', async (resourceVersion) => {
      for (const more of [{}, { limit: 1 }, { resourceVersionMatch: 'Exact' }, { fieldSelector: 'metadata.name=a' }]) {
        const { status, body } = await list({ resourceVersion, ...more });
        expect(status).toBe(400);
        expect(body).toEqual(statusOf(400, 'BadRequest', `invalid resource version: ${parse(resourceVersion)}`));
      }
    });

    test('an object or a watch at a resource version that is none', async () => {
      const wanted = statusOf(500, '', parse('abc'));
      const got = await server.api.get(`${namespace.path}/a?resourceVersion=abc`);
      expect([got.status, got.body]).toEqual([500, wanted]);
      for (const more of [{}, { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }]) {
        const watched = await list({ watch: 1, resourceVersion: 'abc', ...more });
        expect([watched.status, watched.body]).toEqual([500, wanted]);
      }
      const tooLong = await list({ resourceVersion: '18446744073709551616' });
      const why = `invalid resource version: ${parse('18446744073709551616', 'value out of range')}`;
      expect(tooLong.body).toEqual(statusOf(400, 'BadRequest', why));
    });

    test.each([
      ['!', 'illegal base64 data'],
      [token('a\0', 0), 'incorrect encoded start resourceVersion (version meta.k8s.io/v1)'],
      [token('', 5), 'encoded start key empty (version meta.k8s.io/v1)'],
      [token('a\0', 5, 'v2'), 'server does not recognize this encoded version v2'],
      [token('../secrets/a', 5), '../secrets/a'],
      [Buffer.from('{').toString('base64url'), ''],
    ])('a continue token that says %s', async (text, why) => {
      const answer = await list({ continue: text, limit: 1 });
      expect(answer.status).toBe(400);
      const { message } = answer.body;
      expect(answer.body).toEqual(statusOf(400, 'BadRequest', message));
      expect(message).toMatch(/^invalid continue token: continue key is not valid: /);
      expect(message).toContain(why);
      // It is looked at before the version.
      expect((await list({ continue: text, resourceVersion: 'abc' })).body.message).toBe(message);
    });

    test('a continue token beside a resource version', async () => {
      const why = 'specifying resource version is not allowed when using continue';
      // Of now: what was before may be forgotten.
      const now = revisionIn(await list({}));
      for (const resourceVersion of ['5', 'abc']) {
        const { status, body } = await list({ continue: token('a\0', now), resourceVersion });
        expect([status, body]).toEqual([400, statusOf(400, 'BadRequest', why)]);
      }
      expect(namesIn(await list({ continue: token('a\0', now), resourceVersion: '0' }))).toEqual(['b', 'c']);
    });

    test('a revision to come, which does not come in time', async () => {
      const far = present + 1_000_000;
      for (const query of [
        { resourceVersion: far },
        { resourceVersion: far, limit: 1 },
        { resourceVersion: far, resourceVersionMatch: 'NotOlderThan', limit: 1 },
        { resourceVersion: far, resourceVersionMatch: 'Exact' },
        { continue: token('a\0', far) },
      ]) {
        const { status, body, headers } = await server.inVain(list(query));
        expect([status, body]).toEqual([504, tooLarge(far, 1)]);
        expect(headers.get('retry-after')).toBe('1');
        expect(Number(/current: (\d+)$/.exec(body.message)?.[1])).toBeGreaterThanOrEqual(present);
      }
      const got = await server.inVain(server.api.get(`${namespace.path}/a?resourceVersion=${far}`));
      expect([got.status, got.body, got.headers.get('retry-after')]).toEqual([504, tooLarge(far, 1), '1']);
      const beyond = await list({ resourceVersion: '18446744073709551615' });
      expect(beyond.body).toEqual(tooLarge('18446744073709551615', 1));

      const opening = namespace.watch({
        sendInitialEvents: true,
        resourceVersionMatch: 'NotOlderThan',
        resourceVersion: far,
        allowWatchBookmarks: true,
      });
      const stream = await server.inVain(opening);
      expect(stream.status).toBe(200);
      expect(await stream.next()).toEqual({ type: 'ERROR', object: tooLarge(far, 1) });
      expect([await stream.next(), await stream.end()]).toEqual([undefined, true]);
    });

    test('a resource or an object that is not there', async () => {
      const details = { name: 'x', kind: 'pods' };
      const missing = await server.api.get(`${namespace.path}/x`);
      expect(missing.body).toEqual(statusOf(404, 'NotFound', 'pods "x" not found', { details }));
      const grouped = await server.api.get(`/apis/apps/v1/namespaces/${namespace.name}/deployments/x`);
      expect(grouped.body).toMatchObject({
        message: 'deployments.apps "x" not found',
        details: { name: 'x', group: 'apps', kind: 'deployments' },
      });
      expect((await server.api.get('/api/v1/nothings')).status).toBe(404);
    });

    test('what the path, the query or the headers get wrong', async () => {
      const other = await server.api.get(
        `/api/v1/watch/namespaces/${namespace.name}/pods/a?fieldSelector=metadata.name%3Db`,
      );
      expect(other.body).toEqual(
        statusOf(400, 'BadRequest', "fieldSelector metadata.name doesn't match requested name"),
      );
      const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
      const include = await server.api.get(`${namespace.path}?includeObject=x`, table);
      expect([include.status, include.body.reason]).toEqual([400, 'BadRequest']);
      expect(include.body.message).toMatch(/^Unable to convert to Table as requested: /);
      const accept = await server.api.get(namespace.path, { accept: 'application/XYZ' });
      expect([accept.status, accept.body.reason]).toEqual([406, 'NotAcceptable']);
      expect(accept.body.message).toMatch(/^406: Not Acceptable\n\nAvailable representations: application\/json, /);
      const late = await list({ timeout: 'soon' });
      expect([late.status, late.body.reason]).toEqual([400, 'BadRequest']);
      for (const query of [{ limit: 'x' }, { fieldSelector: 'spec.no=1' }, { labelSelector: 'a===b' }]) {
        const answer = await list(query);
        expect([answer.status, answer.body.reason], JSON.stringify(query)).toEqual([400, 'BadRequest']);
      }
      expect((await server.api.call(namespace.path, { method: 'PUT', body: {} })).body).toMatchObject({
        code: 405,
        reason: 'MethodNotAllowed',
      });
    });
  });

  test('1.2 what the store has forgotten', async () => {
    const own = await TestNamespace.create(server);
    const [before = 0] = await own.createAll('a', 'b', 'c');
    const first = await own.list({ limit: 1 });
    const compacted = await own.create('d');
    await server.compact(compacted);

    const tooOld = statusOf(410, 'Expired', 'The resourceVersion for the provided list is too old.');
    for (const query of [
      { resourceVersion: before, resourceVersionMatch: 'Exact' },
      { resourceVersion: before, limit: 1 },
      { resourceVersion: before, resourceVersionMatch: 'Exact', fieldSelector: 'metadata.name=a' },
    ]) {
      const answer = await own.list(query);
      expect([answer.status, answer.body]).toEqual([410, tooOld]);
    }
    await own.list();
    expect(namesIn(await own.list({ resourceVersion: before }))).toEqual(['a', 'b', 'c', 'd']);

    const answer = await own.list({ continue: first.body.metadata.continue, limit: 1 });
    const goesOn =
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
      'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
      'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
      'deleted between the time the first chunk was returned and now may show up in the list.';
    expect(answer.body).toEqual(statusOf(410, 'Expired', goesOn, { metadata: { continue: token('a\0', -1) } }));
  });

  test('1.2 M21 W11 a cache that is not filled', async () => {
    let fill = () => {};
    const filling = new Promise<void>((resolve) => (fill = resolve));
    const slow = (storage: Storage) =>
      except(storage, {
        // The list that fills the caches is of the whole prefix.
        range: async (options) => {
          if (options.start === '/registry/') await filling;
          return storage.range(options);
        },
      });
    const cold = await WholeServer.open({ storage: server.storage, disturbed: slow, ready: false });
    const path = namespace.path;
    const unready = (seconds: number) =>
      statusOf(429, 'TooManyRequests', 'storage is (re)initializing', { details: { retryAfterSeconds: seconds } });
    const refused = [
      path,
      `${path}?resourceVersion=0`,
      `${path}?limit=5&labelSelector=a%3Db`,
      `${path}?limit=5&fieldSelector=spec.nodeName%3Db`,
      `${path}?watch=1`,
      `${path}?watch=1&resourceVersion=${present}`,
      `${path}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    ];
    for (const [downtime, seconds] of [
      [0, 1],
      [14_500, 2],
      [16_000, 6],
      [600_000, 30],
    ] as const) {
      cold.clock.forward(downtime);
      for (const asked of refused) {
        const answer = await cold.api.get(asked);
        expect([answer.status, answer.headers.get('retry-after'), answer.body]).toEqual([
          429,
          String(seconds),
          unready(seconds),
        ]);
      }
    }
    expect((await cold.api.get('/readyz')).status).toBe(500);

    // A page of everything is the store's to give, with its limit even at 0; so is an object.
    const page = await cold.api.get(`${path}?limit=2&resourceVersion=0`);
    expect([namesIn(page), page.body.metadata.remainingItemCount]).toEqual([['a', 'b'], 1]);
    const rest = await cold.api.get(path + queryText({ limit: 2, continue: page.body.metadata.continue }));
    expect([namesIn(rest), revisionIn(rest)]).toEqual([['c'], revisionIn(page)]);
    for (const version of ['', '?resourceVersion=0', `?resourceVersion=${present}`]) {
      expect((await cold.api.get(`${path}/a${version}`)).status).toBe(200);
    }

    fill();
    await cold.ready;
    expect(namesIn(await cold.api.get(path))).toEqual(['a', 'b', 'c']);
    await cold.close();
  });

  test('1.2 a store that does not answer', async () => {
    let works = true;
    let hangs = false;
    const faulty = (storage: Storage) =>
      except(storage, {
        currentRevision: async () => {
          if (hangs) await new Promise(() => {});
          if (!works) throw new StorageError('unavailable', 'nobody is there');
          return storage.currentRevision();
        },
      });
    const own = await WholeServer.open({ storage: server.storage, disturbed: faulty });
    works = false;
    const refused = await own.api.get(podsPath());
    const details = { name: 'list', kind: 'pods', retryAfterSeconds: 2 };
    const message = 'The list operation against pods could not be completed at this time, please try again.';
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([500, '2']);
    expect(refused.body).toEqual(statusOf(500, 'ServerTimeout', message, { details }));
    // Who does not need the store is served.
    expect(namesIn(await own.api.get(`${namespace.path}?resourceVersion=0`))).toEqual(['a', 'b', 'c']);

    hangs = true;
    for (const [query, ms] of [
      ['', 60_000],
      ['?timeout=7s', 7_000],
    ] as const) {
      const answer = own.api.get(podsPath() + query);
      await own.clock.waitedFor(ms);
      own.clock.forward(ms);
      const late = 'Timeout: request did not complete within the allotted timeout';
      expect((await answer).body).toEqual(statusOf(504, 'Timeout', late, { details: {} }));
    }
    await own.close();
  });

  test('TestListOptions: limit × continue × resourceVersion × resourceVersionMatch', async () => {
    const own = await TestNamespace.create(server);
    const path = `/apis/apps/v1/namespaces/${own.name}/replicasets`;
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'main', image: 'main:1' }] } };
    const spec = { selector: { matchLabels: { a: 'b' } }, template };
    const name = (index: number) => `test-${String(index).padStart(2, '0')}`;
    const created: number[] = [];
    for (let index = 0; index < 15; index++) {
      created.push(revisionIn(await server.api.post(path, { metadata: { name: name(index) }, spec })));
    }
    for (let index = 0; index < 5; index++)
      expect((await server.api.delete(`${path}/${name(index)}`)).status).toBe(200);
    const first = await server.api.get(`${path}?limit=6`);
    await server.compact(revisionIn(first));

    const compacted = created[0] ?? 0;
    const continues = ['', String(first.body.metadata.continue), 'invalid'];
    const found: string[] = [];
    const wanted: string[] = [];
    for (const limit of [0, 6]) {
      for (const [kind, continued] of continues.entries()) {
        for (const version of ['', '0', String(compacted), 'invalid']) {
          for (const match of ['', 'NotOlderThan', 'Exact', 'InvalidMatch']) {
            const query = {
              limit: limit || undefined,
              continue: continued || undefined,
              resourceVersion: version || undefined,
              resourceVersionMatch: match || undefined,
            };
            const asked = `limit ${limit}, continue ${['none', 'valid', 'invalid'][kind]}, version ${version}, match ${match}:`;
            const outcome = expectedList({ limit, continued: kind, version, match });
            found.push(`${asked} ${outcomeOf(await server.api.get(path + queryText(query)), outcome)}`);
            wanted.push(`${asked} ${outcome}`);
          }
        }
      }
    }
    expect(found).toEqual(wanted);
  });
});

interface Combination {
  readonly limit: number;
  /** 0: none · 1: a valid token · 2: an invalid one. */
  readonly continued: number;
  readonly version: string;
  readonly match: string;
}

/** The precedence of TestListOptions: a part of the message, or how many items there must be. */
function expectedList({ limit, continued, version, match }: Combination): string {
  if (match !== '' && version === '') return 'resourceVersionMatch is forbidden unless resourceVersion is provided';
  if (match !== '' && continued !== 0) return 'resourceVersionMatch is forbidden when continue is provided';
  if (match === 'InvalidMatch') return 'supported values';
  if (match === 'Exact' && version === '0') return 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"';
  // A token is looked at before the version: see the order note of watch-semantics 1.2.
  if (continued === 2) return 'continue key is not valid';
  if (continued === 1 && version !== '' && version !== '0') {
    return 'specifying resource version is not allowed when using continue';
  }
  if (version === 'invalid') return 'Invalid value';
  const exactly = match === 'Exact' || (limit > 0 && match === '');
  if (version !== '' && version !== '0' && exactly) return 'The resourceVersion for the provided list is too old';
  if (continued === 1) return '4 items';
  return limit > 0 && version !== '0' ? '6 items' : '10 items';
}

function outcomeOf({ status, body }: Answer, wanted: string): string {
  if (status === 200) return `${body.items.length} items`;
  return String(body.message).includes(wanted) ? wanted : `${status} ${body.message}`;
}
