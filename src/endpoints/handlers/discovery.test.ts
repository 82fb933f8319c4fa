import { describe, expect, test } from 'vitest';
import { testApp } from '../../../test/support/test-app.ts';

const { app } = testApp();
const protobuf = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const ask = (accept: string, path = '/openapi/v2') => app.request(path, { headers: { accept } });

describe('/openapi/v2', () => {
  test.each([
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['application/json, */*', 'application/json'],
    [protobuf, protobuf],
    ['application/com.github.proto-openapi.spec.v2@v1.0+protobuf', protobuf],
    [`application/yaml;q=0.9,${protobuf};q=0.8,*/*;q=0.1`, protobuf],
  ])('Accept %j is answered with %s', async (accept, contentType) => {
    const response = await ask(accept);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(contentType);
    const body = Buffer.from(await response.arrayBuffer());
    expect(body).toEqual(contentType === protobuf ? Buffer.from([10, 0]) : Buffer.from('{"swagger":"2.0"}'));
  });

  test('what the client has already is not sent again', async () => {
    const response = await app.request('/openapi/v2', { headers: { 'if-none-match': '"json"' } });
    expect(response.status).toBe(304);
  });

  test('another form is refused; the method is not looked at', async () => {
    const refused = await ask('application/yaml');
    expect(refused.status).toBe(406);
    expect(await refused.text()).toContain(
      `only the following media types are accepted: application/json, ${protobuf}`,
    );
    expect((await app.request('/openapi/v2', { method: 'POST' })).status).toBe(200);
    expect((await ask('*/*', '/openapi/v2/more')).status).toBe(404);
  });
});

describe('what may be kept, by whom and how long', () => {
  const at = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });

  test('H23: documents are private; everything at once and what is named by its hash are for caches', async () => {
    const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const document = '/openapi/v3/apis/apps/v1';
    for (const [path, accept, wanted] of [
      ['/openapi/v2', '*/*', 'no-cache, private'],
      ['/openapi/v3', '*/*', 'no-cache, private'],
      ['/openapi/v3?hash=index', '*/*', 'no-cache, private'],
      [document, '*/*', 'no-cache, private'],
      [`${document}?hash=apps`, '*/*', 'public, immutable'],
      ['/apis', 'application/json', 'no-cache, private'],
      ['/apis', aggregated, 'public'],
    ] as const) {
      const { status, headers } = await at(path, { accept });
      expect([path, status, headers.get('cache-control')]).toEqual([path, 200, wanted]);
      expect(headers.has('expires')).toBe(wanted.includes('immutable'));
    }
  });

  test('a hash of old leads to the new one', async () => {
    const { status, headers } = await at('/openapi/v3/apis/apps/v1?hash=old');
    expect([status, headers.get('location')]).toEqual([301, '/openapi/v3/apis/apps/v1?hash=apps']);
    expect(headers.get('cache-control')).toContain('private');
  });
});
