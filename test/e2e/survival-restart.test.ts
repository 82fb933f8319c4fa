import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { openEmbedded } from '../../src/storage/embedded/open-embedded.ts';
import { Api } from '../support/api.ts';
import { everyKind, Fleet } from '../support/fleet.ts';
import { type SpawnedServer, spawnServer } from '../support/server.ts';
import { StoreHistory } from '../support/store-history.ts';
import { lostWrites, Writer } from '../support/writer.ts';

const namespaces = ['a', 'b'];

describe('a server with its own store', { timeout: 60_000 }, () => {
  const cleanUp: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const clean of cleanUp.splice(0).reverse()) await clean();
  });

  async function newFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'crowsnest-data-'));
    cleanUp.push(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  async function start(folder: string): Promise<SpawnedServer> {
    const server = await spawnServer([`--data-dir=${folder}`, '--etcd-compaction-interval=0']);
    cleanUp.push(() => server.stop('SIGKILL'));
    return server;
  }

  /** What happened, from the store that a server has left behind. */
  async function historyIn(folder: string): Promise<StoreHistory> {
    const directory = join(folder, 'store');
    const storage = await openEmbedded({ directory, clock: realClock, logger: silentLogger });
    const history = new StoreHistory(storage);
    await history.catchUp();
    await storage.close();
    return history;
  }

  test('killed with -9 under writes: everything acknowledged is there, and watches go on where they were', async () => {
    const folder = await newFolder();
    const fleet = Fleet.of(everyKind(namespaces), 40, ['cut', 'clean']);
    const writers = Array.from(
      { length: 6 },
      (_, seed) => new Writer({ seed, namespaces, names: 6, payloadBytes: 500 }),
    );
    for (let round = 0; round < 3; round++) {
      const server = await start(folder);
      const api = new Api(server.plainUrl);
      if (round === 0) {
        for (const name of namespaces) {
          await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
        }
        const { resourceVersion } = (await api.get('/api/v1/namespaces')).body.metadata;
        fleet.begin(Number(resourceVersion));
      }
      await fleet.resume(api.url);
      const stop = new AbortController();
      const enough = Promise.all(writers.map((writer) => writer.acknowledges(30)));
      const writing = Promise.all(writers.map((writer) => writer.run(api, Infinity, stop.signal)));
      await enough;
      // The last round ends in good order: what has been acknowledged by then is told to everybody before the end.
      if (round === 2) stop.abort();
      else await server.stop('SIGKILL');
      stop.abort();
      await writing;
      if (round === 2) expect(await server.stop('SIGTERM')).toBe(0);
      await fleet.ended();
    }
    const history = await historyIn(folder);
    expect(fleet.verdict(history)).toEqual([]);
    expect(lostWrites(writers, history.changes)).toEqual([]);
    for (const { client } of fleet.members) expect(client.ends).toEqual(['cut', 'cut', 'clean']);
  });
});
