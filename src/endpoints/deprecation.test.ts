import { expect, test } from 'vitest';
import { testApp } from '../../test/support/test-app.ts';
import { testServer } from '../../test/support/test-server.ts';
import { WatchStream } from '../../test/support/watch-stream.ts';

const warning = '299 - "v1 Endpoints is deprecated"';
const collection = '/api/v1/namespaces/default/endpoints';

test('every verb of a deprecated version says so, whatever becomes of the request', async () => {
  const { app } = testApp();
  const send = (method: string, path: string, body?: string) =>
    app.request(path, { method, headers: { 'content-type': 'application/json' }, ...(body !== undefined && { body }) });
  const answers = [
    await send('POST', collection, '{"metadata":{"name":"a"}}'),
    await send('GET', `${collection}/a`),
    await send('GET', collection),
    await send('PUT', `${collection}/a`, '{"metadata":{"name":"a"}}'),
    await send('PUT', `${collection}/a`, 'no JSON'),
    await send('DELETE', `${collection}/a`),
    await send('GET', `${collection}/a`),
    await send('DELETE', collection),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 400, 200, 404, 200]);
  for (const { headers } of answers) expect(headers.get('warning')).toBe(warning);
});

test('what another version is asked, or a path that takes no such method, says nothing', async () => {
  const { app } = testApp();
  expect((await app.request('/api/v1/namespaces/default/configmaps')).headers.get('warning')).toBeNull();
  const refused = await app.request(collection, { method: 'PUT' });
  expect([refused.status, refused.headers.get('warning')]).toEqual([405, null]);
});

test('so does a watch, in the head of its answer', async () => {
  const server = await testServer();
  const stream = await WatchStream.open(`${server.url}${collection}?watch=1`);
  expect(stream.headers['warning']).toBe(warning);
  stream.close();
  await server.close();
});
