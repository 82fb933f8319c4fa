import { afterEach, describe, expect, test } from 'vitest';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { asRevision } from '../../src/base/revision.ts';
import { RequestContext } from '../../src/machinery/request-context.ts';
import { openEmbedded } from '../../src/storage/embedded/open-embedded.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { RegistryFixture, refusal } from '../support/registry.ts';

const namespace = 'a';
const write = RequestContext.of('');
const configMap = (name: string) => ({ metadata: { name }, data: { k: 'v' } });
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A store that says it is `ahead` revisions further than it is, and counts what is asked of it. */
async function counted(ahead = 0) {
  const storage = await openEmbedded({ directory: ':memory:', clock: realClock, logger: silentLogger });
  closers.push(() => storage.close());
  const calls = { currentRevision: 0, get: 0 };
  const counting: Storage = {
    canProgress: storage.canProgress,
    currentRevision: async () => {
      calls.currentRevision++;
      return asRevision((await storage.currentRevision()) + ahead);
    },
    range: (options) => storage.range(options),
    get: (key) => {
      calls.get++;
      return storage.get(key);
    },
    transact: (transaction) => storage.transact(transaction),
    watch: (prefix, after, sink) => storage.watch(prefix, after, sink),
    compact: (revision) => storage.compact(revision),
    compactRevision: () => storage.compactRevision(),
    close: () => Promise.resolve(),
  };
  const fixture = await RegistryFixture.open({ storage: counting });
  closers.push(() => fixture.close());
  const store = fixture.store('configmaps');
  const get = (name: string) => store.get({ namespace, name }, '');
  const { bytes } = await store.create({ namespace }, configMap('a'), write);
  calls.currentRevision = calls.get = 0;
  return { storage, store, get, bytes, calls };
}

describe('what the latest of one object costs the store', () => {
  test('M16 gets at once share one tiny read, and read nothing else', async () => {
    const { get, bytes, calls } = await counted();
    const objects = await Promise.all(Array.from({ length: 25 }, () => get('a')));
    expect(objects.every((object) => object.bytes.equals(bytes))).toBe(true);
    expect(calls).toEqual({ currentRevision: 1, get: 0 });
  });

  test('M16 a cache that does not catch up is not waited for: the store has the object', async () => {
    const { get, bytes, calls } = await counted(1_000);
    expect((await get('a')).bytes).toEqual(bytes);
    expect(calls).toEqual({ currentRevision: 1, get: 1 });
  });

  test('C4 that there is no such object is the word of the store', async () => {
    const { get, calls } = await counted();
    expect(await refusal(get('missing'))).toMatchObject({ code: 404, reason: 'NotFound' });
    expect(calls.get).toBe(1);
  });

  test('C21 an object whose value has become unreadable is refused, although the cache has its last good version', async () => {
    const { storage, store, get } = await counted();
    const put = { type: 'put', key: `/registry/configmaps/${namespace}/a`, value: Buffer.from('k8s\0') } as const;
    await storage.transact({ compare: [], operations: [put] });
    expect(await refusal(get('a'))).toMatchObject({ code: 500, reason: 'InternalError' });
    expect((await store.get({ namespace, name: 'a' }, '0')).name).toBe('a');
  });
});
