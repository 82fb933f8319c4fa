import { describe, expect, test } from 'vitest';
import { DispatchFixture } from '../../test/support/dispatch.ts';
import { RecordingSink } from '../../test/support/recording-sink.ts';
import { storedObject } from '../../test/support/watch-cache.ts';
import { asRevision } from '../base/revision.ts';
import { ApiError } from '../machinery/api-error.ts';
import type { DispatchLimits } from './limits.ts';

/** Small enough that a few events make several pieces: four events, or a few hundred bytes. */
const small: DispatchLimits = {
  flushBytes: 4096,
  flushFrames: 64,
  gatherMs: 0,
  gatherBytes: 1,
  pieceBytes: 600,
  pieceEvents: 4,
  turnBytes: 1200,
  stateBytes: 2400,
};
const smallRing = { minEvents: 8, maxEvents: 8 };

const nothing = { watchers: 0, lagging: 0, future: 0, cohorts: 0, views: 0, timers: 0, queued: 0, pieces: 0 };
const added = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => `ADDED a/x${from + n}@${from + n}`);
/** One new object per revision, named after it. */
const write = (fixture: DispatchFixture, count: number) => {
  for (let n = 0; n < count; n++) fixture.put(`a/x${fixture.revision + 1}`);
};

describe('dispatch: a socket that pushes back', () => {
  test('is written to no more until it drains, costs the others nothing, and misses nothing', () => {
    const fixture = new DispatchFixture();
    const [slow, quick] = [fixture.watch(), fixture.watch()];
    slow.stall();
    for (let turn = 0; turn < 3; turn++) {
      write(fixture, 2);
      fixture.endTurn();
    }
    expect(slow.told).toEqual(added(2, 3));
    expect(quick.told).toEqual(added(2, 7));
    expect(fixture.dispatcher.counts.lagging).toBe(1);
    slow.drain();
    fixture.endTurn();
    write(fixture, 1);
    fixture.endTurn();
    expect(slow.told).toEqual(added(2, 8));
    expect(slow.batches.at(-1)).toBe(quick.batches.at(-1));
    expect(fixture.dispatcher.counts.lagging).toBe(0);
    expect([...slow.offences, ...quick.offences]).toEqual([]);
  });

  test('joins the others at once when nothing it wants has happened, without reading history', () => {
    const fixture = new DispatchFixture();
    const [slow] = [fixture.watch({ namespace: 'a' }), fixture.watch({ namespace: 'a' })];
    slow.stall();
    write(fixture, 1);
    fixture.endTurn();
    for (let n = 0; n < 5; n++) fixture.put('b/y');
    slow.drain();
    expect(fixture.dispatcher.counts).toMatchObject({ lagging: 0, queued: 0 });
    write(fixture, 1);
    slow.stall();
    fixture.endTurn();
    expect(slow.told).toEqual(['ADDED a/x2@2', 'ADDED a/x8@8']);
    write(fixture, 1);
    slow.drain();
    expect(fixture.dispatcher.counts).toMatchObject({ lagging: 0, queued: 0 });
    fixture.endTurn();
    expect(slow.told).toEqual(['ADDED a/x2@2', 'ADDED a/x8@8', 'ADDED a/x9@9']);
  });

  test('reads on in bounded writes, one per turn, at the pace of its drains', () => {
    const fixture = new DispatchFixture({ limits: small });
    const slow = fixture.watch();
    slow.stall();
    write(fixture, 1);
    fixture.endTurn();
    write(fixture, 20);
    fixture.endTurn();
    for (let drains = 1; slow.told.length < 21; drains++) {
      slow.drain(1);
      fixture.endTurn();
      expect(slow.writes).toHaveLength(1 + drains);
      expect(slow.batches.at(-1)!.body.length).toBeLessThan(small.pieceBytes + 200);
    }
    slow.drain();
    write(fixture, 1);
    fixture.endTurn();
    expect(slow.told).toEqual(added(2, 23));
    expect(slow.offences).toEqual([]);
  });

  test('a laggard with a sink that takes everything still leaves the loop to others between its writes', () => {
    const fixture = new DispatchFixture({ limits: small });
    write(fixture, 40);
    const late = fixture.watch({ from: 1 });
    const order: number[] = [];
    late.onWrite = () => {
      order.push(late.writes.length);
      fixture.clock.endOfTurn(() => order.push(0));
    };
    fixture.endTurn();
    expect(order.slice(0, 6)).toEqual([1, 0, 2, 0, 3, 0]);
    expect(late.told).toEqual(added(2, 41));
  });

  test('a herd that reconnects at the same point reads the same batches', () => {
    const fixture = new DispatchFixture({ limits: small });
    write(fixture, 20);
    const herd = [1, 1, 3, 6, 6].map((from) => fixture.watch({ from }));
    fixture.endTurn();
    expect(herd.map(({ told }) => told)).toEqual([2, 2, 4, 7, 7].map((from) => added(from, 21)));
    expect(herd[1]!.batches).toEqual(herd[0]!.batches);
    expect(herd[1]!.batches.every((batch, n) => batch === herd[0]!.batches[n])).toBe(true);
    // Pieces end at the same indexes, so those who began elsewhere have fallen into step.
    expect(herd[3]!.batches.at(-1)).toBe(herd[0]!.batches.at(-1));
    expect(fixture.dispatcher.counts.pieces).toBe(0);
  });

  test('who is overtaken by history is ended cleanly, without an ERROR event, although it never drains (K14, K16)', () => {
    const fixture = new DispatchFixture({ history: smallRing });
    const [slow, quick] = [fixture.watch(), fixture.watch()];
    slow.stall();
    write(fixture, 1);
    fixture.endTurn();
    write(fixture, 8);
    fixture.endTurn();
    expect(slow.ends).toBe(0);
    write(fixture, 1);
    fixture.endTurn();
    expect([slow.ends, slow.told]).toEqual([1, added(2, 2)]);
    expect([quick.ends, quick.told]).toEqual([0, added(2, 11)]);
    expect(fixture.dispatcher.counts).toMatchObject({ watchers: 1, lagging: 0 });
    slow.drain();
    fixture.endTurn();
    expect(slow.told).toEqual(added(2, 2));
  });

  test('fifty watchers that never read do not keep a reading one from any event (WT9)', () => {
    const fixture = new DispatchFixture();
    const stuck = Array.from({ length: 50 }, () => fixture.watch({ namespace: 'a' }, (sink) => sink.stall()));
    const reader = fixture.watch({ namespace: 'a' });
    for (let n = 0; n < 22; n++) {
      write(fixture, 1);
      fixture.endTurn();
      expect(reader.told).toHaveLength(n + 1);
    }
    expect(stuck.every(({ writes }) => writes.length === 1)).toBe(true);
  });
});

describe('dispatch: where a watch starts', () => {
  const listed = (count: number): [string][] => Array.from({ length: count }, (_, n) => [`a/y${n}`]);
  const state = (count: number) => Array.from({ length: count }, (_, n) => `ADDED a/y${n}@1`);

  test('from history it is told what came after, then goes on live (WT4, W3)', () => {
    const fixture = new DispatchFixture();
    write(fixture, 3);
    const sink = fixture.watch({ from: 3 });
    fixture.endTurn();
    write(fixture, 1);
    fixture.endTurn();
    expect(sink.told).toEqual(added(4, 5));
  });

  test('in the future it is told nothing until an event above its revision (W3, K13)', () => {
    const fixture = new DispatchFixture();
    const future = [4, 6, 6].map((from) => fixture.watch({ from }));
    const live = fixture.watch();
    write(fixture, 2);
    fixture.endTurn();
    expect(fixture.dispatcher.counts).toMatchObject({ future: 3, lagging: 0 });
    write(fixture, 5);
    fixture.endTurn();
    expect(future.map(({ told }) => told)).toEqual([added(5, 8), added(7, 8), added(7, 8)]);
    expect(live.told).toEqual(added(2, 8));
    expect(fixture.dispatcher.counts).toMatchObject({ future: 0, lagging: 0 });
  });

  test('the state comes in key order, then one bookmark with the global revision, then history (W1, K9, K24, WT19)', () => {
    const fixture = new DispatchFixture({ listed: listed(3) });
    fixture.progress();
    const sink = fixture.watch({ from: 'state', bookmarks: true, initialEventsEnd: true });
    write(fixture, 1);
    fixture.endTurn();
    write(fixture, 1);
    fixture.endTurn();
    expect(sink.told).toEqual([...state(3), 'BOOKMARK @2 end', ...added(3, 4)]);
    // The mark leaves with the state, not after a turn.
    expect(sink.writes).toEqual([4, 1, 1]);
  });

  test('the mark comes only to those who asked for it with bookmarks, also for an empty state (WT17, WT18, K18)', () => {
    const fixture = new DispatchFixture();
    const told = [
      { bookmarks: true, initialEventsEnd: true },
      { bookmarks: false, initialEventsEnd: true },
      { bookmarks: true, initialEventsEnd: false },
    ].map((options) => fixture.watch({ from: 'state', ...options }));
    fixture.endTurn();
    expect(told.map((sink) => sink.told)).toEqual([['BOOKMARK @1 end'], [], []]);
  });

  test('a single name is looked up, a namespace visits its own keys only (WT20)', () => {
    const fixture = new DispatchFixture({ listed: [['a/x'], ['a/y'], ['a0/x'], ['b/x']] });
    const visited: (string | undefined)[][] = [];
    const snapshot = fixture.cache.snapshot();
    const spec = (options: Parameters<DispatchFixture['spec']>[0]) => ({
      ...fixture.spec(options),
      start: {
        from: 'state' as const,
        index: 0,
        snapshot: {
          revision: snapshot.revision,
          size: snapshot.size,
          get: (key: string) => snapshot.get(key),
          count: (from: string | undefined, to: string | undefined) => snapshot.count(from, to),
          objects: (from: string | undefined, to: string | undefined) => snapshot.objects(from, to),
          visit: (...range: Parameters<typeof snapshot.visit>) => {
            visited.push(range.slice(0, 2) as string[]);
            snapshot.visit(...range);
          },
        },
      },
    });
    const told: number[] = [];
    const open = (options: Parameters<DispatchFixture['spec']>[0]) =>
      fixture.dispatcher.open(spec(options), () => ({
        write: ({ frames }) => told.push(frames.length) > 0,
        end() {},
      }));
    open({ namespace: 'a', name: 'x' });
    fixture.endTurn();
    expect([visited, told]).toEqual([[], [1]]);
    open({ namespace: 'a' });
    fixture.endTurn();
    expect([visited, told]).toEqual([[['/registry/configmaps/a/', '/registry/configmaps/a0']], [1, 2]]);
    open({ fields: 'metadata.name=x' });
    fixture.endTurn();
    expect([visited.at(-1), told]).toEqual([
      [undefined, undefined],
      [1, 2, 3],
    ]);
  });

  test('a large state is sent piece by piece, at the pace of the drains, as it was when the watch began', () => {
    const fixture = new DispatchFixture({ limits: small, listed: listed(9) });
    const sink = fixture.watch({ from: 'state', bookmarks: true, initialEventsEnd: true }, (opened) => opened.stall());
    const twin = fixture.watch({ from: 'state', bookmarks: true });
    fixture.endTurn();
    expect(sink.writes).toHaveLength(1);
    fixture.delete('a/y8');
    fixture.put('a/y0');
    const wait = [...state(9), 'BOOKMARK @1 end', 'DELETED a/y8@2', 'MODIFIED a/y0@3'];
    while (sink.told.length < wait.length) {
      sink.drain(1);
      fixture.endTurn();
    }
    expect(sink.told).toEqual(wait);
    expect(twin.told).toEqual(wait.filter((text) => !text.startsWith('BOOKMARK')));
    expect(twin.batches[0]).toBe(sink.batches[0]);
    expect(sink.offences).toEqual([]);
  });

  test('who is overtaken by history during its state is ended, having had nothing out of order (K16)', () => {
    const fixture = new DispatchFixture({ limits: small, listed: listed(9), history: smallRing });
    const sink = fixture.watch({ from: 'state', bookmarks: true, initialEventsEnd: true }, (opened) => opened.stall());
    fixture.endTurn();
    write(fixture, 9);
    fixture.endTurn();
    expect([sink.ends, sink.writes]).toEqual([1, [sink.told.length]]);
    expect(state(9).slice(0, sink.told.length)).toEqual(sink.told);
  });

  test('a watch opened between a batch of events and the end of their turn is told of none of them twice (K4)', () => {
    const fixture = new DispatchFixture();
    const first = fixture.watch();
    write(fixture, 2);
    const second = fixture.watch();
    const third = fixture.watch({ from: 2 });
    write(fixture, 2);
    fixture.endTurn();
    expect([first.told, second.told, third.told]).toEqual([added(2, 5), added(4, 5), added(3, 5)]);
  });
});

describe('dispatch: how a watch ends', () => {
  test('each reason but client ends the sink once, after what was owed; the first reason stays (K5, K23, K26)', () => {
    const fixture = new DispatchFixture();
    const [client, shutdown] = [fixture.watch(), fixture.watch()];
    write(fixture, 1);
    client.watcher.close('client');
    client.watcher.close('shutdown');
    shutdown.watcher.close('shutdown');
    shutdown.watcher.close('client');
    fixture.endTurn();
    expect([client.told, client.ends]).toEqual([[], 0]);
    expect([shutdown.told, shutdown.ends]).toEqual([added(2, 2), 1]);
    expect(fixture.dispatcher.counts).toEqual(nothing);
  });

  test('an ERROR event is the last thing, after what was owed (WT21)', () => {
    const fixture = new DispatchFixture();
    const [failing, other] = [fixture.watch(), fixture.watch()];
    const { status } = new ApiError(500, 'InternalError', 'oops');
    write(fixture, 1);
    failing.watcher.fail(status);
    failing.watcher.fail(status);
    write(fixture, 1);
    fixture.endTurn();
    expect([failing.told, failing.ends, failing.offences]).toEqual([[...added(2, 2), 'ERROR InternalError'], 1, []]);
    expect(failing.events.at(-1)?.object).toEqual(status);
    expect(other.told).toEqual(added(2, 3));
  });

  test('a refused watch gets its status and a clean end, and leaves nothing behind', () => {
    const fixture = new DispatchFixture();
    const status = new ApiError(410, 'Expired', 'too old resource version: 1 (5)').status;
    const written: string[] = [];
    fixture.dispatcher.refuse(fixture.spec({}).view, status, () => ({
      write: ({ body }) => written.push(body.toString()) > 0,
      end: () => written.push('end'),
    }));
    expect(written).toEqual([`{"type":"ERROR","object":${JSON.stringify(status)}}\n`, 'end']);
    expect(fixture.dispatcher.counts).toEqual(nothing);
  });

  test('the deadline ends it cleanly, and no timer outlives the watches (H10, K7)', () => {
    const fixture = new DispatchFixture();
    const [short, long] = [fixture.watch({ timeoutMs: 3000 }), fixture.watch({ timeoutMs: 10_000 })];
    fixture.clock.advance(2999);
    expect(short.ends).toBe(0);
    fixture.clock.advance(251);
    expect([short.ends, long.ends]).toEqual([1, 0]);
    long.watcher.close('client');
    expect(fixture.clock.pending).toBe(0);
    expect(fixture.dispatcher.counts).toEqual(nothing);
  });

  test('closing all leaves nothing: no watcher, cohort, index place, timer, turn or piece (K7, K11, K19)', () => {
    const fixture = new DispatchFixture({ limits: small, triggerField: 'data.node' });
    write(fixture, 30);
    const options = ['a', 'b'].flatMap((namespace) =>
      [{}, { name: 'x' }, { labels: 'app=web' }, { labels: 'app!=web' }, { fields: 'data.node=n' }].flatMap((more) => [
        { ...more },
        { ...more, namespace, bookmarks: true },
        { ...more, namespace, from: 'state' as const },
        { ...more, from: 2, bookmarks: true },
        { ...more, from: 999 },
      ]),
    );
    const sinks = options.map((one) => fixture.watch(one));
    sinks[0]!.stall();
    write(fixture, 2);
    fixture.dispatcher.closeAll('reset');
    expect(sinks.map(({ ends }) => ends)).toEqual(sinks.map(() => 1));
    fixture.endTurn();
    expect(fixture.dispatcher.counts).toEqual(nothing);
    expect([fixture.dispatcher.indexEmpty, fixture.clock.pending]).toEqual([true, 0]);
    expect(sinks.flatMap(({ offences }) => offences)).toEqual([]);
  });
});

describe('dispatch: sinks that call back', () => {
  test('a member that closes itself or others while a batch is given out: the rest get it once (K11, K23)', () => {
    const fixture = new DispatchFixture();
    const sinks = Array.from({ length: 6 }, () => fixture.watch());
    sinks[2]!.onWrite = () => {
      sinks[2]!.watcher.close('client');
      sinks[0]!.watcher.close('client');
      sinks[4]!.watcher.close('client');
    };
    write(fixture, 1);
    fixture.endTurn();
    write(fixture, 1);
    fixture.endTurn();
    const [all, one] = [added(2, 3), added(2, 2)];
    expect(sinks.map(({ told }) => told)).toEqual([one, all, one, all, [], all]);
    expect(fixture.dispatcher.counts.watchers).toBe(3);
  });

  test('what was pending for one that left is not given to one that comes', () => {
    const fixture = new DispatchFixture();
    const [left, slow] = [fixture.watch(), fixture.watch()];
    slow.stall();
    write(fixture, 1);
    fixture.endTurn();
    write(fixture, 1);
    left.watcher.close('client');
    const came = fixture.watch();
    write(fixture, 1);
    fixture.endTurn();
    slow.drain();
    fixture.endTurn();
    expect([left.told, came.told, slow.told]).toEqual([added(2, 2), added(4, 4), added(2, 4)]);
  });

  test('a watch opened, drained or caught up while its cohort is given a batch joins behind it', () => {
    const fixture = new DispatchFixture({ limits: { ...small, flushFrames: 2 } });
    const [first, slow] = [fixture.watch(), fixture.watch()];
    slow.stall();
    write(fixture, 1);
    fixture.endTurn();
    first.onWrite = () => {
      first.onWrite = undefined;
      slow.drain();
      fixture.watch();
      fixture.watch({ from: 2 });
    };
    write(fixture, 3);
    fixture.endTurn();
    write(fixture, 1);
    fixture.endTurn();
    const [opened, resumed] = fixture.sinks.slice(2);
    expect(first.told).toEqual(added(2, 6));
    expect(slow.told).toEqual(added(2, 6));
    expect(resumed!.told).toEqual(added(3, 6));
    expect(opened!.told).toEqual(added(5, 6));
  });

  test('a watch opened behind events that are still being dispatched waits until they are', () => {
    const fixture = new DispatchFixture({
      limits: { ...small, flushFrames: 1 },
      listed: [['a/x1'], ['a/x2'], ['a/x3']],
    });
    const first = fixture.watch();
    first.onWrite = () => {
      first.onWrite = undefined;
      const { history } = fixture.cache;
      const start = { from: 'history', index: history.endIndex, after: asRevision(1) } as const;
      fixture.dispatcher.open({ ...fixture.spec({}), start }, (watcher) => {
        const opened = new RecordingSink(watcher);
        fixture.sinks.push(opened);
        return opened;
      });
    };
    fixture.relist([], 5);
    fixture.put('a/y');
    fixture.endTurn();
    expect(first.told).toEqual(['DELETED a/x1@1', 'DELETED a/x2@1', 'DELETED a/x3@2', 'ADDED a/y@6']);
    expect(fixture.sinks[1]!.told).toEqual(['ADDED a/y@6']);
  });

  test('a write that dispatches the next event: everybody sees both in order', () => {
    const fixture = new DispatchFixture();
    const sinks = [fixture.watch(), fixture.watch(), fixture.watch({ namespace: 'a' })];
    sinks[0]!.onWrite = () => {
      sinks[0]!.onWrite = undefined;
      write(fixture, 1);
    };
    write(fixture, 1);
    fixture.endTurn();
    expect(sinks.map(({ told }) => told)).toEqual(sinks.map(() => added(2, 3)));
  });

  test('a sink whose client has gone before it is there: nothing is written, nothing is kept', () => {
    const fixture = new DispatchFixture();
    const sink = fixture.watch({ from: 'state', bookmarks: true, initialEventsEnd: true }, (opened) =>
      opened.watcher.close('client'),
    );
    write(fixture, 1);
    fixture.endTurn();
    expect([sink.told, sink.ends]).toEqual([[], 0]);
    expect(fixture.dispatcher.counts).toEqual(nothing);
  });

  test('a sink that cannot be opened leaves nothing behind', () => {
    const fixture = new DispatchFixture();
    const open = () =>
      fixture.dispatcher.open(fixture.spec({}), () => {
        throw new Error('no socket');
      });
    expect(open).toThrow('no socket');
    expect([fixture.dispatcher.counts, fixture.clock.pending]).toEqual([nothing, 0]);
  });

  test('a relist that shortens nothing but replaces an object tells its deletion and its creation', () => {
    const fixture = new DispatchFixture({ listed: [['a/x1']] });
    const sink = fixture.watch();
    fixture.relist([storedObject('a/x1', 5, { metadata: { name: 'x1', namespace: 'a' } })], 6);
    fixture.endTurn();
    expect(sink.told).toEqual(['DELETED a/x1@2', 'ADDED a/x1@5']);
  });
});
