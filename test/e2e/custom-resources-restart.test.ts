import { afterEach, describe, expect, test } from 'vitest';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { configFromValues } from '../../src/config/config.ts';
import { openStorage } from '../../src/server/open-storage.ts';
import { PrometheusMeter } from '../../src/server/prometheus-meter.ts';
import type { Storage } from '../../src/storage/storage.ts';
import {
  conditionIn,
  crow,
  crows,
  crowsPath,
  define,
  definitionsPath,
  undefine,
  watchDefinition,
} from '../support/definitions.ts';
import { startEtcd } from '../support/etcd.ts';
import { done, namesIn, revisionIn } from '../support/http-objects.ts';
import { WholeServer } from '../support/whole-server.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

async function storeOf(kind: 'embedded' | 'etcd'): Promise<Storage> {
  let where: object = { memory: true };
  if (kind === 'etcd') {
    const etcd = await startEtcd();
    cleanUp.push(() => etcd.stop());
    where = { etcdServers: [etcd.endpoint] };
  }
  const clock = realClock;
  const parts = { clock, logger: silentLogger, meter: new PrometheusMeter(clock, false), random: Math.random };
  const storage = await openStorage(configFromValues({ securePort: 0, insecurePort: 'any', ...where }), parts);
  cleanUp.push(() => storage.close());
  return storage;
}

async function serve(storage: Storage): Promise<WholeServer> {
  const server = await WholeServer.open({ storage });
  cleanUp.push(() => server.close());
  return server;
}

describe.each(['embedded', 'etcd'] as const)('definitions and their objects over a restart, on %s', (kind) => {
  test('a server that begins serves what was defined before it is ready, and watches go on where they were', async () => {
    const storage = await storeOf(kind);
    const before = await serve(storage);
    await define(before);
    const seen = revisionIn(await before.api.post(crowsPath(), crow('a')));
    done(await before.api.post(crowsPath(), crow('b')));
    await before.close();
    const after = await serve(storage);
    expect(namesIn(await after.api.get(crowsPath()))).toEqual(['a', 'b']);
    const watch = await after.watch(`${crowsPath()}?watch=true&resourceVersion=${seen}`);
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'b' } } });
    watch.close();
    await undefine(after);
  });

  test('a deletion that was begun is finished by the next one', async () => {
    const storage = await storeOf(kind);
    const before = await serve(storage);
    await define(before);
    const held = { ...crow('held'), metadata: { name: 'held', finalizers: ['example.com/hold'] } };
    done(await before.api.post(crowsPath(), held));
    const path = `${definitionsPath}/crows.birds.example.com`;
    done(await before.api.delete(path));
    await before.close();
    const after = await serve(storage);
    const watch = await watchDefinition(after, 'crows.birds.example.com');
    const released = await after.api.call(`${crowsPath()}/held`, {
      method: 'PATCH',
      body: { metadata: { finalizers: null } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(released.status).toBe(200);
    await watch.until((events) => {
      after.clock.forward(5_000);
      return events.some(({ type }) => type === 'DELETED');
    });
    watch.close();
    expect((await after.api.get(crowsPath())).status).toBe(404);
  });

  test('what one server is told another one on the store serves, too, and neither undoes what the other did', async () => {
    const storage = await storeOf(kind);
    const one = await serve(storage);
    const other = await serve(storage);
    const watch = await watchDefinition(other, 'crows.birds.example.com');
    const defined = await define(one, crows());
    await watch.until((events) => events.some(({ object }) => conditionIn(object, 'Established')?.status === 'True'));
    done(await other.api.post(crowsPath(), crow('a')));
    const names = async () => namesIn(await one.api.get(crowsPath()));
    expect(await names()).toEqual(['a']);
    await undefine(other);
    watch.close();
    expect(watch.events.filter(({ type }) => type === 'DELETED')).toHaveLength(1);
    expect(defined.status?.conditions).toHaveLength(2);
  });
});
