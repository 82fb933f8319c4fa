import { describe, expect, test } from 'vitest';
import { silentLogger } from '../base/logger.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { ApiError } from '../machinery/api-error.ts';
import type { RestStorage } from '../registry/rest-storage.ts';
import { makeStartObjects } from './start-objects.ts';
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
