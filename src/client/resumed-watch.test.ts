import { afterEach, beforeEach, expect, test } from 'vitest';
import { bookmark, ScriptedApi, type ScriptedObject, scripted } from '../../test/support/scripted-api.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { ApiClient } from './api-client.ts';
import { apiKind } from './api-kind.ts';

const kind = apiKind<ScriptedObject>({ apiVersion: 'v1', kind: 'ConfigMap' });

let api: ScriptedApi;
let client: ApiClient;

beforeEach(async () => {
  api = await ScriptedApi.open();
  client = new ApiClient({ url: api.url, clock: new ManualClock(), random: () => 0 });
});
afterEach(async () => {
  client.close();
  await api.close();
});

/** A watch, and its next event as `ADDED a@1`. */
function watching(options: Parameters<ReturnType<typeof client.client<ScriptedObject, unknown>>['watch']>[0] = {}) {
  const events = client.client(kind).watch(options);
  const next = async () => {
    const { value } = await events.next();
    return value && `${value.type} ${value.object.metadata.name}@${value.object.metadata.resourceVersion}`;
  };
  return { events, next };
}

test('a watch goes on where it was, as often as it is ended', async () => {
  const { next } = watching({ resourceVersion: '7', namespace: 'default' });
  const first = next();
  const one = await api.next();
  expect(`${one.path}?${String(one.query)}`).toBe(
    '/api/v1/namespaces/default/configmaps?watch=true&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=300',
  );
  one.events(['ADDED', scripted('a', 8)], bookmark(9)).end();
  expect(await first).toBe('ADDED a@8');
  const second = next();
  const two = await api.next();
  expect(two.query.get('resourceVersion')).toBe('9');
  two.events(['DELETED', scripted('a', 10)]);
  expect(await second).toBe('DELETED a@10');
});

test('a watch that begins with the state has no place to go on from before it is complete', async () => {
  const { next } = watching();
  const first = next();
  (await api.next()).events(['ADDED', scripted('a', 8)]).end();
  expect(await first).toBe('ADDED a@8');
  const again = next();
  const two = await api.next();
  expect([two.query.get('resourceVersion'), two.query.get('sendInitialEvents')]).toEqual(['', 'true']);
  two.events(['ADDED', scripted('a', 8)], bookmark(9, true)).end();
  expect(await again).toBe('ADDED a@8');
  void next();
  expect((await api.next()).query.get('resourceVersion')).toBe('9');
});

test('a watch tells that the server does not remember', async () => {
  const { next } = watching({ resourceVersion: '1' });
  const first = next();
  (await api.next()).events(['ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }]).end();
  await expect(first).rejects.toMatchObject({ status: 410, reason: 'Expired', message: 'too old' });
});

test('a watch ends when nobody reads on, and when it is aborted', async () => {
  const { events, next } = watching({ resourceVersion: '1' });
  const first = next();
  const one = await api.next();
  one.events(['ADDED', scripted('a', 8)]);
  await first;
  const closed = one.closed;
  await events.return();
  await closed;
  const abort = new AbortController();
  const other = watching({ resourceVersion: '1', signal: abort.signal });
  const last = other.events.next();
  (await api.next()).events();
  abort.abort();
  expect(await last).toEqual({ value: undefined, done: true });
});

test('events are whole however their bytes come', async () => {
  const { next } = watching({ resourceVersion: '1' });
  const first = next();
  const one = await api.next();
  const line = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: scripted('crow', 8, { says: '🐦‍⬛' }) })}\n\n`);
  for (const byte of line.subarray(0, -2)) one.raw(Buffer.from([byte]));
  one.raw(line.subarray(-2));
  one.raw(line);
  expect(await first).toBe('ADDED crow@8');
  expect(await next()).toBe('ADDED crow@8');
});

test('an answer that is no Status is an error with its text', async () => {
  const got = client.client(kind).get('a', { namespace: 'other' });
  const one = await api.next();
  expect(one.path).toBe('/api/v1/namespaces/other/configmaps/a');
  one.text(502, 'bad gateway');
  await expect(got).rejects.toMatchObject({ name: 'ResponseError', status: 502, reason: '', message: 'bad gateway' });
});
