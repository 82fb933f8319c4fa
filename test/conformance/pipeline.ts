import { describe, expect, test } from 'vitest';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { silentMeter } from '../../src/base/meter.ts';
import { noRevision, type Revision } from '../../src/base/revision.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import { reflectorMetrics } from '../../src/reflector/metrics.ts';
import { prefixEnd } from '../../src/storage/keys.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { encodeForStorage } from '../../src/translate/object-layout.ts';
import { watchCacheMetrics } from '../../src/watchcache/metrics.ts';
import type { ObjectEvent } from '../../src/watchcache/object-event.ts';
import { WatchCache } from '../../src/watchcache/watch-cache.ts';
import { broken, type Change } from '../model/guarantees.ts';
import { configMaps } from '../support/watch-cache.ts';

export interface PipelineUnderTest {
  /** What the pipeline reads. */
  readonly storage: Storage;
  /** What writers write to: the same store by an undisturbed way. */
  readonly writer: Storage;
  /** Cuts the pipeline's connections. */
  readonly cut?: () => void;
  /** The same, and lets none be made while `deeds` are done. */
  readonly apart?: (deeds: () => Promise<void>) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface PipelineCapabilities {
  /** Whether the pipeline's way to the store can be cut. */
  readonly cut: true | { readonly missing: string };
}

const shape = configMaps;

/** A pipeline of one resource on a store, and everything it dispatched. */
class Followed {
  readonly pipeline: Pipeline;
  readonly cache: WatchCache;
  readonly ready: Promise<boolean>;
  readonly changes: Change[] = [];
  /** The objects as told: listed once, then changed by every event. */
  readonly told = new Map<string, number>();
  readonly failures: unknown[] = [];
  lists = 0;
  watches = 0;

  constructor(storage: Storage) {
    this.pipeline = new Pipeline({
      storage,
      prefix: '/registry/',
      clock: realClock,
      random: Math.random,
      logger: silentLogger,
      metrics: {
        ...reflectorMetrics(silentMeter),
        lists: { add: () => this.lists++ },
        watches: { add: () => this.watches++ },
      },
      replayRevisions: 0,
      failed: (error) => this.failures.push(error),
    });
    this.cache = new WatchCache({
      position: this.pipeline.position,
      clock: realClock,
      logger: silentLogger,
      metrics: watchCacheMetrics(silentMeter)({ group: '', resource: 'configmaps' }),
    });
    const dispatch = ({ revision, current, previous }: ObjectEvent) => {
      const key = (current ?? previous)?.key ?? '';
      this.changes.push({
        revision,
        key,
        what: current === undefined ? 'delete' : `put ${JSON.stringify(current.parse()['n'])}`,
      });
      if (current === undefined) this.told.delete(key);
      else this.told.set(key, current.revision);
    };
    this.ready = this.pipeline.addRoute({ shape, cache: this.cache, dispatcher: { dispatch, bookmarkSoon() {} } });
  }

  get listed(): Map<string, number> {
    const objects = new Map<string, number>();
    this.cache.snapshot().visit(undefined, undefined, ({ key, revision }) => {
      objects.set(key, revision);
    });
    return objects;
  }
}

/** Several writers at once, each on its own keys; the result is every change in the order of the store. */
async function write(storage: Storage, writers: number, each: number, between = () => {}): Promise<Change[]> {
  const changes: Change[] = [];
  const one = async (writer: number) => {
    const known = new Map<string, Revision>();
    for (let n = 0; n < each; n++) {
      const key = `${shape.keyPrefix}ns-${writer}/${n % 5}`;
      const compare = [{ key, modRevision: known.get(key) ?? noRevision }];
      const goes = n % 7 === 6 && known.has(key);
      const value = encodeForStorage(shape, { metadata: { uid: `${writer}-${n}` }, n });
      const operation = goes ? ({ type: 'delete', key } as const) : ({ type: 'put', key, value } as const);
      const result = await storage.transact({ compare, operations: [operation] });
      expect(result.succeeded).toBe(true);
      if (goes) known.delete(key);
      else known.set(key, result.revision);
      changes.push({ revision: result.revision, key, what: goes ? 'delete' : `put ${n}` });
      between();
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => one(writer)));
  return changes.sort((a, b) => a.revision - b.revision);
}

async function clear(storage: Storage): Promise<void> {
  const { items } = await storage.range({ start: '/registry/', end: prefixEnd('/registry/') });
  for (const { key } of items) await storage.transact({ compare: [], operations: [{ type: 'delete', key }] });
}

/** The flow from a store into caches, for any backend. */
export function describePipeline(
  name: string,
  open: () => Promise<PipelineUnderTest>,
  capabilities: PipelineCapabilities,
): void {
  const following = (
    title: string,
    run: (followed: Followed, parts: PipelineUnderTest) => Promise<void>,
    needs: true | { readonly missing: string } = true,
  ) => {
    const whole = async () => {
      const parts = await open();
      await clear(parts.writer);
      const followed = new Followed(parts.storage);
      followed.pipeline.start();
      try {
        expect(await followed.ready).toBe(true);
        await run(followed, parts);
        expect(followed.failures).toEqual([]);
      } finally {
        followed.pipeline.stop();
        await parts.close();
      }
    };
    if (needs === true) test(title, whole);
    else test.skip(`${title} (not here: ${needs.missing})`, whole);
  };

  describe(`pipeline on ${name}`, () => {
    following('tells every write once, in order, and becomes the store', async (followed, { writer, cut }) => {
      const from = followed.cache.revision;
      let writes = 0;
      const between = () => {
        if (++writes % 150 === 0) cut?.();
      };
      const changes = await write(writer, 8, 80, between);
      const last = await writer.currentRevision();
      expect(await followed.pipeline.position.reach(last, 15_000)).toBe(true);
      const batches = followed.changes.map((change) => [change]);
      expect(broken({ from, batches, bookmarks: [{ after: batches.length, revision: last }] }, changes)).toEqual([]);
      expect(followed.told).toEqual(followed.listed);
      expect(followed.lists).toBe(1);
      if (cut !== undefined) expect(followed.watches).toBeGreaterThan(1);
      for (const revision of [from, changes[100]?.revision, changes[500]?.revision, last]) {
        if (revision === undefined) throw new Error('too few writes');
        const at = revision as Revision;
        const { items } = await writer.range({ start: shape.keyPrefix, end: prefixEnd(shape.keyPrefix), revision: at });
        const exact: [string, number][] = [];
        followed.cache.snapshotAt(at)?.visit(undefined, undefined, (object) => {
          exact.push([object.key, object.revision]);
        });
        expect(exact).toEqual(items.map(({ key, modRevision }) => [key, modRevision]));
      }
    });

    following(
      'a reader that must be fresh sees what was written before it asked, even elsewhere',
      async (followed, parts) => {
        for (let n = 0; n < 5; n++) {
          const key = `/elsewhere/${n}`;
          await parts.writer.transact({
            compare: [],
            operations: [{ type: 'put', key, value: Buffer.from(`${n}${Math.random()}`) }],
          });
          const now = await parts.writer.currentRevision();
          expect(await followed.pipeline.position.reach(now, 3_000)).toBe(true);
        }
        expect(followed.changes).toEqual([]);
      },
    );

    following(
      'what happened while the store forgot is told as a difference',
      async (followed, { writer, apart }) => {
        if (apart === undefined) throw new Error('cannot be cut');
        await write(writer, 2, 20);
        expect(await followed.pipeline.position.reach(await writer.currentRevision(), 5_000)).toBe(true);
        const known = new Map(followed.told);
        await apart(async () => {
          const keys = Array.from({ length: 30 }, (_, n) => `${shape.keyPrefix}later/${n}`);
          for (const key of keys) {
            const value = encodeForStorage(shape, { metadata: { uid: key } });
            await writer.transact({ compare: [], operations: [{ type: 'put', key, value }] });
          }
          for (const key of [...keys.slice(10), ...known.keys()].slice(0, 22)) {
            await writer.transact({ compare: [], operations: [{ type: 'delete', key }] });
          }
          await writer.compact(await writer.currentRevision());
          expect(followed.cache.readiness).toBe('ready');
          expect(followed.listed).toEqual(known);
        });
        expect(await followed.pipeline.position.reach(await writer.currentRevision(), 15_000)).toBe(true);
        expect(followed.lists).toBe(2);
        expect(followed.told).toEqual(followed.listed);
        const { items } = await writer.range({ start: shape.keyPrefix, end: prefixEnd(shape.keyPrefix) });
        expect([...followed.listed]).toEqual(items.map(({ key, modRevision }) => [key, modRevision]));
      },
      capabilities.cut,
    );
  });
}
