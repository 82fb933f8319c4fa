import { describe, expect, test } from 'vitest';
import { silentLogger } from '../base/logger.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { ApiError } from '../machinery/api-error.ts';
import type { RestStorage } from '../registry/rest-storage.ts';
import { keepStartObjects, makeStartObjects } from './start-objects.ts';
import { systemNamespaceObjects, systemNamespaces } from './system-namespaces.ts';

const unavailable = () => new ApiError(503, 'ServiceUnavailable', 'etcd is down');

/** Namespaces as a set of names; the first `failures` creations fail, and `raced` appear just before theirs. */
function namespacesWith(existing: string[], failures = 0, raced: string[] = []) {
  const names = new Set(existing);
  let left = failures;
  const storage = {
    get: ({ name }: { name: string }) =>
      names.has(name) ? Promise.resolve({ parse: () => ({}) }) : Promise.reject(new ApiError(404, 'NotFound', name)),
    create: (_scope: unknown, { metadata }: { metadata: { name: string } }) => {
      if (left-- > 0) return Promise.reject(unavailable());
      if (raced.includes(metadata.name)) names.add(metadata.name);
      if (names.has(metadata.name)) return Promise.reject(new ApiError(409, 'AlreadyExists', metadata.name));
      names.add(metadata.name);
      return Promise.resolve({});
    },
  };
  return { names, storage: storage as unknown as Pick<RestStorage, 'get' | 'create'> };
}

const run = (storage: Pick<RestStorage, 'get' | 'create'>, clock: ManualClock, signal: AbortSignal) =>
  makeStartObjects({ objects: systemNamespaceObjects(storage), clock, logger: silentLogger, signal });

describe('controllers/start-objects: the system namespaces', () => {
  test('creates what is missing and leaves what is there', async () => {
    const { names, storage } = namespacesWith(['kube-system', 'mine']);
    await run(storage, new ManualClock(), new AbortController().signal);
    expect([...names].sort()).toEqual([...systemNamespaces, 'mine'].sort());
  });

  test('another replica being first is no failure', async () => {
    const clock = new ManualClock();
    const { names, storage } = namespacesWith([], 0, ['default']);
    await run(storage, clock, new AbortController().signal);
    expect(names.size).toBe(4);
    expect(clock.pending).toBe(0);
  });

  test('goes on until the store answers', async () => {
    const clock = new ManualClock();
    const { names, storage } = namespacesWith([], 2);
    const running = run(storage, clock, new AbortController().signal);
    for (let failure = 0; failure < 2; failure += 1) {
      while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(1_000);
    }
    await running;
    expect(names.size).toBe(4);
  });

  test('gives up when the server is closed', async () => {
    const clock = new ManualClock();
    const stop = new AbortController();
    const { storage } = namespacesWith([], Infinity);
    const running = run(storage, clock, stop.signal);
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await running;
    expect(clock.pending).toBe(0);
  });
});

describe('controllers/start-objects: afterwards', () => {
  const turn = async (clock: ManualClock, ms: number) => {
    clock.advance(ms);
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
  };

  test('what has gone is made again, until the server is closed', async () => {
    const clock = new ManualClock();
    const stop = new AbortController();
    const { names, storage } = namespacesWith([...systemNamespaces]);
    const keeping = keepStartObjects(10_000, {
      objects: systemNamespaceObjects(storage),
      clock,
      logger: silentLogger,
      signal: stop.signal,
    });
    await turn(clock, 10_000);
    names.delete('kube-node-lease');
    await turn(clock, 9_999);
    expect(names.size).toBe(3);
    await turn(clock, 1);
    expect(names.size).toBe(4);
    stop.abort();
    await keeping;
    expect(clock.pending).toBe(0);
  });

  test('that one cannot be there is told once, and again when it was there meanwhile', async () => {
    const clock = new ManualClock();
    const stop = new AbortController();
    const told: string[] = [];
    let refused = true;
    const object = {
      name: 'services default/kubernetes',
      ensure: () => (refused ? Promise.reject(new ApiError(422, 'Invalid', 'taken')) : Promise.resolve()),
    };
    const logger = { ...silentLogger, warn: (text: string) => void told.push(text) };
    const keeping = keepStartObjects(10_000, { objects: [object], clock, logger, signal: stop.signal });
    for (const next of [true, true, false, true]) {
      refused = next;
      await turn(clock, 10_000);
    }
    expect(told).toHaveLength(2);
    stop.abort();
    await keeping;
  });
});
