import { describe, expect, test } from 'vitest';
import { CacheFixture, deleteChange, putChange, storedObject } from '../../test/support/watch-cache.ts';
import { type Logger, silentLogger } from '../base/logger.ts';
import { asRevision, type Revision } from '../base/revision.ts';
import { ConsistencyChecker, type StoredKey } from './consistency-checker.ts';

const key = (path: string) => `/registry/configmaps/${path}`;
const stored = (path: string, revision: number): StoredKey => ({ key: key(path), modRevision: asRevision(revision) });

/** A cache of a/x@3, a/y@5 and b/z@11 at revision 12, and a store that answers in these pages. */
function checked(...pages: StoredKey[][]) {
  const fixture = new CacheFixture();
  fixture.list([storedObject('a/x', 3), storedObject('a/y', 5)], 10);
  fixture.apply(putChange('b/z', 11));
  fixture.apply(deleteChange('b/never', 12));
  const counted: string[] = [];
  const counter = (name: string) => ({ add: () => counted.push(name) });
  const logged: unknown[] = [];
  const logger: Logger = { ...silentLogger, error: (_message, fields) => logged.push(fields) };
  const asked: Revision[] = [];
  const refills: Revision[] = [];
  const checker = new ConsistencyChecker({
    cache: fixture.cache,
    lister: {
      async *list(revision) {
        asked.push(revision);
        for (const page of pages) {
          await Promise.resolve();
          if (page.length === 1 && page[0]?.key === 'fail') throw new Error('the store is away');
          yield page;
        }
      },
    },
    clock: fixture.clock,
    random: () => 0.5,
    logger,
    refill: () => refills.push(fixture.cache.revision),
    checks: { success: counter('success'), failure: counter('failure'), error: counter('error') },
    periodMs: 1_000,
  });
  const exact = () => fixture.cache.snapshotAt(asRevision(11)) !== undefined;
  const { cache, clock } = fixture;
  return { cache, clock, fixture, checker, counted, logged, asked, refills, exact };
}

const same = [stored('a/x', 3), stored('a/y', 5), stored('b/z', 11)];

describe('ConsistencyChecker (M24)', () => {
  test.each([
    ['one page', [same]],
    ['a page each', same.map((item) => [item])],
    ['an empty last page', [same, []]],
  ])('passes when the store has the same at the cache’s revision: %s', async (_name, pages) => {
    const { checker, counted, asked, refills, exact } = checked(...pages);
    await checker.check();
    expect([counted, asked, refills, exact()]).toEqual([['success'], [12], [], true]);
  });

  const [x, y, z] = same as [StoredKey, StoredKey, StoredKey];
  test.each([
    ['missing in the cache', [[x, stored('a/xx', 4), y, z]], { key: key('a/xx'), cached: undefined, stored: 4 }],
    ['missing at the end', [[x, y, z], [stored('c/x', 9)]], { key: key('c/x'), cached: undefined, stored: 9 }],
    ['changed', [[x], [stored('a/y', 6), z]], { key: key('a/y'), cached: 5, stored: 6 }],
    ['too many in the cache', [[x], [z]], { key: key('a/y'), cached: 5, stored: undefined }],
    ['too many at the end', [[x, y]], { key: key('b/z'), cached: 11, stored: undefined }],
    ['an empty store', [], { key: key('a/x'), cached: 3, stored: undefined }],
  ])('names what is %s, and exact reads bypass the cache until it is filled anew', async (_name, pages, difference) => {
    const { checker, cache, counted, logged, refills, exact } = checked(...pages);
    await checker.check();
    expect(counted).toEqual(['failure']);
    expect(logged).toEqual([{ ...difference, at: 12 }]);
    expect(refills).toEqual([12]);
    expect(exact()).toBe(false);
    cache.markConsistent(true);
    expect(exact()).toBe(true);
  });

  test('leaves out what cannot be read', async () => {
    const { checker, fixture, counted } = checked([x, stored('a/y', 13), z]);
    fixture.apply({ type: 'corrupt', key: key('a/y'), revision: asRevision(13), reason: 'not JSON' });
    await checker.check();
    expect(counted).toEqual(['success']);
  });

  test('writes while it compares do not matter', async () => {
    const { checker, fixture, counted } = checked(...same.map((item) => [item]));
    const checking = checker.check();
    fixture.apply(deleteChange('b/z', 13));
    await checking;
    expect(counted).toEqual(['success']);
  });

  test('a store that does not answer changes nothing', async () => {
    const { checker, cache, counted, exact } = checked([{ key: 'fail', modRevision: asRevision(1) }]);
    cache.markConsistent(false);
    await checker.check();
    expect([counted, exact()]).toEqual([['error'], false]);
  });

  test('checks every 1 to 1.5 periods, until stopped', async () => {
    const { checker, clock, counted } = checked(same);
    checker.start();
    clock.advance(1_249);
    expect(counted).toEqual([]);
    clock.advance(1);
    while (clock.pending === 0) await Promise.resolve();
    clock.advance(1_250);
    while (clock.pending === 0) await Promise.resolve();
    expect(counted).toEqual(['success', 'success']);
    checker.stop();
    expect(clock.pending).toBe(0);
  });

  test('a cache that is not filled is not checked', async () => {
    const { checker, cache, counted, asked } = checked(same);
    cache.stop();
    await checker.check();
    expect([counted, asked]).toEqual([[], []]);
  });
});
