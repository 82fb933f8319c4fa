import { beforeEach, describe, expect, test } from 'vitest';
import { testApp } from '../../../test/support/test-app.ts';
import { silentLogger } from '../../base/logger.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { defaultLimits } from '../limits.ts';

/** Resolves once somebody waits for the clock. */
async function timerSet(clock: ManualClock): Promise<void> {
  while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
}

const never = new Promise<void>(() => {});

let subject: ReturnType<typeof testApp>;

beforeEach(() => {
  subject = testApp();
});

const statusOf = async (response: Response | Promise<Response>) => {
  const { status, headers } = await response;
  const body = (await (await response).json()) as { message: string; reason: string; code: number; details?: object };
  return { ...body, status, retryAfter: headers.get('retry-after') };
};

describe('time', () => {
  test('a request that takes too long is 504', async () => {
    const clock = new ManualClock();
    subject = testApp({ clock });
    subject.configmaps.gate = never;
    const answer = subject.app.request('/api/v1/configmaps');
    await timerSet(clock);
    clock.advance(59_999);
    clock.advance(1);
    expect(await statusOf(answer)).toMatchObject({
      status: 504,
      reason: 'Timeout',
      message: 'Timeout: request did not complete within the allotted timeout',
    });
  });

  test('?timeout= asks for less; more is not given; nonsense is 400', async () => {
    const clock = new ManualClock();
    subject = testApp({ clock });
    subject.configmaps.gate = never;
    const soon = subject.app.request('/api/v1/configmaps?timeout=1.5s');
    await timerSet(clock);
    clock.advance(1_500);
    expect((await soon).status).toBe(504);
    const late = subject.app.request('/api/v1/configmaps?timeout=2h');
    await timerSet(clock);
    clock.advance(60_000);
    expect((await late).status).toBe(504);
    expect(await statusOf(subject.app.request('/api/v1/configmaps?timeout=soon'))).toMatchObject({
      status: 400,
      message: 'invalid timeout specified in the request URL - time: invalid duration "soon"',
    });
  });

  test('an answer in time leaves no timer behind', async () => {
    const clock = new ManualClock();
    subject = testApp({ clock });
    expect((await subject.app.request('/version')).status).toBe(200);
    expect(clock.pending).toBe(0);
  });

  test('the write of a request whose time is up is told so', async () => {
    const clock = new ManualClock();
    subject = testApp({ clock });
    const { configmaps } = subject;
    configmaps.put('default', 'a');
    let open = () => {};
    configmaps.gate = new Promise((resolve) => (open = resolve));
    const answer = subject.app.request('/api/v1/namespaces/default/configmaps/a', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"metadata":{"name":"a"}}',
    });
    await timerSet(clock);
    clock.advance(60_000);
    expect((await answer).status).toBe(504);
    open();
    while (configmaps.writes.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(configmaps.writes[0]?.aborted).toBe(true);
  });
});

describe('how much is in progress', () => {
  const small = { ...defaultLimits, maxReadsInFlight: 1, maxWritesInFlight: 1 };

  test('reads and writes are bounded each by their own, with 429 and Retry-After', async () => {
    subject = testApp({ limits: small });
    let open = () => {};
    subject.configmaps.gate = new Promise((resolve) => (open = resolve));
    const first = subject.app.request('/api/v1/configmaps');
    expect(await statusOf(subject.app.request('/api/v1/nodes'))).toMatchObject({
      status: 429,
      reason: 'TooManyRequests',
      retryAfter: '1',
    });
    const write = subject.app.request('/api/v1/namespaces/default/configmaps/a', { method: 'DELETE' });
    expect((await subject.app.request('/api/v1/nodes/n', { method: 'DELETE' })).status).toBe(429);
    open();
    expect((await first).status).toBe(200);
    expect((await write).status).toBe(404);
    expect((await subject.app.request('/api/v1/nodes')).status).toBe(200);
    expect((await subject.app.request('/api/v1/nodes/n', { method: 'DELETE' })).status).toBe(404);
  });

  test('health, discovery and metrics answer when nothing else does', async () => {
    subject = testApp({ limits: small });
    subject.configmaps.gate = never;
    void subject.app.request('/api/v1/configmaps');
    for (const path of ['/readyz', '/metrics', '/version', '/apis', '/api/v1']) {
      expect((await subject.app.request(path)).status).toBe(200);
    }
  });
});

describe('what goes wrong', () => {
  test('a bug is 500 without its details, and is logged with them', async () => {
    const logged: unknown[] = [];
    subject = testApp({ logger: { ...silentLogger, error: (_message, fields) => logged.push(fields) } });
    subject.configmaps.failure = new TypeError('secret detail');
    const answer = await statusOf(subject.app.request('/api/v1/configmaps'));
    expect(answer).toMatchObject({ status: 500, reason: 'InternalError' });
    expect(JSON.stringify(answer)).not.toContain('secret detail');
    expect(logged).toEqual([
      expect.objectContaining({
        path: '/api/v1/configmaps',
        auditId: 'audit-1',
        error: expect.stringContaining('secret detail'),
      }),
    ]);
  });

  test('a refusal is in the format that the client accepts, or in JSON', async () => {
    const yaml = await subject.app.request('/api/v1/nope', { headers: { accept: 'application/yaml' } });
    expect(yaml.headers.get('content-type')).toBe('application/yaml');
    expect(await yaml.text()).toContain('reason: NotFound');
    const other = await subject.app.request('/api/v1/nope', { headers: { accept: 'image/png' } });
    expect(await other.json()).toMatchObject({ code: 404 });
  });

  test.each(['/api/v1/%00', '/api/v1/namespaces/a%00b/configmaps', '/api/v1/%ff', '/%c0%80', '/api/%E0%A4%A'])(
    '%s is 400',
    async (path) => {
      expect((await statusOf(subject.app.request(path))).code).toBe(400);
    },
  );

  test.each([
    ['/api/v1/namespaces/default/configmaps/a%25b', `Name parameter invalid: "a%b": may not contain '%'`],
    ['/api/v1/nodes/%25', `Name parameter invalid: "%": may not contain '%'`],
  ])('%s cannot be a key', async (path, message) => {
    expect(await statusOf(subject.app.request(path))).toMatchObject({ code: 400, message });
  });

  test('who asks is found out, then as whom, then whether he may: of just what is handled', async () => {
    const asked: unknown[] = [];
    const jane = { name: 'jane', uid: '', groups: [], extra: {} };
    subject = testApp({
      access: {
        authenticator: {
          authenticate: async (credentials) =>
            credentials.header('authorization') === 'Bearer right' ? { user: jane } : { user: undefined, why: 'wrong' },
        },
        impersonator: async (wanted) => ({ user: { ...wanted, groups: ['known'] } }),
        authorizer: {
          async authorize({ user, verb, of }) {
            asked.push([user.name, verb, of]);
            return { decision: verb === 'deletecollection' ? 'deny' : 'allow', reason: 'because' };
          },
          rulesFor: async () => ({ resourceRules: [], nonResourceRules: [], incomplete: false }),
        },
      },
    });
    const path = '/api/v1/namespaces/default/configmaps';
    const send = (method: string, headers: Record<string, string>) =>
      statusOf(subject.app.request(path, { method, headers: { authorization: 'Bearer right', ...headers } }));
    expect(await send('GET', { authorization: 'Bearer wrong' })).toMatchObject({ code: 401, message: 'Unauthorized' });
    expect(asked).toEqual([]);
    expect((await subject.app.request(path, { headers: { authorization: 'Bearer right' } })).status).toBe(200);
    expect(await send('DELETE', { 'Impersonate-User': 'bob' })).toMatchObject({
      code: 403,
      message:
        'configmaps is forbidden: User "bob" cannot deletecollection resource "configmaps" in API group "" in the namespace "default": because',
    });
    const of = { group: '', version: 'v1', resource: 'configmaps', subresource: '', namespace: 'default', name: '' };
    expect(asked).toEqual([
      ['jane', 'list', of],
      ['bob', 'deletecollection', of],
    ]);
  });
});

describe('paths', () => {
  test.each([
    ['GET', '/api/v9', 404, 'the server could not find the requested resource'],
    ['GET', '/apis/apps/v9/deployments', 404, 'the server could not find the requested resource'],
    ['GET', '/api/v1/nope', 404, 'the server could not find the requested resource'],
    ['GET', '/api/v1/configmaps/a', 404, 'the server could not find the requested resource'],
    ['GET', '/api/v1/namespaces/x/nodes', 404, 'the server could not find the requested resource'],
    ['GET', '/api/v1/nodes/a/status/more', 404, 'the server could not find the requested resource'],
    ['POST', '/api/v1/configmaps', 405, 'the server does not allow this method on the requested resource'],
    ['DELETE', '/api/v1/configmaps', 405, 'the server does not allow this method on the requested resource'],
    ['HEAD', '/api/v1/configmaps', 405, ''],
    ['OPTIONS', '/api/v1/configmaps', 405, 'the server does not allow this method on the requested resource'],
    [
      'DELETE',
      '/apis/apps/v1/namespaces/x/deployments/a',
      405,
      'the server does not allow this method on the requested resource',
    ],
    ['POST', '/api/v1/nodes/a', 405, 'the server does not allow this method on the requested resource'],
    ['POST', '/api', 405, 'the server does not allow this method on the requested resource'],
    ['HEAD', '/api', 405, ''],
    ['HEAD', '/version', 405, ''],
  ])('%s %s is a Status %d', async (method, path, code, message) => {
    const response = await subject.app.request(path, { method });
    expect(response.status).toBe(code);
    if (method !== 'HEAD') expect(await response.json()).toMatchObject({ kind: 'Status', message, details: {}, code });
  });

  test.each(['/nope', '/apis/nope', '/apis/nope/v1', '/apis/nope/v1/things', '/healthz/nope'])(
    'nobody knows %s',
    async (path) => {
      const response = await subject.app.request(path);
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(await response.text()).toBe('404 page not found\n');
    },
  );

  test('discovery documents, with or without a slash at the end', async () => {
    const kindOf = async (path: string) => ((await (await subject.app.request(path)).json()) as { kind: string }).kind;
    expect(await kindOf('/api')).toBe('APIVersions');
    expect(await kindOf('/api/')).toBe('APIVersions');
    expect(await kindOf('/apis')).toBe('APIGroupList');
    expect(await kindOf('/apis/apps')).toBe('APIGroup');
    expect(await kindOf('/apis/apps/v1')).toBe('APIResourceList');
    expect(await kindOf('/api/v1/')).toBe('APIResourceList');
  });

  test('the aggregated discovery goes to whoever likes it best, with an ETag that answers 304', async () => {
    const v2 = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const beta = v2.replace('v=v2', 'v=v2beta1');
    const response = await subject.app.request('/apis', { headers: { accept: `${v2},${beta},application/json` } });
    expect(response.headers.get('content-type')).toBe(
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    );
    expect(response.headers.get('etag')).toBe('"apis-etag"');
    expect(response.headers.get('vary')).toBe('Accept');
    expect(await response.json()).toEqual({ prefix: 'apis' });
    const older = await subject.app.request('/api', { headers: { accept: `${beta},application/json` } });
    expect(await older.json()).toMatchObject({ kind: 'APIVersions' });
    expect((await subject.app.request('/api', { headers: { accept: beta } })).status).toBe(406);
    const same = await subject.app.request('/apis', { headers: { accept: v2, 'if-none-match': '"apis-etag"' } });
    expect([same.status, await same.text()]).toEqual([304, '']);
    const plain = await subject.app.request('/apis', { headers: { accept: 'application/json' } });
    expect(await plain.json()).toMatchObject({ kind: 'APIGroupList' });
  });

  test('OpenAPI documents: the index, and one for each group version', async () => {
    const index = await subject.app.request('/openapi/v3');
    expect([index.headers.get('content-type'), await index.json()]).toEqual([
      'text/plain; charset=utf-8',
      { paths: {} },
    ]);
    // A handler, not a route: it does not look at the method.
    expect((await subject.app.request('/openapi/v3', { method: 'POST' })).status).toBe(200);
    expect((await subject.app.request('/apis', { method: 'POST' })).status).toBe(200);
    expect(await (await subject.app.request('/openapi/v3/apis/apps/v1')).json()).toEqual({ openapi: '3.0.0' });
    for (const path of ['/openapi/v3/api/v9', '/openapi/v3/apis/apps', '/openapi/v3/x', '/openapi/v1']) {
      expect((await subject.app.request(path)).status).toBe(404);
    }
  });

  test('/ lists the paths; /version and /metrics are what the server said', async () => {
    expect(await (await subject.app.request('/')).json()).toEqual({ paths: ['/api', '/apis'] });
    expect(await (await subject.app.request('/version')).json()).toEqual({ gitVersion: 'v1.36.0' });
    const metrics = await subject.app.request('/metrics');
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4');
    expect(await metrics.text()).toBe('up 1\n');
    expect(await (await subject.app.request('/readyz')).text()).toBe('ok');
  });
});

describe('a server that cannot go on', () => {
  test('refuses what is about a resource with 503, and nothing else', async () => {
    const { app, failure, configmaps } = subject;
    configmaps.put('default', 'a');
    failure.abort();
    const about = '/api/v1/namespaces/default/configmaps';
    for (const path of [about, `${about}/a`, `${about}?watch=true`, '/api/v1/nothings', '/apis/no.such/v1/things']) {
      expect(await statusOf(app.request(path)), path).toMatchObject({ status: 503, reason: 'ServiceUnavailable' });
    }
    for (const method of ['POST', 'DELETE']) {
      expect(await statusOf(app.request(about, { method }))).toMatchObject({ status: 503 });
    }
    for (const path of ['/api', '/apis', '/api/v1', '/openapi/v2', '/version', '/metrics', '/readyz']) {
      expect((await app.request(path)).status, path).toBe(200);
    }
  });
});
