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

  test('another form is refused, and so is writing', async () => {
    const refused = await ask('application/yaml');
    expect(refused.status).toBe(406);
    expect(await refused.text()).toContain(
      `only the following media types are accepted: application/json, ${protobuf}`,
    );
    expect((await app.request('/openapi/v2', { method: 'POST' })).status).toBe(405);
    expect((await ask('*/*', '/openapi/v2/more')).status).toBe(404);
  });
});
