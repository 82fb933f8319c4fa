import { describe, expect, test } from 'vitest';
import { asRevision } from '../base/revision.ts';
import type { KeyEvent, WatchSink } from '../storage/storage.ts';
import { EarlyWatch, heldAtMost } from './early-watch.ts';

const put = (revision: number, bytes: number): KeyEvent => ({
  type: 'put',
  kv: {
    key: '/r/a',
    value: Buffer.alloc(bytes),
    createRevision: asRevision(1),
    modRevision: asRevision(revision),
  },
});

/** An early watch, the store's end of it, and a sink that notes what it is told. */
function opened() {
  const ends = { closed: 0 };
  let store: WatchSink | undefined;
  const early = new EarlyWatch((sink) => {
    store = sink;
    return { requestProgress() {}, close: () => void ends.closed++ };
  });
  if (store === undefined) throw new Error('no watch was opened');
  const told: string[] = [];
  const sink: WatchSink = {
    events: (revision) => void told.push(`events ${revision}`),
    progress: (revision) => void told.push(`progress ${revision}`),
    end: (error) => void told.push(`end ${error?.message ?? 'in good order'}`),
  };
  return { early, store, sink, told, ends };
}

describe('EarlyWatch', () => {
  test('tells what it held, in its order, then all else', () => {
    const { early, store, sink, told } = opened();
    store.events(asRevision(2), [put(2, 1)]);
    store.progress(asRevision(3));
    expect(told).toEqual([]);
    early.flowInto(sink);
    store.events(asRevision(4), [put(4, 1)]);
    store.end(new Error('cut'));
    expect(told).toEqual(['events 2', 'progress 3', 'events 4', 'end cut']);
  });

  test('is given up when it ends', () => {
    const { early, store } = opened();
    expect(early.watch).toBeDefined();
    store.end();
    expect(early.watch).toBeUndefined();
  });

  test.each([
    ['calls', heldAtMost.calls, 0],
    ['bytes', 4, heldAtMost.bytes / 4],
  ])('is closed and given up with more %s than are held', (_, calls, bytes) => {
    const { early, store, ends } = opened();
    for (let i = 0; i < calls; i++) store.events(asRevision(2 + i), [put(2 + i, bytes)]);
    expect([early.watch === undefined, ends.closed]).toEqual([false, 0]);
    store.events(asRevision(2 + calls), [put(2 + calls, 1)]);
    expect([early.watch, ends.closed]).toEqual([undefined, 1]);
    store.events(asRevision(3 + calls), [put(3 + calls, 1)]);
    store.end();
    expect(ends.closed).toBe(1);
  });

  test('holds any amount once it flows', () => {
    const { early, store, sink, told, ends } = opened();
    early.flowInto(sink);
    for (let i = 0; i <= heldAtMost.calls; i++) store.events(asRevision(2 + i), [put(2 + i, 1)]);
    expect([told.length, ends.closed]).toEqual([heldAtMost.calls + 1, 0]);
  });
});
