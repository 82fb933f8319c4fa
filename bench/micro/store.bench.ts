/** What the watch cache's store costs as objects grow: changes, and reads of what is there. */
import { bench, do_not_optimize, group } from 'mitata';
import { silentLogger } from '../../src/base/logger.ts';
import { ManualClock } from '../../src/base/manual-clock.ts';
import { silentMeter } from '../../src/base/meter.ts';
import { asRevision } from '../../src/base/revision.ts';
import type { StoredObject } from '../../src/translate/stored-object.ts';
import { StreamPosition } from '../../src/watchcache/freshness.ts';
import { watchCacheMetrics } from '../../src/watchcache/metrics.ts';
import { WatchCache } from '../../src/watchcache/watch-cache.ts';
import { keyOf, storedObject } from './objects.ts';

/** One object stands for all: what is measured does not look into it. */
const template = storedObject(0, 1);
const objectAt = (key: string): StoredObject => Object.assign(Object.create(template), { key }) as StoredObject;

class Store {
  readonly cache: WatchCache;
  readonly #clock = new ManualClock();
  readonly #position = new StreamPosition({ clock: this.#clock, requestProgress: () => {} });
  readonly #keys: readonly string[];
  #revision = 1;
  #next = 0;

  constructor(size: number) {
    this.#keys = Array.from({ length: size }, (_, n) => keyOf(n));
    const metrics = watchCacheMetrics(silentMeter)({ group: '', resource: 'configmaps' });
    this.cache = new WatchCache({
      position: this.#position,
      clock: this.#clock,
      logger: silentLogger,
      metrics,
      history: { maxEvents: 1000 },
    });
    this.cache.replace(this.#keys.map(objectAt), asRevision(1));
    this.#position.advance(asRevision(1));
  }

  /** Jumps about in the keys. */
  key(): string {
    this.#next = (this.#next + 7919) % this.#keys.length;
    return this.#keys[this.#next] ?? '';
  }

  change(): void {
    const key = this.key();
    const revision = asRevision(++this.#revision);
    const event = this.cache.apply({ type: 'put', key, revision, object: template });
    if (event === undefined) throw new Error(`the cache did not take ${key}`);
    this.#position.advance(revision);
  }
}

for (const size of [1000, 10_000, 100_000]) {
  const store = new Store(size);
  group(`a store of ${size} objects`, () => {
    bench('change one', () => store.change());
    bench('change one while a snapshot is held', () => {
      do_not_optimize(store.cache.snapshot());
      store.change();
    });
    bench('get one', () => do_not_optimize(store.cache.get(store.key())));
    bench('visit 500 or fewer from a key on', () => {
      let left = 500;
      store.cache.snapshot().visit(store.key(), undefined, () => --left > 0);
    });
    bench('count what follows a key', () => do_not_optimize(store.cache.snapshot().count(store.key(), undefined)));
  });
}
