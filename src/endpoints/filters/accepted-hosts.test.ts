import { describe, expect, test } from 'vitest';
import { testApp } from '../../../test/support/test-app.ts';
import { RequestLine } from '../request-line.ts';

const path = '/api/v1/namespaces/default/configmaps';

async function ask(
  acceptHosts: readonly string[],
  headers: Record<string, string>,
  { method = 'GET', host = 'localhost:8080', target = path } = {},
) {
  const { app, configmaps } = testApp({ acceptHosts });
  const body = method === 'POST' ? { body: '{"metadata":{"name":"a"}}' } : {};
  const request = new Request('http://localhost/', { method, headers, ...body });
  const response = await app.fetch(request, { line: new RequestLine(method, target, host === '' ? undefined : host) });
  return { status: response.status, text: await response.text(), writes: configmaps.writes.length };
}

const hostStatus = async (host: string, acceptHosts: readonly string[] = []) =>
  (await ask(acceptHosts, {}, { host })).status;
const originStatus = async (origin: string, acceptHosts: readonly string[] = []) =>
  (await ask(acceptHosts, { origin })).status;

describe('whom a server without authentication answers', () => {
  test.each(['localhost', 'LOCALHOST:8080', '127.0.0.1', '127.1.2.3:80', '[::1]', '[::1]:443', ''])(
    'a client that calls it %j',
    async (host) => {
      expect(await hostStatus(host)).toBe(200);
    },
  );

  test.each([
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.evil.example',
    '0.0.0.0:8080',
    '[::2]',
    '[::1].evil.example',
    'localhost:80:80',
    '169.254.169.254',
  ])('not one that calls it %j', async (host) => {
    const { status, text } = await ask([], {}, { host });
    expect(status).toBe(403);
    expect(JSON.parse(text)).toMatchObject({
      kind: 'Status',
      reason: 'Forbidden',
      message: expect.stringContaining(host),
    });
  });

  test('the host of an absolute URL is the one that counts', async () => {
    expect((await ask([], {}, { target: `http://evil.example${path}` })).status).toBe(403);
    expect((await ask([], {}, { target: `http://localhost${path}`, host: 'evil.example' })).status).toBe(200);
  });

  test('everything is refused to it, health and the unreadable included', async () => {
    for (const target of ['/healthz', '/metrics', '/version', '/', '/nope', `${path}?watch=1`]) {
      expect((await ask([], {}, { host: 'evil.example', target })).status).toBe(403);
    }
  });

  test('a page of its own origin', async () => {
    expect(await originStatus('http://localhost:8080')).toBe(200);
    expect(await originStatus('https://LOCALHOST:8080')).toBe(200);
  });

  test.each([
    'http://localhost',
    'http://localhost:3000',
    'http://127.0.0.1:8080',
    'https://evil.example',
    'http://localhost:8080.evil.example',
    'http://localhost:8080/',
    'file://localhost:8080',
    'null',
    '',
  ])('not a page of the origin %j', async (origin) => {
    expect(await originStatus(origin)).toBe(403);
    const posted = await ask([], { origin, 'content-type': 'application/json' }, { method: 'POST' });
    expect([posted.status, posted.writes]).toEqual([403, 0]);
  });

  test.each([
    ['GET', { 'sec-fetch-site': 'cross-site' }, 403],
    ['GET', { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'image' }, 403],
    ['POST', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' }, 403],
    ['GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' }, 200],
    ['GET', { 'sec-fetch-site': 'none' }, 200],
    ['POST', { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }, 201],
    ['POST', { 'content-type': 'application/json' }, 201],
  ] as const)('%s without an origin and with %j is %d', async (method, headers, status) => {
    const answer = await ask([], headers, { method });
    expect([answer.status, answer.writes]).toEqual([status, status === 201 ? 1 : 0]);
  });

  test('whom its options name, by name or by name and port, as host and as origin', async () => {
    const named = ['Host.Docker.Internal', 'localhost:3000'];
    expect(await hostStatus('host.docker.internal:8080', named)).toBe(200);
    expect(await hostStatus('docker.internal', named)).toBe(403);
    expect(await originStatus('http://localhost:3000', named)).toBe(200);
    expect(await originStatus('http://localhost:3001', named)).toBe(403);
    expect(await hostStatus('anything.example', ['*'])).toBe(200);
    expect(await originStatus('null', ['*'])).toBe(200);
    expect((await ask(['*'], { 'sec-fetch-site': 'cross-site' })).status).toBe(200);
  });
});
