import { afterEach, describe, expect, test } from 'vitest';
import { broken, type Change } from '../model/guarantees.ts';
import { Api } from '../support/api.ts';
import { metric, untilMetric } from '../support/metrics.ts';
import { type SpawnedServer, spawnServer } from '../support/server.ts';
import { WatchClient } from '../support/watch-client.ts';

const path = '/api/v1/namespaces/default/configmaps';
const resource = { resource: 'configmaps' };
const text = 'x'.repeat(60_000);
describe('watchers that do not read', { timeout: 60_000 }, () => {
  const clients: WatchClient[] = [];
  let server: SpawnedServer | undefined;
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await server?.stop('SIGKILL');
  });

  async function start(...args: string[]): Promise<Api> {
    server = await spawnServer(args);
    return new Api(server.plainUrl);
  }

  async function open(api: Api, count: number): Promise<WatchClient[]> {
    const revision = Number((await api.get(path)).body.metadata.resourceVersion);
    const opened = Array.from({ length: count }, () => new WatchClient({ path }));
    clients.push(...opened);
    for (const client of opened) client.begin(revision, new Map());
    await Promise.all(opened.map((client) => client.connect(api.url)));
    return opened;
  }

  /** One write after the other, each only when every one of `readers` has been told of the one before. */
  async function write(api: Api, count: number, readers: readonly WatchClient[], written: Change[]): Promise<void> {
    for (let i = 0; i < count; i++) {
      const mark = `${written.length}`;
      const metadata = { name: 'one', annotations: { mark } };
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { text } };
      const { status, body } = await (written.length === 0 ? api.post(path, object) : api.put(`${path}/one`, object));
      expect(status).toBe(written.length === 0 ? 201 : 200);
      const type = written.length === 0 ? 'ADDED' : 'MODIFIED';
      const revision = Number(body.metadata.resourceVersion);
      written.push({ revision, key: 'configmaps/default/one', what: `${type} ${mark}` });
      await Promise.all(readers.map((reader) => reader.reached(written.length)));
    }
  }

  /** After so many events: what is counted is up to a second old. */
  const sentBytes = async (api: Api, events: number): Promise<number> => {
    await untilMetric(api, 'apiserver_watch_cache_events_dispatched_total', resource, (count) => count === events);
    return (await metric(api, 'crowsnest_watch_bytes_total', resource)) ?? 0;
  };
  const residentBytes = async (api: Api): Promise<number> => (await metric(api, 'process_resident_memory_bytes')) ?? 0;

  test('50 of them beside 50 that read: these get every event, and those catch up when they read on', async () => {
    const api = await start();
    const reading = await open(api, 50);
    const stalled = await open(api, 50);
    for (const client of stalled) client.pause();
    const written: Change[] = [];
    // Until the kernel takes no more for a connection that nobody reads: some 4 MB.
    do await write(api, 10, reading, written);
    while ((await metric(api, 'crowsnest_watches_lagging', resource)) !== stalled.length);

    // From here on nothing more is sent to them, nor kept for them: what goes out is what the readers get.
    const before = await sentBytes(api, written.length);
    const resident = await residentBytes(api);
    const more = 40;
    await write(api, more, reading, written);
    const least = more * reading.length * text.length;
    const sent = (await sentBytes(api, written.length)) - before;
    expect(sent).toBeLessThan(least * 1.02);
    // Per watcher and event it would be 120 MB; history takes 2.4 MB.
    expect((await residentBytes(api)) - resident).toBeLessThan(60_000_000);
    expect(stalled.map(({ changes }) => changes.length)).toEqual(stalled.map(() => 0));

    for (const client of stalled) client.resume();
    await Promise.all(stalled.map((client) => client.reached(written.length)));
    for (const { record, ends, faults } of clients) {
      expect([broken(record, written), ends, faults]).toEqual([[], [], []]);
    }
    await untilMetric(api, 'crowsnest_watches_lagging', resource, (count) => count === 0);
    // They are as live as the others.
    await write(api, 3, clients, written);
    expect(await metric(api, 'crowsnest_watches_ended_total', { ...resource, reason: 'lagging' })).toBe(0);
  });

  test('beyond what history holds they are ended, cleanly, and counted; the others do not notice', async () => {
    // Seventeen of these objects.
    const api = await start('--max-watch-cache-bytes=1Mi');
    const reading = await open(api, 5);
    const stalled = await open(api, 50);
    for (const client of stalled) client.pause();
    const written: Change[] = [];
    const ended = () => metric(api, 'crowsnest_watches_ended_total', { ...resource, reason: 'lagging' });
    do await write(api, 10, reading, written);
    while ((await ended()) !== stalled.length);
    const resident = await residentBytes(api);
    await write(api, 300, reading, written);
    expect(await ended()).toBe(stalled.length);
    expect(await metric(api, 'apiserver_terminated_watchers_total', resource)).toBe(stalled.length);
    expect(await metric(api, 'crowsnest_watches_open', resource)).toBe(reading.length);
    // 18 MB have passed; for all who were not told of them it would be 900 MB.
    expect((await residentBytes(api)) - resident).toBeLessThan(120_000_000);

    for (const client of stalled) client.resume();
    for (const client of stalled) {
      expect(await client.ended()).toBe('clean');
      // What they were told is right as far as it goes, and nobody pretends that they could go on from there.
      expect([broken(client.record, written), client.faults]).toEqual([[], []]);
      expect(client.changes.length).toBeLessThan(written.length);
      await client.connect(api.url);
      expect(await client.ended()).toBe('refused 410');
    }
    for (const { record, ends } of reading) expect([broken(record, written), ends]).toEqual([[], []]);
  });
});
