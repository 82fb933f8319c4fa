import fc from 'fast-check';
import { expect, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { ManualClock } from '../../src/base/manual-clock.ts';
import { silentMeter } from '../../src/base/meter.ts';
import { asRevision, type Revision } from '../../src/base/revision.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import { storedKeys } from '../../src/pipeline/stored-keys.ts';
import { reflectorMetrics } from '../../src/reflector/metrics.ts';
import { StorageError } from '../../src/storage/errors.ts';
import type { KeyEvent, Storage } from '../../src/storage/storage.ts';
import { ConsistencyChecker } from '../../src/watchcache/consistency-checker.ts';
import { watchCacheMetrics } from '../../src/watchcache/metrics.ts';
import type { ObjectEvent } from '../../src/watchcache/object-event.ts';
import { WatchCache } from '../../src/watchcache/watch-cache.ts';
import { except } from '../support/disturbed-storage.ts';
import { ScriptedStorage, settled } from '../support/scripted-storage.ts';
import { configMaps } from '../support/watch-cache.ts';

/** What somebody knows: the revision of each object, by name. */
type View = Map<string, number>;

/** Somebody who may come back: what he has seen, by the resourceVersion that he would resume from. */
interface Client {
  readonly revision: number;
  readonly view: View;
  /** He knows it from this server, right or wrong; else from the store itself, as clients of another replica do. */
  readonly own: boolean;
}

type Lie = 'forget' | 'ghost' | 'bury';

type Deed =
  | { readonly do: 'put' | 'delete'; readonly name: string }
  /** The next revision is told wrongly: without its event, or with another one that never was. */
  | { readonly do: 'lie'; readonly lie: Lie; readonly name: string }
  /** Somebody else writes, elsewhere. */
  | { readonly do: 'pass' }
  /** Somebody reads everything, here or from the store as of some revisions ago. */
  | { readonly do: 'list' }
  | { readonly do: 'listStore'; readonly back: number }
  | { readonly do: 'check' | 'relist' | 'turn' };

const name = fc.constantFrom('a', 'b', 'c', 'd');
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('put' as const, 'put' as const, 'delete' as const), name }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('lie' as const),
      lie: fc.constantFrom<Lie>('forget', 'ghost', 'bury'),
      name,
    }),
  },
  { weight: 2, arbitrary: fc.constantFrom<Deed>({ do: 'pass' }, { do: 'list' }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('listStore' as const), back: fc.nat({ max: 6 }) }) },
  { weight: 3, arbitrary: fc.constantFrom<Deed>({ do: 'check' }, { do: 'turn' }, { do: 'turn' }, { do: 'relist' }) },
);

const keyOf = (object: string): string => `${configMaps.keyPrefix}ns/${object}`;
const nameOf = (key: string): string => key.slice(keyOf('').length);

class Run {
  readonly clock = new ManualClock();
  readonly store = new ScriptedStorage();
  readonly pipeline: Pipeline;
  readonly cache: WatchCache;
  readonly checker: ConsistencyChecker;
  readonly failures: unknown[] = [];
  readonly clients: Client[] = [];
  /** Somebody who listed when the cache was filled and took every event since. */
  readonly live: View = new Map();
  /** Found wrong, and set right, after the last lie. */
  setRight = false;
  #lie: readonly [Lie, string] | undefined;
  #lied = false;
  #count = 0;

  constructor(canProgress: boolean) {
    const { clock, failures } = this;
    this.store.canProgress = canProgress;
    const storage = this.#lying();
    const metrics = watchCacheMetrics(silentMeter)({ group: '', resource: 'configmaps' });
    this.pipeline = new Pipeline({
      storage,
      prefix: '/registry/',
      clock,
      random: () => 0.5,
      logger: silentLogger,
      metrics: reflectorMetrics(silentMeter),
      replayRevisions: 0,
      failed: (error) => failures.push(error),
    });
    this.cache = new WatchCache({ position: this.pipeline.position, clock, logger: silentLogger, metrics });
    this.checker = new ConsistencyChecker({
      cache: this.cache,
      lister: storedKeys(this.store, configMaps.keyPrefix),
      clock,
      random: () => 0.5,
      logger: silentLogger,
      checks: metrics.consistencyChecks,
      periodMs: 1_000,
      refill: () => {
        this.setRight = true;
        this.#lied = false;
        this.pipeline.refill(configMaps.keyPrefix);
      },
    });
  }

  async start(): Promise<void> {
    this.#write('a');
    this.#write('b');
    const dispatcher = { dispatch: (event: ObjectEvent) => this.#take(event), bookmarkSoon() {} };
    const filled = this.pipeline.addRoute({ shape: configMaps, cache: this.cache, dispatcher });
    this.pipeline.start();
    await filled;
    for (const [object, revision] of this.listing()) this.live.set(object, revision);
  }

  async perform(deed: Deed): Promise<void> {
    switch (deed.do) {
      case 'put':
        this.#write(deed.name);
        break;
      case 'delete':
        this.store.write([keyOf(deed.name)]);
        break;
      case 'lie':
        this.#lie = [deed.lie, deed.name];
        break;
      case 'pass':
        this.store.pass();
        break;
      case 'list':
        this.clients.push({ revision: this.cache.revision, view: this.listing(), own: true });
        this.clients.push({ revision: this.cache.revision, view: new Map(this.live), own: true });
        break;
      case 'listStore': {
        const revision = asRevision(Math.max(3, this.store.revision - deed.back));
        this.clients.push({ revision, view: this.truth(revision), own: false });
        break;
      }
      case 'check':
        await settled();
        await this.checker.check();
        break;
      case 'relist':
        await settled();
        // A relist of a cache that is wrong and not known to be is another matter.
        if (this.#lied) await this.checker.check();
        this.store.pass();
        await this.store.compact(this.store.revision);
        this.store.cut(new StorageError('compacted', 'scripted'));
        break;
      case 'turn':
        await settled();
        break;
      default:
        deed satisfies never;
    }
  }

  tellTheTruth(): void {
    this.#lie = undefined;
  }

  /** Until nobody waits for anything but the watch. */
  async rest(): Promise<void> {
    await settled();
    for (let pause = 0; this.clock.pending > (this.store.openWatches > 0 ? 1 : 0); pause++) {
      if (pause > 200) throw new Error('the pipeline never comes to rest');
      this.clock.advance(1_000);
      await settled();
    }
  }

  listing(): View {
    const view: View = new Map();
    this.cache.snapshot().visit(undefined, undefined, (object) => void view.set(object.name, object.revision));
    return view;
  }

  truth(revision?: Revision): View {
    const items = this.store.itemsAt(revision).filter(({ key }) => key.startsWith(configMaps.keyPrefix));
    return new Map(items.map(({ key, modRevision }) => [nameOf(key), modRevision]));
  }

  /** What a client has after resuming; undefined when he is refused with 410. */
  resumed({ revision, view }: Client): View | undefined {
    const { history } = this.cache;
    const index = history.indexAfter(asRevision(revision));
    if (index === undefined) return undefined;
    const now = new Map(view);
    for (let at = index; at < history.endIndex; at++) applyTo(now, history.at(at));
    return now;
  }

  #write(object: string): void {
    this.store.write([keyOf(object), `{"kind":"ConfigMap","apiVersion":"v1","metadata":{},"n":${this.#count++}}`]);
  }

  #take(event: ObjectEvent): void {
    applyTo(this.live, event);
    // As the frame shows it: an object's own revision, a deletion's own.
    const revision = event.current?.revision ?? event.revision;
    this.clients.push({ revision, view: new Map(this.live), own: true });
  }

  #lying(): Storage {
    const store: Storage = this.store;
    return except(store, {
      watch: (prefix, after, sink) =>
        store.watch(prefix, after, {
          events: (revision, events) => {
            const told = this.#twisted(revision, events);
            if (told.length > 0) sink.events(revision, told);
            else sink.progress(revision);
          },
          progress: (revision) => sink.progress(revision),
          end: (error) => sink.end(error),
        }),
    });
  }

  #twisted(modRevision: Revision, events: readonly KeyEvent[]): readonly KeyEvent[] {
    const [lie, object = ''] = this.#lie ?? [];
    this.#lie = undefined;
    if (lie === undefined) return events;
    this.#lied = true;
    this.setRight = false;
    if (lie === 'forget') return [];
    const key = keyOf(object);
    if (lie === 'bury') return [{ type: 'delete', key, modRevision }];
    const value = Buffer.from('{"kind":"ConfigMap","apiVersion":"v1","metadata":{},"ghost":true}');
    return [{ type: 'put', kv: { key, value, createRevision: modRevision, modRevision } }];
  }
}

function applyTo(view: View, { current, previous }: ObjectEvent): void {
  if (current !== undefined) view.set(current.name, current.revision);
  else if (previous !== undefined) view.delete(previous.name);
}

const sorted = (view: View): [string, number][] => [...view].sort(([a], [b]) => (a < b ? -1 : 1));

test('a cache that was told lies is found out and set right: so are its watchers, and nobody resumes into what was wrong', async () => {
  let refills = 0;
  const refused = { own: 0, others: 0 };
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(deed, { minLength: 5, maxLength: 40 }), async (canProgress, deeds) => {
      const run = new Run(canProgress);
      await run.start();
      for (const one of deeds) await run.perform(one);
      run.tellTheTruth();
      await run.rest();
      // A lie that came while the cache was filled anew is found by the next check.
      for (let check = 0; check < 2; check++) {
        await run.checker.check();
        await run.rest();
      }
      expect(run.failures).toEqual([]);
      const truth = sorted(run.truth());
      expect(sorted(run.listing())).toEqual(truth);
      expect(sorted(run.live)).toEqual(truth);
      for (const client of run.clients) {
        // A lie that another one made good, before anybody looked, is not found out.
        if (!client.own && !run.setRight) continue;
        const view = run.resumed(client);
        if (view === undefined) refused[client.own ? 'own' : 'others']++;
        else expect([client.revision, sorted(view)]).toEqual([client.revision, truth]);
      }
      // Whoever lists now can watch from there, and exact reads are of memory again.
      expect(run.resumed({ revision: run.cache.revision, view: run.listing(), own: true })).toEqual(run.listing());
      expect(run.cache.snapshotAt(run.cache.revision)).toBeDefined();
      if (run.setRight) refills++;
      run.pipeline.stop();
      expect(run.clock.pending).toBe(0);
    }),
    { numRuns: 300 },
  );
  expect(refills).toBeGreaterThan(30);
  expect(Math.min(refused.own, refused.others)).toBeGreaterThan(30);
}, 60_000);
