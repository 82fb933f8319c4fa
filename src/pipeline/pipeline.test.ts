import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Gate, ScriptedStorage, settled } from '../../test/support/scripted-storage.ts';
import { type Logger, silentLogger } from '../base/logger.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { silentMeter } from '../base/meter.ts';
import { asRevision } from '../base/revision.ts';
import { reflectorMetrics } from '../reflector/metrics.ts';
import { StorageError } from '../storage/errors.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import { watchCacheMetrics } from '../watchcache/metrics.ts';
import type { ObjectEvent } from '../watchcache/object-event.ts';
import { WatchCache } from '../watchcache/watch-cache.ts';
import { Pipeline } from './pipeline.ts';

const shapeOf = (storagePrefix: string, kind: string): ObjectShape => ({
  kind,
  apiVersion: 'v1',
  keyPrefix: `/registry/${storagePrefix}/`,
  namespaced: true,
});
const services = shapeOf('services/specs', 'Service');
const endpoints = shapeOf('services/endpoints', 'Endpoints');
const widgets = shapeOf('example.com/widgets', 'Widget');

const value = (shape: ObjectShape, n = 0) => `{"kind":"${shape.kind}","apiVersion":"v1","metadata":{},"n":${n}}`;

const told = ({ current, previous, revision }: ObjectEvent): string =>
  `${current === undefined ? 'DELETED' : previous === undefined ? 'ADDED' : 'MODIFIED'} ${(current ?? previous)?.name}@${revision}`;

class Fixture {
  readonly clock = new ManualClock();
  readonly storage: ScriptedStorage;
  readonly pipeline: Pipeline;
  readonly failures: unknown[] = [];
  /** What was logged at `error`. */
  readonly alarms: unknown[] = [];

  constructor(storage = new ScriptedStorage(), replayRevisions = 0) {
    this.storage = storage;
    const { clock, failures, alarms } = this;
    const logger: Logger = {
      ...silentLogger,
      error: (_, fields) => alarms.push(fields?.['error']),
      with: () => logger,
    };
    this.pipeline = new Pipeline({
      storage,
      prefix: '/registry/',
      clock,
      random: () => 0.5,
      logger,
      metrics: reflectorMetrics(silentMeter),
      replayRevisions,
      failed: (error) => failures.push(error),
    });
  }

  add(shape: ObjectShape) {
    const cache = new WatchCache({
      position: this.pipeline.position,
      clock: this.clock,
      logger: silentLogger,
      metrics: watchCacheMetrics(silentMeter)({ group: '', resource: shape.kind }),
    });
    const events: string[] = [];
    const newest: boolean[] = [];
    const more: boolean[] = [];
    /** What somebody knows who listed when the cache became ready and then took every event. */
    const replica = new Map<string, number>();
    const dispatch = (event: ObjectEvent, moreToCome: boolean) => {
      more.push(moreToCome);
      if (events.length === 0) {
        cache.snapshotAt(cache.history.floor)?.visit(undefined, undefined, ({ name, revision }) => {
          replica.set(name, revision);
        });
      }
      events.push(told(event));
      newest.push(cache.history.at(cache.history.endIndex - 1) === event);
      const { current, previous } = event;
      if (current !== undefined) replica.set(current.name, current.revision);
      else if (previous !== undefined) replica.delete(previous.name);
    };
    const bookmarksDue: number[] = [];
    const bookmarkSoon = () => bookmarksDue.push(cache.history.endIndex);
    const ready = this.pipeline.addRoute({ shape, cache, dispatcher: { dispatch, bookmarkSoon } });
    return { bookmarksDue, cache, events, more, newest, replica, ready };
  }

  /** Timers that somebody waits for: all but that of an open watch, which looks now and then whether it is alive. */
  get waits(): number {
    return this.clock.pending - (this.storage.openWatches > 0 ? 1 : 0);
  }

  async rest(): Promise<void> {
    await settled();
    for (let pause = 0; this.waits > 0; pause++) {
      if (pause > 200) throw new Error('the pipeline never comes to rest');
      this.clock.advance(1_000);
      await settled();
    }
  }
}

const listing = (cache: WatchCache): string[] => {
  const names: string[] = [];
  cache.snapshot().visit(undefined, undefined, ({ name, revision }) => {
    names.push(`${name}@${revision}`);
  });
  return names;
};

describe('Pipeline', () => {
  test('one stream feeds every resource, each the keys under its own prefix', async () => {
    const fixture = new Fixture();
    const { storage, pipeline } = fixture;
    storage.write(['/registry/services/specs/ns/a', value(services)]);
    storage.write(['/registry/services/endpoints/ns/a', value(endpoints)]);
    storage.write(['/registry/unknown/ns/a', 'anything']);
    const first = fixture.add(services);
    const second = fixture.add(endpoints);
    pipeline.start();
    expect(await Promise.all([first.ready, second.ready])).toEqual([true, true]);
    storage.write(['/registry/services/specs/ns/b', value(services)]);
    storage.write(['/registry/services/endpoints/ns/a']);
    storage.write(['/registry/unknown/ns/b', 'anything']);
    await settled();
    expect(listing(first.cache)).toEqual(['a@2', 'b@5']);
    expect(first.events).toEqual(['ADDED b@5']);
    expect(second.events).toEqual(['DELETED a@6']);
    expect([first.cache.revision, second.cache.revision]).toEqual([7, 7]);
  });

  test('nobody sees half of a revision: the position moves when all its events are dispatched', async () => {
    const fixture = new Fixture();
    const { storage, pipeline } = fixture;
    const { cache, ready } = fixture.add(services);
    const seen: number[] = [];
    const other = fixture.add(endpoints);
    pipeline.start();
    await Promise.all([ready, other.ready]);
    const reached = pipeline.position
      .reach(asRevision(2), 1_000)
      .then(() => seen.push(cache.snapshot().size, other.cache.snapshot().size));
    storage.write(
      ['/registry/services/specs/ns/a', value(services)],
      ['/registry/services/specs/ns/b', value(services)],
      ['/registry/services/endpoints/ns/a', value(endpoints)],
    );
    await reached;
    expect(seen).toEqual([2, 1]);
  });

  test('of several keys of one revision each but the last of its resource is told with more to come', async () => {
    const fixture = new Fixture();
    const { storage, pipeline } = fixture;
    storage.write(['/registry/services/specs/ns/a', value(services)]);
    storage.write(['/registry/services/specs/ns/b', value(services)]);
    storage.write(['/registry/services/specs/ns/c', value(services)]);
    const [one, other] = [fixture.add(services), fixture.add(endpoints)];
    pipeline.start();
    await Promise.all([one.ready, other.ready]);
    storage.write(
      ['/registry/services/specs/ns/a'],
      ['/registry/services/endpoints/ns/x', value(endpoints)],
      ['/registry/services/specs/ns/b'],
      ['/registry/unknown/ns/b', 'anything'],
    );
    storage.write(['/registry/services/specs/ns/c']);
    await settled();
    expect(one.events).toEqual(['DELETED a@5', 'DELETED b@5', 'DELETED c@6']);
    expect([one.more, other.more]).toEqual([[true, false, false], [false]]);
  });

  test('readers keep being served while the connection is lost (K6), and get the difference of a relist', async () => {
    const fixture = new Fixture();
    const { storage, pipeline } = fixture;
    storage.write(
      ['/registry/services/specs/ns/a', value(services)],
      ['/registry/services/specs/ns/b', value(services)],
    );
    const { cache, events, newest, bookmarksDue, ready } = fixture.add(services);
    pipeline.start();
    await ready;
    storage.cut(new StorageError('unavailable', 'cut'));
    storage.write(['/registry/services/specs/ns/a']);
    storage.write(['/registry/services/specs/ns/c', value(services)]);
    await storage.compact(storage.revision);
    await settled();
    expect(cache.readiness).toBe('ready');
    expect(listing(cache)).toEqual(['a@2', 'b@2']);
    await fixture.rest();
    expect(events).toEqual(['DELETED a@3', 'ADDED c@4']);
    expect(newest).toEqual([true, true]);
    // Behind the difference, and not for the first list.
    expect(bookmarksDue).toEqual([2]);
    expect(cache.revision).toBe(4);
    const known = cache.get('/registry/services/specs/ns/b');
    storage.cut(new StorageError('compacted', 'again'));
    await fixture.rest();
    expect(cache.get('/registry/services/specs/ns/b')).toBe(known);
  });

  test('whoever waits makes the store tell its progress (K12, K34)', async () => {
    const fixture = new Fixture();
    const { storage, pipeline, clock } = fixture;
    const { ready } = fixture.add(services);
    pipeline.start();
    await ready;
    await settled();
    const reached = pipeline.position.reach(storage.pass(5), 3_000);
    clock.advance(50);
    expect(await reached).toBe(true);
    expect(fixture.waits).toBe(0);
  });

  test('a store that went back in time ends it all, once', async () => {
    const fixture = new Fixture(new ScriptedStorage(100));
    const { storage, pipeline } = fixture;
    const { cache, ready } = fixture.add(services);
    pipeline.start();
    await ready;
    storage.rewind(5);
    storage.cut();
    await fixture.rest();
    expect(fixture.failures).toMatchObject([{ code: 'corrupt' }]);
    expect(fixture.alarms).toEqual(fixture.failures);
    expect(cache.readiness).toBe('stopped');
    expect(await pipeline.position.reach(asRevision(200), 1_000)).toBe(false);
  });

  test('a stage that throws ends it all: what is in memory is no longer known to be right', async () => {
    const fixture = new Fixture();
    const { cache } = fixture.add(services);
    const bad = new WatchCache({
      position: fixture.pipeline.position,
      clock: fixture.clock,
      logger: silentLogger,
      metrics: watchCacheMetrics(silentMeter)({ group: '', resource: 'bad' }),
    });
    const dispatch = () => {
      throw new Error('a bug');
    };
    const ready = fixture.pipeline.addRoute({
      shape: widgets,
      cache: bad,
      dispatcher: { dispatch, bookmarkSoon() {} },
    });
    fixture.pipeline.start();
    await ready;
    fixture.storage.write(['/registry/example.com/widgets/ns/a', value(widgets)]);
    await settled();
    expect(fixture.failures).toMatchObject([{ message: 'a bug' }]);
    expect([cache.readiness, bad.readiness]).toEqual(['stopped', 'stopped']);
    expect(fixture.storage.openWatches).toBe(0);
  });

  test('stop is idempotent, closes the stream and tells who waits', async () => {
    const fixture = new Fixture();
    const { pipeline, storage, clock } = fixture;
    const { cache, ready } = fixture.add(services);
    pipeline.start();
    await ready;
    const waiting = pipeline.position.reach(asRevision(50), 3_000);
    pipeline.stop();
    pipeline.stop();
    expect(await waiting).toBe(false);
    expect(cache.readiness).toBe('stopped');
    await settled();
    expect([storage.openWatches, clock.pending, fixture.failures.length]).toEqual([0, 0, 0]);
    expect(await fixture.add(endpoints).ready).toBe(false);
  });

  test('stopped before its first list, a resource never becomes ready', async () => {
    const fixture = new Fixture();
    const { ready } = fixture.add(services);
    fixture.pipeline.start();
    fixture.pipeline.stop();
    expect(await ready).toBe(false);
  });
});

describe('Pipeline: a past to replay', () => {
  const at = (name: string) => `/registry/services/specs/ns/${name}`;

  test('history is there from the start: watches from before it go on', async () => {
    const fixture = new Fixture(new ScriptedStorage(), 3);
    const { storage, pipeline } = fixture;
    for (const name of ['a', 'b', 'c']) storage.write([at(name), value(services)]);
    storage.write([at('a')]);
    storage.write([at('b'), value(services, 2)]);
    const { cache, events, ready } = fixture.add(services);
    pipeline.start();
    expect(await ready).toBe(true);
    expect(events).toEqual(['ADDED c@4', 'DELETED a@5', 'MODIFIED b@6']);
    expect([cache.readiness, cache.revision, cache.history.floor]).toEqual(['ready', 6, 3]);
    expect(listing(cache)).toEqual(['b@6', 'c@4']);
  });

  test("no cache is ready before it is where the store was, be the last revisions somebody else's", async () => {
    const storage = new ScriptedStorage();
    storage.write([at('a'), value(services)]);
    storage.pass(3);
    const fixture = new Fixture(storage, 10);
    const { cache, ready } = fixture.add(services);
    fixture.pipeline.start();
    await settled();
    expect([cache.filled, cache.revision, cache.readiness]).toEqual([true, 2, 'pending']);
    fixture.clock.advance(50);
    expect(await ready).toBe(true);
    expect([cache.readiness, cache.revision]).toEqual(['ready', 5]);
    expect(fixture.waits).toBe(0);
  });

  test('stopped before that, a resource never becomes ready', async () => {
    const storage = new ScriptedStorage();
    storage.pass(3);
    const fixture = new Fixture(storage, 10);
    const { ready } = fixture.add(services);
    fixture.pipeline.start();
    await settled();
    fixture.pipeline.stop();
    expect(await ready).toBe(false);
    expect(fixture.waits).toBe(0);
  });
});

describe('Pipeline: a resource added later', () => {
  test('to a store that dies under its own list ends it all', async () => {
    const fixture = new Fixture();
    const { storage, pipeline } = fixture;
    pipeline.start();
    await settled();
    storage.failures = 1;
    storage.failure = () => new StorageError('dead', 'scripted');
    const { cache, ready } = fixture.add(widgets);
    expect(await ready).toBe(false);
    expect(fixture.failures).toMatchObject([{ code: 'dead' }]);
    expect([cache.readiness, storage.openWatches]).toEqual(['stopped', 0]);
  });

  test('is filled from its own prefix, and goes on with the stream', async () => {
    const fixture = new Fixture();
    const { storage, pipeline } = fixture;
    pipeline.start();
    await settled();
    storage.write(['/registry/example.com/widgets/ns/a', value(widgets)]);
    const { cache, events, ready } = fixture.add(widgets);
    expect(await ready).toBe(true);
    storage.write(['/registry/example.com/widgets/ns/b', value(widgets)]);
    await settled();
    expect(listing(cache)).toEqual(['a@2', 'b@3']);
    expect(events).toEqual(['ADDED b@3']);
    expect(cache.history.floor).toBe(2);
  });

  test('takes what happens while it is listed, and is not ready before the stream is where its list is', async () => {
    const fixture = new Fixture();
    const { storage, pipeline } = fixture;
    pipeline.start();
    await settled();
    const at = (name: string) => `/registry/example.com/widgets/ns/${name}`;
    storage.write([at('gone'), value(widgets)], [at('same'), value(widgets)], [at('new'), value(widgets)]);
    const gate = new Gate();
    storage.beforeAnswer = () => gate.passed;
    const { cache, events, ready } = fixture.add(widgets);
    await settled();
    storage.write([at('gone')]);
    storage.write([at('new'), value(widgets, 2)]);
    await settled();
    expect(cache.readiness).toBe('pending');
    gate.open();
    await ready;
    expect(listing(cache)).toEqual(['new@4', 'same@2']);
    expect(events).toEqual([]);
    expect([cache.revision, cache.history.floor]).toEqual([4, 4]);
  });

  test('that is added while the whole prefix is being listed is listed again if its list is older', async () => {
    const fixture = new Fixture();
    const { storage, pipeline } = fixture;
    const gate = new Gate();
    storage.beforeRead = ({ start }) => (start === '/registry/' ? gate.passed : undefined);
    const first = fixture.add(services);
    pipeline.start();
    const late = fixture.add(widgets);
    await settled();
    storage.write(['/registry/example.com/widgets/ns/a', value(widgets)]);
    gate.open();
    await Promise.all([first.ready, late.ready]);
    storage.write(['/registry/example.com/widgets/ns/a', value(widgets, 2)]);
    await settled();
    expect(listing(late.cache)).toEqual(['a@3']);
  });

  test('joins a relist that comes while its own list is under way', async () => {
    const fixture = new Fixture();
    const { storage, pipeline } = fixture;
    await settled();
    pipeline.start();
    await settled();
    storage.write(['/registry/example.com/widgets/ns/a', value(widgets)]);
    await settled();
    storage.failures = 3;
    const { cache, ready } = fixture.add(widgets);
    await settled();
    storage.write(['/registry/example.com/widgets/ns/a', value(widgets, 2)]);
    storage.cut(new StorageError('compacted', 'scripted'));
    await fixture.rest();
    expect(await ready).toBe(true);
    expect(listing(cache)).toEqual(['a@3']);
    expect(fixture.waits).toBe(0);
  });

  test('tries until its list succeeds', async () => {
    const fixture = new Fixture();
    const { storage, pipeline } = fixture;
    pipeline.start();
    await settled();
    storage.write(['/registry/example.com/widgets/ns/a', value(widgets)]);
    storage.failures = 3;
    const { cache, ready } = fixture.add(widgets);
    await fixture.rest();
    expect(await ready).toBe(true);
    expect(listing(cache)).toEqual(['a@2']);
  });

  test('can be removed at any time, and added again', async () => {
    const fixture = new Fixture();
    const { storage, pipeline } = fixture;
    pipeline.start();
    await settled();
    const first = fixture.add(widgets);
    pipeline.removeRoute(widgets.keyPrefix);
    expect(await first.ready).toBe(false);
    storage.write(['/registry/example.com/widgets/ns/a', value(widgets)]);
    const second = fixture.add(widgets);
    expect(() => fixture.add(widgets)).toThrow(/is taken/);
    expect(await second.ready).toBe(true);
    expect(first.cache.readiness).toBe('stopped');
    expect(listing(second.cache)).toEqual(['a@2']);
  });
});

test('the prefixes of keys that are nobody’s are known: of the list, of the stream, of routes that are gone', async () => {
  const fixture = new Fixture();
  const { storage, pipeline } = fixture;
  fixture.add(services);
  fixture.add(widgets);
  storage.write(['/registry/services/specs/ns/a', value(services)], ['/registry/roles/ns/a', '{}']);
  pipeline.start();
  await fixture.rest();
  expect([...pipeline.unserved.values()]).toEqual(['roles']);
  storage.write(['/registry/services/specs/ns/b', value(services)], ['/registry/example.com/gears/ns/a', '{}']);
  await fixture.rest();
  pipeline.removeRoute(widgets.keyPrefix);
  expect([...pipeline.unserved.values()]).toEqual(['roles', 'example.com/gears', 'example.com/widgets']);
});

type Deed =
  | { readonly do: 'put' | 'delete'; readonly name: string }
  | { readonly do: 'cut' | 'forget' | 'settle' | 'fail' | 'hold prefix' | 'hold answers' | 'release' }
  | { readonly do: 'wait'; readonly ms: number };

const name = fc.constantFrom('a', 'b', 'c');
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('put', 'delete'), name }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('cut', 'forget', 'fail') }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('hold prefix', 'hold answers', 'release') }) },
  { weight: 4, arbitrary: fc.constant({ do: 'settle' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(10, 100, 40_000) }) },
);
const deeds = fc.array(deed, { maxLength: 12 });

class Performer {
  readonly #fixture: Fixture;
  #gate = new Gate();
  #count = 0;

  constructor(fixture: Fixture) {
    this.#fixture = fixture;
  }

  async perform(deeds: readonly Deed[]): Promise<void> {
    for (const deed of deeds) await this.#perform(deed);
  }

  release(): void {
    const { storage } = this.#fixture;
    storage.beforeRead = () => undefined;
    storage.beforeAnswer = () => undefined;
    this.#gate.open();
    this.#gate = new Gate();
  }

  async #perform(deed: Deed): Promise<void> {
    const { storage, clock } = this.#fixture;
    const { passed } = this.#gate;
    switch (deed.do) {
      case 'put':
        storage.write([widgets.keyPrefix + `ns/${deed.name}`, value(widgets, this.#count++)]);
        break;
      case 'delete':
        storage.write([widgets.keyPrefix + `ns/${deed.name}`]);
        break;
      case 'cut':
        storage.cut(new StorageError('unavailable', 'cut'));
        break;
      case 'forget':
        storage.cut(new StorageError('unavailable', 'cut'));
        storage.pass(2);
        await storage.compact(storage.revision);
        break;
      case 'fail':
        storage.failures = 2;
        break;
      case 'hold prefix':
        storage.beforeRead = ({ start }) => (start === '/registry/' ? passed : undefined);
        break;
      case 'hold answers':
        storage.beforeAnswer = () => passed;
        break;
      case 'release':
        this.release();
        break;
      case 'settle':
        await settled();
        break;
      case 'wait':
        clock.advance(deed.ms);
        break;
      default:
        deed satisfies never;
    }
  }
}

test('Pipeline: whenever a resource is added, its cache becomes the store, and its events lead there', async () => {
  await fc.assert(
    fc.asyncProperty(deeds, deeds, deeds, async (beforeStart, beforeAdd, afterAdd) => {
      const fixture = new Fixture();
      const { storage, pipeline, clock } = fixture;
      const performer = new Performer(fixture);
      await performer.perform(beforeStart);
      pipeline.start();
      await performer.perform(beforeAdd);
      const { cache, ready, newest, replica, events } = fixture.add(widgets);
      await performer.perform(afterAdd);
      performer.release();
      await fixture.rest();
      expect(await ready).toBe(true);
      const want = storage.itemsAt().map(({ key, modRevision }) => `${key.split('/').at(-1)}@${modRevision}`);
      expect(listing(cache)).toEqual(want);
      expect(newest.every((isNewest) => isNewest)).toBe(true);
      const known = [...replica].map(([name, revision]) => `${name}@${revision}`).toSorted();
      if (events.length > 0) expect(known).toEqual(want);
      expect(fixture.failures).toEqual([]);
      pipeline.stop();
      await settled();
      expect([clock.pending, storage.openWatches]).toEqual([0, 0]);
    }),
    { numRuns: 500 },
  );
});
