import { describe, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { asRevision } from '../base/revision.ts';
import type { Transaction } from '../storage/storage.ts';
import { StreamPosition } from '../watchcache/freshness.ts';
import { CurrentRevision } from './current-revision.ts';
import { FreshRead } from './fresh-read.ts';

function fixture(canProgress: boolean) {
  const clock = new ManualClock();
  const written: Transaction[] = [];
  const position = new StreamPosition({ clock, requestProgress: () => undefined });
  const storage = {
    canProgress,
    currentRevision: () => Promise.resolve(asRevision(10)),
    transact: (transaction: Transaction) => {
      written.push(transaction);
      return Promise.resolve({ succeeded: true as const, revision: asRevision(10 + written.length) });
    },
  };
  const fresh = new FreshRead({
    storage,
    currentRevision: new CurrentRevision(storage),
    freshness: position,
    clock,
    fenceKey: '/registry/fence',
    uid: () => `uid-${written.length}`,
  });
  return { clock, position, fresh, written };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('registry/fresh-read', () => {
  test('waits until the caches are there, or three seconds', async () => {
    const { clock, position, fresh, written } = fixture(true);
    position.advance(asRevision(9));
    const reached = fresh.reach(await fresh.latest());
    position.advance(asRevision(10));
    expect(await reached).toBe(true);
    const late = fresh.reach(asRevision(11));
    clock.advance(2_999);
    await settled();
    clock.advance(1);
    expect(await late).toBe(false);
    expect(written).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  test('a store without progress gets one fence from all who wait, and only when they wait', async () => {
    const { clock, position, fresh, written } = fixture(false);
    position.advance(asRevision(10));
    expect(await fresh.reach(asRevision(10))).toBe(true);
    const waiting = Promise.all([fresh.reach(asRevision(11)), fresh.reach(asRevision(11))]);
    await settled();
    expect(written).toEqual([]);
    clock.advance(100);
    await settled();
    expect(written.map(({ operations }) => operations[0])).toMatchObject([{ type: 'put', key: '/registry/fence' }]);
    position.advance(asRevision(11));
    expect(await waiting).toEqual([true, true]);
  });
});
