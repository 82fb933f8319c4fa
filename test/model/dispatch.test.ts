import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asRevision } from '../../src/base/revision.ts';
import type { DispatchLimits } from '../../src/dispatch/limits.ts';
import type { View } from '../../src/dispatch/view.ts';
import { jsonView } from '../../src/encoding/json-view.ts';
import { DispatchFixture, labelled, named, type OpenOptions } from '../support/dispatch.ts';
import type { RecordingSink } from '../support/recording-sink.ts';
import { configMaps, storedObject } from '../support/watch-cache.ts';
import {
  type App,
  changesFor,
  isAfter,
  isSplit,
  type Owed,
  ReferenceModel,
  stateFor,
  toldOf,
  type Wish,
} from './dispatch-reference.ts';
import { broken, type WatchRecord } from './guarantees.ts';

/** So small that a handful of events makes several batches, pieces and turns. */
const limits: DispatchLimits = {
  flushBytes: 900,
  flushFrames: 4,
  gatherMs: 3,
  gatherBytes: 512,
  pieceBytes: 500,
  pieceEvents: 4,
  turnBytes: 1500,
  stateBytes: 1000,
};

const path = fc.constantFrom('a/x', 'a/y', 'b/x', 'b/y', 'b/z');
const app = fc.constantFrom<App>('web', 'db');
const which = fc.nat(30);
const spoilt = fc.nat(40).map((n) => n === 0);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('put' as const), path, app, spoilt }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), path }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('transaction' as const),
      writes: fc.uniqueArray(fc.tuple(path, fc.option(app, { nil: undefined, freq: 2 })), {
        selector: ([itsPath]) => itsPath,
        minLength: 2,
        maxLength: 5,
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('progress' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('relist' as const),
      fates: fc.array(fc.constantFrom('keep', 'drop', 'web', 'db'), { minLength: 5, maxLength: 5 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('open' as const),
      namespace: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
      name: fc.option(fc.constantFrom('x', 'y'), { nil: undefined, freq: 2 }),
      labels: fc.constantFrom('', '', 'app=web', 'app=db', 'app!=web'),
      /** 'state', or a revision this far from the newest: history's edges, now and the future. */
      from: fc.oneof(fc.constant('state' as const), fc.integer({ min: -10, max: 3 })),
      bookmarks: fc.boolean(),
      initialEventsEnd: fc.boolean(),
      stall: fc.option(fc.nat(2), { nil: undefined }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('stall' as const), which, writes: fc.integer({ min: 1, max: 2 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('drain' as const),
      which,
      writes: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), which }) },
  /** At the next write the sink throws, and has taken it or not: nobody knows. */
  { weight: 1, arbitrary: fc.record({ do: fc.constant('break' as const), which }) },
  /** While one batch is written to it, a sink closes, drains or opens another. */
  { weight: 1, arbitrary: fc.record({ do: fc.constant('meddle' as const), which, other: which }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('endTurn' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 500, max: 70_000 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 4 }) }) },
);

const plainView = jsonView(configMaps);

interface Watched {
  readonly wish: Wish;
  readonly options: OpenOptions;
  readonly sink: RecordingSink;
  readonly state: readonly string[];
  /** It is owed every event above this revision. */
  readonly from: number;
  /** It asked for that revision by its number, and may be told again what stands behind a put in it. */
  readonly again: boolean;
  /** By its client, or because its sink threw. */
  closed: boolean;
  /** The history's start when the watch was ended by the dispatcher. */
  evictedTo: number | undefined;
}

class World {
  readonly fixture = new DispatchFixture({ limits, history: { minEvents: 8, maxEvents: 8 }, random: () => 0.5 });
  readonly model = new ReferenceModel();
  readonly watched: Watched[] = [];
  /** The revisions of objects that cannot be made into an event. */
  readonly spoilt = new Set<number>();
  readonly view: View = { ...plainView, event: (...args) => this.event(...args) };

  event(...[type, object, first]: Parameters<View['event']>): Buffer {
    if (this.spoilt.has(object.revision)) throw new Error('spoilt');
    return plainView.event(type, object, first);
  }

  open(wish: Wish, start: 'state' | number, more: Pick<OpenOptions, 'bookmarks' | 'initialEventsEnd'>, stall?: number) {
    const { fixture, model } = this;
    const revision = fixture.revision;
    const from = start === 'state' ? revision : Math.max(1, revision + start);
    if (fixture.cache.history.resumeAfter(asRevision(from)) === undefined) return;
    const again = start !== 'state';
    const options = {
      ...wish,
      ...more,
      from: start === 'state' ? start : from,
      timeoutMs: 10_000_000,
      view: this.view,
    };
    const state = start === 'state' ? stateFor(model, wish) : [];
    const sink = fixture.watch(options, (opened) => {
      if (stall !== undefined) opened.stall(stall + 1);
    });
    const watched: Watched = {
      wish,
      options,
      sink,
      state,
      from,
      again,
      closed: false,
      evictedTo: undefined,
    };
    // Writing takes time, so that bursts are gathered.
    const write = sink.write.bind(sink);
    sink.write = (batch) => {
      fixture.clock.spend(1);
      return write(batch);
    };
    const end = sink.end.bind(sink);
    sink.end = () => {
      if (!watched.closed && !sink.told.at(-1)?.startsWith('ERROR'))
        watched.evictedTo = fixture.cache.history.startIndex;
      end();
    };
    this.watched.push(watched);
  }

  pick(which: number): Watched | undefined {
    return this.watched[which % Math.max(1, this.watched.length)];
  }

  close(watched: Watched | undefined): void {
    if (watched === undefined || watched.sink.ends > 0) return;
    watched.closed = true;
    watched.sink.watcher.close('client');
  }

  relist(fates: readonly string[]): void {
    const { fixture, model } = this;
    const last = fixture.revision;
    const listed: Parameters<DispatchFixture['relist']>[0][number][] = [];
    const rewritten: [string, App, number][] = [];
    const dropped: string[] = [];
    let revision = last + 1;
    for (const [n, itsPath] of [...model.objects.keys()].sort().entries()) {
      const object = fixture.cache.get(configMaps.keyPrefix + itsPath);
      const fate = fates[n] ?? 'keep';
      if (object === undefined || fate === 'drop') dropped.push(itsPath);
      else if (fate === 'keep') listed.push(object);
      else {
        const now = ++revision;
        const body = named(itsPath, labelled({ app: fate }));
        listed.push(storedObject(itsPath, now, body, object.createRevision));
        rewritten.push([itsPath, fate as App, now]);
      }
    }
    for (const one of dropped) model.write(one, undefined, last + 1);
    for (const [one, now, at] of rewritten) model.write(one, now, at);
    fixture.relist(listed, revision + 1);
  }

  run(one: typeof step extends fc.Arbitrary<infer S> ? S : never): void {
    const { fixture, model } = this;
    switch (one.do) {
      case 'put':
        // The model first: a sink may open a watch while the event is on its way.
        model.write(one.path, one.app, fixture.revision + 1);
        if (one.spoilt) this.spoilt.add(fixture.revision + 1);
        fixture.put(one.path, labelled({ app: one.app }));
        break;
      case 'delete':
        model.write(one.path, undefined, fixture.revision + 1);
        fixture.delete(one.path);
        break;
      case 'transaction': {
        const writes = one.writes.filter(([itsPath, its]) => its !== undefined || model.objects.has(itsPath));
        if (writes.length === 0) break;
        for (const [itsPath, its] of writes) model.write(itsPath, its, fixture.revision + 1);
        fixture.transact(
          writes.map(([itsPath, its]) => [itsPath, its === undefined ? undefined : labelled({ app: its })]),
        );
        break;
      }
      case 'progress':
        fixture.progress();
        break;
      case 'relist':
        this.relist(one.fates);
        break;
      case 'open': {
        const { namespace, name, labels, from, bookmarks, initialEventsEnd, stall } = one;
        const wish = {
          labels,
          ...(namespace === undefined ? {} : { namespace }),
          ...(name === undefined ? {} : { name }),
        };
        this.open(wish, from, { bookmarks, initialEventsEnd }, stall);
        break;
      }
      case 'stall': {
        const sink = this.pick(one.which)?.sink;
        if (sink !== undefined && !sink.blocked) sink.stall(one.writes);
        break;
      }
      case 'drain':
        this.pick(one.which)?.sink.drain(one.writes);
        break;
      case 'close':
        this.close(this.pick(one.which));
        break;
      case 'break': {
        const watched = this.pick(one.which);
        if (watched === undefined) break;
        watched.sink.onWrite = () => {
          watched.sink.onWrite = undefined;
          watched.closed = true;
          throw new Error('broken');
        };
        break;
      }
      case 'meddle': {
        const sink = this.pick(one.which)?.sink;
        if (sink === undefined) break;
        sink.onWrite = () => {
          sink.onWrite = undefined;
          const other = this.pick(one.other);
          if (one.other % 3 === 0) this.close(other);
          else if (one.other % 3 === 1) this.open({}, 0, { bookmarks: true, initialEventsEnd: false });
          else if (other?.sink !== sink) other?.sink.drain();
        };
        break;
      }
      case 'endTurn':
        fixture.endTurn();
        break;
      case 'advance':
        fixture.clock.advance(one.ms);
        break;
    }
  }

  /** Lets everybody read to the end. */
  settle(): void {
    for (const { sink } of this.watched) sink.drain();
    this.fixture.endTurn();
    // What waits for more; the wheel of bookmarks and deadlines has one timer, if any.
    const { clock, dispatcher } = this.fixture;
    while (clock.pending > Math.min(dispatcher.counts.timers, 1)) clock.advance(limits.gatherMs);
  }

  check(watched: Watched): void {
    const { sink, options, state, from, again, closed, evictedTo } = watched;
    const { events } = this.model;
    const owed = this.owedTo(watched);
    const failed = sink.told.at(-1) === 'ERROR InternalError';
    const objects = sink.told.filter((text) => !/^(BOOKMARK|ERROR)/.test(text));
    const want = [...state, ...owed.map(toldOf)];
    const ended = closed || evictedTo !== undefined || failed;
    const isSpoilt = (text: string): boolean => this.spoilt.has(Number(/@(\d+)$/.exec(text)?.[1]));

    expect(sink.offences).toEqual([]);
    expect(objects).toEqual(ended ? want.slice(0, objects.length) : want);
    if (failed) expect(want.slice(objects.length).some(isSpoilt), 'failed, and was owed nothing spoilt').toBe(true);
    if (evictedTo !== undefined) {
      const last = owed[objects.length - state.length - 1];
      const next = events.findIndex((event, n) =>
        last === undefined ? isAfter(events, n, from, again) : isChange(event, last),
      );
      expect(next, 'ended although its next event is still in history').toBeLessThan(
        evictedTo - (last === undefined ? 0 : 1),
      );
    }

    const marks = sink.told.filter((text) => text.endsWith(' end'));
    const wantsMark = options.from === 'state' && options.bookmarks === true && options.initialEventsEnd === true;
    if (!ended || marks.length > 0) expect(marks).toEqual(wantsMark ? [`BOOKMARK @${from} end`] : []);
    if (wantsMark && marks.length > 0) expect(sink.told.indexOf(marks[0] ?? '')).toBe(state.length);
    if (options.bookmarks !== true) expect(sink.told.length).toBe(objects.length + (failed ? 1 : 0));
    // Who was ended between two events of one revision can resume there: see below.
    const delivered = objects.length - state.length;
    const last = owed[delivered - 1];
    const judged = owed.filter((change, n) => n < delivered || !ended || change.revision !== last?.revision);
    expect(broken(recordOf(watched, owed), judged).filter((name) => name !== 'atomic')).toEqual([]);
    const shown = sink.events.slice(state.length).map(({ object }) => Number(object.metadata.resourceVersion));
    expect(shown).toEqual(shown.toSorted((a, b) => a - b));
  }

  owedTo({ wish, from, again }: Watched): Owed[] {
    return changesFor(this.model.events, from, wish, again);
  }

  /** What a watch for the same comes to hear that resumes from `shown`; undefined: 410. */
  resumed({ wish }: Watched, shown: number): string[] | undefined {
    const { fixture } = this;
    if (fixture.cache.history.resumeAfter(asRevision(shown)) === undefined) return undefined;
    const sink = fixture.watch({ ...wish, from: shown });
    fixture.endTurn();
    sink.watcher.close('client');
    return sink.told;
  }

  /**
   * Cuts the watch behind each of its events and bookmarks, and resumes from what it was shown there: the rest must come, in
   * order, and again only what is of the revision that it was cut in, or stands behind a put in the one it was shown.
   */
  cut(watched: Watched): { cutInside: number; toldAgain: number } {
    const counts = { cutInside: 0, toldAgain: 0 };
    const { events } = this.model;
    const all = changesFor(events, 0, watched.wish);
    let seen = all.length - this.owedTo(watched).length;
    for (const { type, object } of watched.sink.events.slice(watched.state.length)) {
      if (type === 'ERROR') break;
      const shown = Number(object.metadata.resourceVersion);
      const bookmark = type === 'BOOKMARK';
      if (!bookmark) seen++;
      const resumed = this.resumed(watched, shown);
      if (resumed === undefined) continue;
      const last = bookmark ? undefined : all[seen - 1]?.revision;
      const shared = events.filter(({ revision }) => revision === last).length > 1;
      const mayRepeat = (revision?: number): boolean =>
        (shared && revision === last) || (revision === shown && isSplit(events, shown));
      const rests = [all.slice(seen)];
      for (let from = seen - 1; from >= 0 && mayRepeat(all[from]?.revision); from--) rests.push(all.slice(from));
      expect(rests.map((rest) => rest.map(toldOf))).toContainEqual(resumed);
      if (!bookmark && all[seen]?.revision === last) counts.cutInside++;
      if (resumed.length > all.length - seen) counts.toldAgain++;
    }
    return counts;
  }
}

const isChange = (event: { revision: number; path: string }, change: { revision: number; key: string }): boolean =>
  event.revision === change.revision && event.path === change.key;

/** What it delivered after its state. */
function recordOf({ sink, state, from }: Watched, owed: readonly Owed[]): WatchRecord {
  const batches: WatchRecord['batches'][number][] = [];
  const bookmarks: { after: number; revision: number }[] = [];
  sink.events.forEach(({ type, object }, n) => {
    const { name, namespace = '', resourceVersion } = object.metadata;
    if (type === 'BOOKMARK') bookmarks.push({ after: batches.length, revision: Number(resourceVersion) });
    else if (type !== 'ERROR' && n >= state.length) {
      const revision = owed[batches.length]?.revision ?? Number(resourceVersion);
      batches.push([{ revision, key: `${namespace}/${name}`, what: type }]);
    }
  });
  return { from: owed[0]?.revision === from ? from - 1 : from, batches, bookmarks };
}

describe('model: whatever is written, stalled, drained, closed or relisted', () => {
  test('each watch is told exactly what a plain function of all events says, or is ended because history moved past it', () => {
    let ended = 0;
    let bookmarks = 0;
    let laggedAndCaughtUp = 0;
    let failed = 0;
    let cutInside = 0;
    let toldAgain = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
        const world = new World();
        for (const one of steps) world.run(one);
        world.settle();
        for (const watched of world.watched) {
          world.check(watched);
          if (watched.evictedTo !== undefined) ended++;
          else if (watched.sink.told.at(-1)?.startsWith('ERROR')) failed++;
          else if (watched.sink.writes.length > 2 && !watched.closed) laggedAndCaughtUp++;
          bookmarks += watched.sink.told.filter((text) => text.startsWith('BOOKMARK')).length;
        }
        world.spoilt.clear();
        for (const watched of world.watched.slice(0, 5)) {
          const counts = world.cut(watched);
          cutInside += counts.cutInside;
          toldAgain += counts.toldAgain;
        }
        world.fixture.dispatcher.closeAll('shutdown');
        world.settle();
        const { counts, indexEmpty } = world.fixture.dispatcher;
        expect(Object.values(counts).every((count) => count === 0) && indexEmpty).toBe(true);
        expect(world.fixture.clock.pending).toBe(0);
      }),
      { numRuns: 400 },
    );
    // The generator reaches what it is for.
    expect(Math.min(ended, bookmarks, laggedAndCaughtUp, failed, cutInside, toldAgain)).toBeGreaterThan(20);
  }, 60_000);
});
