import { describe, expect, test } from 'vitest';
import { CacheFixture, deleteChange, putChange, storedObject } from '../../test/support/watch-cache.ts';
import type { Logger } from '../base/logger.ts';
import { silentLogger } from '../base/logger.ts';
import type { Meter } from '../base/meter.ts';
import { asRevision, type Revision } from '../base/revision.ts';
import type { ObjectChange } from '../translate/object-change.ts';
import { watchCacheMetrics } from './metrics.ts';
import type { ObjectEvent } from './object-event.ts';

const at = (revision: number): Revision => asRevision(revision);

/** `ADDED a/x@5`, with the event's own revision. */
function told(event: ObjectEvent): string {
  const { current, previous, revision } = event;
  const type = current === undefined ? 'DELETED' : previous === undefined ? 'ADDED' : 'MODIFIED';
  const object = current ?? previous;
  return `${type} ${object?.namespace}/${object?.name}@${revision}`;
}

function resumed({ cache }: CacheFixture, after: number): string[] | undefined {
  const index = cache.history.indexAfter(at(after));
  if (index === undefined) return undefined;
  const events: string[] = [];
  for (let i = index; i < cache.history.endIndex; i++) events.push(told(cache.history.at(i)));
  return events;
}

const corrupt = (path: string, revision: number): Extract<ObjectChange, { type: 'corrupt' }> => ({
  type: 'corrupt',
  key: `/registry/configmaps/${path}`,
  revision: at(revision),
  reason: 'the value is not JSON',
});

function filled(): CacheFixture {
  const fixture = new CacheFixture();
  fixture.list([storedObject('a/x', 3), storedObject('b/y', 5)], 10);
  return fixture;
}

describe('WatchCache: the first list', () => {
  test('makes it ready, without events (K29)', () => {
    const fixture = new CacheFixture();
    expect(fixture.cache.readiness).toBe('pending');
    expect(fixture.list([storedObject('a/x', 3)], 10)).toEqual([]);
    expect(fixture.cache.readiness).toBe('ready');
    expect(fixture.listing()).toEqual(['a/x@3']);
    expect(fixture.cache.snapshot().revision).toBe(10);
  });

  test('of the past: it takes changes, and is ready when it has come to the present', () => {
    const { cache, position } = new CacheFixture();
    cache.replace([storedObject('a/x', 3)], at(10), { servesFrom: at(12) });
    position.advance(at(10));
    expect([cache.filled, cache.readiness]).toEqual([true, 'pending']);
    for (const revision of [11, 12]) {
      expect(cache.apply(putChange('a/x', revision))).toBeDefined();
      position.advance(at(revision));
    }
    expect(cache.readiness).toBe('ready');
    expect(cache.history.indexAfter(at(10))).toBe(0);
  });

  test('is where history begins: below it 410, at and above it nothing yet (K2)', () => {
    const { cache } = filled();
    expect(cache.history.floor).toBe(10);
    expect(cache.history.indexAfter(at(9))).toBeUndefined();
    expect(cache.history.indexAfter(at(10))).toBe(0);
    expect(cache.history.indexAfter(at(11))).toBe(0);
  });

  test('before it nothing is applied', () => {
    expect(new CacheFixture().cache.apply(putChange('a/x', 3))).toBeUndefined();
  });
});

describe('WatchCache: changes', () => {
  test('are paired with what was before (K28)', () => {
    const fixture = filled();
    const events = [
      putChange('a/new', 11),
      putChange('a/x', 12, {}, 3),
      deleteChange('b/y', 13),
      putChange('b/y', 14),
    ].map((change) => fixture.apply(change));
    expect(events.map((event) => event && told(event))).toEqual([
      'ADDED a/new@11',
      'MODIFIED a/x@12',
      'DELETED b/y@13',
      'ADDED b/y@14',
    ]);
    expect(events[1]?.previous?.revision).toBe(3);
    expect(fixture.listing()).toEqual(['a/new@11', 'a/x@12', 'b/y@14']);
  });

  test('that the cache has already are dropped', () => {
    const fixture = filled();
    const change = putChange('a/x', 12, {}, 3);
    fixture.apply(change);
    expect(fixture.apply(change)).toBeUndefined();
    expect(fixture.apply(putChange('a/x', 10, {}, 3))).toBeUndefined();
    expect(fixture.apply(deleteChange('b/y', 10))).toBeUndefined();
    expect(fixture.apply(deleteChange('b/never', 13))).toBeUndefined();
    expect(fixture.listing()).toEqual(['a/x@12', 'b/y@5']);
  });

  test('of one revision are all taken, until the position passes it', () => {
    const { cache, position } = filled();
    expect(cache.apply(putChange('a/p', 11))).toBeDefined();
    expect(cache.apply(putChange('a/q', 11))).toBeDefined();
    expect(cache.apply(putChange('a/q', 11))).toBeUndefined();
    position.advance(at(11));
    expect(cache.apply(putChange('a/r', 11))).toBeUndefined();
  });

  test('that are unreadable leave the last good object, and are logged once per key', () => {
    const logged: unknown[] = [];
    const logger: Logger = { ...silentLogger, error: (_message, fields) => logged.push(fields?.['key']) };
    const fixture = new CacheFixture({ logger });
    fixture.list([storedObject('a/x', 3)], 10);
    expect(fixture.apply(corrupt('a/x', 11))).toBeUndefined();
    expect(fixture.apply(corrupt('a/x', 12))).toBeUndefined();
    expect(fixture.listing()).toEqual(['a/x@3']);
    expect(logged).toEqual(['/registry/configmaps/a/x']);
    expect(fixture.cache.corruptKeys.has('/registry/configmaps/a/x')).toBe(true);
    expect(fixture.apply(putChange('a/x', 13, {}, 3))?.previous?.revision).toBe(3);
    expect(fixture.cache.corruptKeys.has('/registry/configmaps/a/x')).toBe(false);
  });

  test('stop for good with the cache', () => {
    const fixture = filled();
    fixture.cache.stop();
    expect(fixture.apply(putChange('a/new', 11))).toBeUndefined();
    expect(fixture.list([], 12)).toEqual([]);
    expect(fixture.cache.readiness).toBe('stopped');
  });
});

describe('WatchCache: a relist', () => {
  function relisted(): CacheFixture {
    const fixture = filled();
    fixture.apply(putChange('c/z', 11));
    fixture.position.advance(at(20));
    const objects = [
      storedObject('a/new', 27),
      storedObject('a/x', 3),
      storedObject('b/y', 24, {}, 23),
      storedObject('d/w', 25),
    ];
    expect(fixture.list(objects, 30).map(told)).toEqual([
      'DELETED b/y@21',
      'DELETED c/z@21',
      'ADDED b/y@24',
      'ADDED d/w@25',
      'ADDED a/new@27',
    ]);
    return fixture;
  }

  test('is told as the difference: what went first, then what came, by revision (K6)', () => {
    expect(relisted().listing()).toEqual(['a/new@27', 'a/x@3', 'b/y@24', 'd/w@25']);
  });

  test('loses nothing for who resumes from before it, and is refused for who was inside the gap', () => {
    const fixture = relisted();
    const all = ['DELETED b/y@21', 'DELETED c/z@21', 'ADDED b/y@24', 'ADDED d/w@25', 'ADDED a/new@27'];
    expect(resumed(fixture, 10)).toEqual(['ADDED c/z@11', ...all]);
    expect(resumed(fixture, 20)).toEqual(all);
    for (const inside of [21, 22, 24, 27, 28, 29]) expect(resumed(fixture, inside)).toBeUndefined();
    expect(resumed(fixture, 30)).toEqual([]);
    fixture.apply(putChange('a/x', 31, {}, 3));
    expect(resumed(fixture, 30)).toEqual(['MODIFIED a/x@31']);
    expect(resumed(fixture, 29)).toBeUndefined();
  });

  test('leaves exact lists before and after it, and none inside the gap', () => {
    const fixture = relisted();
    expect(fixture.listing(10)).toEqual(['a/x@3', 'b/y@5']);
    expect(fixture.listing(20)).toEqual(['a/x@3', 'b/y@5', 'c/z@11']);
    for (const inside of [21, 25, 29]) expect(fixture.listing(inside)).toBeUndefined();
    expect(fixture.listing(30)).toEqual(['a/new@27', 'a/x@3', 'b/y@24', 'd/w@25']);
  });

  test('live cursors read straight through', () => {
    const fixture = filled();
    const cursor = fixture.cache.history.endIndex;
    fixture.list([storedObject('b/y', 5)], 30);
    expect(told(fixture.cache.history.at(cursor))).toBe('DELETED a/x@11');
  });

  test('hands out each event while it is the newest in history', () => {
    const { cache } = filled();
    const newest: boolean[] = [];
    const taken = (event: ObjectEvent) => newest.push(cache.history.at(cache.history.endIndex - 1) === event);
    cache.replace([storedObject('c/p', 15), storedObject('c/q', 14)], at(20), { taken });
    expect(newest).toEqual([true, true, true, true]);
  });

  test('that the ring cannot hold raises the floor to its end', () => {
    const fixture = new CacheFixture({ history: { minEvents: 2, maxEvents: 2 } });
    fixture.list([], 10);
    const events = fixture.list([storedObject('a/x', 13), storedObject('a/y', 14), storedObject('a/z', 15)], 20);
    expect(events).toHaveLength(3);
    expect(fixture.cache.history.floor).toBe(20);
    expect(resumed(fixture, 13)).toBeUndefined();
    expect(resumed(fixture, 20)).toEqual([]);
  });

  test('covers what came and went in the gap: told afterwards, it is dropped', () => {
    const { cache } = filled();
    cache.replace([storedObject('a/x', 3)], at(20));
    expect(cache.apply(putChange('c/z', 15))).toBeUndefined();
    expect(cache.apply(putChange('c/z', 20))).toBeUndefined();
    expect(cache.apply(putChange('c/z', 21))).toBeDefined();
  });

  test('of the very next revision leaves no gap', () => {
    const fixture = filled();
    fixture.list([storedObject('b/y', 5)], 11);
    expect(resumed(fixture, 10)).toEqual(['DELETED a/x@11']);
    expect(resumed(fixture, 11)).toEqual([]);
  });

  test('keeps what it lists as unreadable', () => {
    const fixture = filled();
    const listed = { corrupt: [corrupt('a/x', 15), corrupt('a/never', 16)] };
    const events = fixture.cache.replace([storedObject('b/y', 5)], at(20), listed);
    expect(events).toEqual([]);
    expect(fixture.listing()).toEqual(['a/x@3', 'b/y@5']);
  });

  test('older than the stream is refused: the store was restored from a backup', () => {
    expect(() => filled().list([], 9)).toThrow(/the list at 9 is older than the watch, which was at 10/);
  });

  test('with a change that the stream passed in silence shows that the cache was wrong: it is set right, and the past refused', () => {
    const fixture = filled();
    fixture.list([storedObject('a/x', 8, {}, 3)], 20);
    expect(fixture.listing(20)).toEqual(['a/x@8']);
    expect([8, 19, 20].map((revision) => fixture.cache.history.indexAfter(asRevision(revision)) !== undefined)).toEqual(
      [false, false, true],
    );
    expect(fixture.cache.vouchesFor('/registry/configmaps/a/x')).toBe(true);
  });
});

describe('WatchCache: exact lists', () => {
  function written(): CacheFixture {
    const fixture = filled();
    fixture.apply(putChange('a/x', 12, {}, 3));
    fixture.apply(deleteChange('b/y', 14));
    fixture.apply(putChange('c/z', 16));
    return fixture;
  }

  test('undo history back to any revision since the list (M23)', () => {
    const fixture = written();
    expect(fixture.listing(10)).toEqual(['a/x@3', 'b/y@5']);
    expect(fixture.listing(11)).toEqual(['a/x@3', 'b/y@5']);
    expect(fixture.listing(12)).toEqual(['a/x@12', 'b/y@5']);
    expect(fixture.listing(13)).toEqual(['a/x@12', 'b/y@5']);
    expect(fixture.listing(14)).toEqual(['a/x@12']);
    expect(fixture.listing(16)).toEqual(['a/x@12', 'c/z@16']);
  });

  test('have no answer below the floor nor in the future', () => {
    const fixture = written();
    expect(fixture.listing(9)).toBeUndefined();
    expect(fixture.listing(17)).toBeUndefined();
  });

  test('have no answer below the store’s compaction', () => {
    const fixture = written();
    fixture.listing(12);
    fixture.cache.compacted(at(13));
    expect(fixture.listing(12)).toBeUndefined();
    expect(fixture.listing(13)).toEqual(['a/x@12', 'b/y@5']);
    fixture.cache.compacted(at(11));
    expect(fixture.listing(12)).toBeUndefined();
  });

  test('have no answer while the cache is known to differ from the store (M20)', () => {
    const fixture = written();
    fixture.cache.markConsistent(false);
    expect(fixture.listing(12)).toBeUndefined();
    expect(fixture.listing()).toEqual(['a/x@12', 'c/z@16']);
    fixture.cache.markConsistent(true);
    expect(fixture.listing(12)).toEqual(['a/x@12', 'b/y@5']);
  });

  test('are not changed by later writes', () => {
    const fixture = filled();
    const { cache } = fixture;
    const now = cache.snapshot();
    const exact = cache.snapshotAt(at(10));
    fixture.apply(deleteChange('a/x', 11));
    expect(now.size).toBe(2);
    expect(exact?.get('/registry/configmaps/a/x')?.revision).toBe(3);
    expect(now.count('/registry/configmaps/b/', undefined)).toBe(1);
    expect(cache.snapshot().size).toBe(1);
  });

  test('give everything as one array until the next change, and any part of it as its own', () => {
    const fixture = filled();
    const { cache } = fixture;
    const keysOf = (from: string | undefined, to: string | undefined) =>
      cache
        .snapshot()
        .objects(from, to)
        .map(({ key }) => key.slice('/registry/configmaps/'.length));
    const all = cache.snapshot().objects(undefined, undefined);
    expect(cache.snapshot().objects('/registry/configmaps/', '/registry/configmaps0')).toBe(all);
    expect(keysOf(undefined, undefined)).toEqual(['a/x', 'b/y']);
    expect(keysOf('/registry/configmaps/b/', '/registry/configmaps/b0')).toEqual(['b/y']);
    expect(keysOf('/registry/configmaps/c/', undefined)).toEqual([]);
    fixture.apply(deleteChange('a/x', 11));
    expect(keysOf(undefined, undefined)).toEqual(['b/y']);
    expect(all).toHaveLength(2);
  });
});

test('WatchCache: counts what kube-apiserver counts', () => {
  const counts: Record<string, number> = {};
  const meter: Meter = {
    counter: (name) => ({
      with: () => ({ add: (amount = 1) => void (counts[name] = (counts[name] ?? 0) + amount) }),
      without() {},
    }),
    gauge: (name) => ({ with: () => ({ set: (value) => void (counts[name] = value) }), without() {} }),
    histogram: (name) => ({ with: () => ({ observe: (value) => void (counts[name] = value) }), without() {} }),
  };
  const metrics = watchCacheMetrics(meter)({ group: '', resource: 'configmaps' });
  const fixture = new CacheFixture({ metrics, history: { minEvents: 1, maxEvents: 4 } });
  fixture.list([], 10);
  fixture.apply(putChange('a/x', 11));
  fixture.apply(putChange('a/y', 12));
  fixture.apply(corrupt('a/y', 13));
  fixture.clock.advance(200_000);
  fixture.apply(deleteChange('a/x', 14));
  expect(counts).toEqual({
    apiserver_watch_cache_events_received_total: 4,
    apiserver_watch_cache_initializations_total: 1,
    apiserver_watch_cache_resource_version: 14,
    watch_cache_capacity: 1,
    watch_cache_capacity_increase_total: 1,
    watch_cache_capacity_decrease_total: 1,
    crowsnest_watch_cache_history_bytes: storedObject('a/x', 11).bytes.length,
    apiserver_storage_decode_errors_total: 1,
  });
});

describe('WatchCache: a refill', () => {
  /** a/x@3 and a/y@5 at revision 10, found wrong: the store has a/y@4, a/z@7 and no a/x. */
  function found() {
    const fixture = new CacheFixture();
    fixture.list([storedObject('a/x', 3), storedObject('a/y', 5)], 10);
    fixture.cache.markConsistent(false);
    return { fixture, cache: fixture.cache, stored: [storedObject('a/y', 4), storedObject('a/z', 7)] };
  }

  test('leads to the store by events at the position, none below what was told, the last of them live', () => {
    const { fixture, cache, stored } = found();
    const cursor = cache.history.endIndex;
    const taken: ObjectEvent[] = [];
    const events = cache.refill(stored, asRevision(11), { taken: (event) => taken.push(event) });
    expect(taken).toEqual(events);
    expect(events.map(({ revision, current, previous }) => [revision, current?.name, previous?.name])).toEqual([
      [10, undefined, 'x'],
      [10, undefined, 'y'],
      [10, 'y', undefined],
      [10, 'z', undefined],
    ]);
    expect(events.map((_, index) => cache.history.at(cursor + index))).toEqual(events);
    fixture.position.advance(asRevision(11));
    expect(fixture.listing()).toEqual(['a/y@4', 'a/z@7']);
    expect(fixture.listing(11)).toEqual(['a/y@4', 'a/z@7']);
  });

  test('lets nobody resume from before it, and everybody from behind it', () => {
    const { fixture, cache, stored } = found();
    cache.refill(stored, asRevision(12));
    fixture.position.advance(asRevision(12));
    for (const before of [9, 10, 11]) {
      expect(cache.history.indexAfter(asRevision(before)), `${before}`).toBeUndefined();
      expect(cache.snapshotAt(asRevision(before))).toBeUndefined();
    }
    expect(cache.history.indexAfter(asRevision(12))).toBe(cache.history.endIndex);
    fixture.apply(putChange('a/z', 13));
    expect(fixture.listing(12)).toEqual(['a/y@4', 'a/z@7']);
  });

  test('of what is right already tells nothing, and vouches for it again', () => {
    const fixture = new CacheFixture();
    fixture.list([storedObject('a/x', 3)], 10);
    fixture.cache.markConsistent(false);
    expect(fixture.cache.refill([storedObject('a/x', 3)], asRevision(11))).toEqual([]);
    expect(fixture.cache.vouchesFor('/registry/configmaps/a/x')).toBe(true);
  });

  test('tells of an object whose bytes alone are wrong', () => {
    const fixture = new CacheFixture();
    fixture.list([storedObject('a/x', 3, { data: { a: 'wrong' } })], 10);
    const events = fixture.cache.refill([storedObject('a/x', 3, { data: { a: 'right' } })], asRevision(11));
    expect(events.map(({ current, previous }) => [current?.revision, previous?.revision])).toEqual([[3, 3]]);
  });

  test('is refused where something was told already: there right and wrong could not be told apart', () => {
    const { fixture, cache, stored } = found();
    expect(() => cache.refill(stored, asRevision(10))).toThrow(RangeError);
    cache.apply(putChange('a/y', 11));
    expect(() => cache.refill(stored, asRevision(11))).toThrow(RangeError);
    expect(fixture.listing()).toEqual(['a/x@3', 'a/y@11']);
  });

  test('a relist sets a cache right that is known to be wrong, though it contradicts what was told', () => {
    const { fixture, cache, stored } = found();
    const events = fixture.list(stored, 12);
    expect(events).toHaveLength(4);
    expect(fixture.listing(12)).toEqual(['a/y@4', 'a/z@7']);
    expect([10, 11, 12].map((revision) => cache.history.indexAfter(asRevision(revision)) !== undefined)).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('a relist without a new revision leaves it marked', () => {
    const { fixture, cache, stored } = found();
    expect(fixture.list(stored, 10)).toEqual([]);
    expect(cache.vouchesFor('/registry/configmaps/a/x')).toBe(false);
  });
});
