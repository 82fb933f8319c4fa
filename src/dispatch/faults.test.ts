import { describe, expect, test } from 'vitest';
import { DispatchFixture, type OpenOptions } from '../../test/support/dispatch.ts';
import type { RecordingSink } from '../../test/support/recording-sink.ts';
import { configMaps } from '../../test/support/watch-cache.ts';
import type { LogFields, Logger } from '../base/logger.ts';
import { silentLogger } from '../base/logger.ts';
import { jsonView } from '../encoding/json-view.ts';
import { isJsonObject, objectAt, stringAt } from '../machinery/json-value.ts';
import type { View } from './view.ts';
import type { WatchEnd } from './watch-end.ts';

const nothing = { watchers: 0, lagging: 0, future: 0, cohorts: 0, views: 0, timers: 0, queued: 0, pieces: 0 };
const plain = jsonView(configMaps);

/** Cannot make an event of an object that says so. */
const brittle: View = {
  ...plain,
  event(type, object, first) {
    if (stringAt(objectAt(object.parse(), 'data'), 'spoilt') === 'yes') throw new Error('no such bytes');
    return plain.event(type, object, first);
  },
};
const spoilt = { data: { spoilt: 'yes' } };
const failed = 'ERROR InternalError';

/** A fixture, what it logged, and how its watches ended by reason. */
function fixtureOf(options: ConstructorParameters<typeof DispatchFixture>[0] = {}) {
  const logged: unknown[] = [];
  const ends: Partial<Record<WatchEnd, number>> = {};
  const logger: Logger = { ...silentLogger, error: (_, fields?: LogFields) => void logged.push(fields?.['error']) };
  const family = (name: string) => ({
    with: (labels: Readonly<Record<string, string>>) => ({
      add() {
        const reason = labels['reason'] as WatchEnd | undefined;
        if (name === 'crowsnest_watches_ended_total' && reason !== undefined) ends[reason] = (ends[reason] ?? 0) + 1;
      },
      set() {},
      observe() {},
    }),
    without() {},
  });
  const meter = { counter: family, gauge: family, histogram: family };
  const fixture = new DispatchFixture({ logger, meter, ...options });
  return { fixture, logged, ends };
}

function breaking(sink: RecordingSink): RecordingSink {
  sink.onWrite = () => {
    throw new Error('cannot be written to');
  };
  return sink;
}

describe('dispatch: a sink that throws', () => {
  test.each([0, 1, 2])('costs only itself, wherever it stands: number %i of three', (which) => {
    const { fixture, logged, ends } = fixtureOf();
    const sinks = [fixture.watch(), fixture.watch(), fixture.watch()];
    const [bad] = sinks.splice(which, 1);
    breaking(bad!);
    fixture.put('a/x');
    fixture.endTurn();
    fixture.put('a/y');
    fixture.put('a/z');
    fixture.endTurn();
    for (const sink of sinks) {
      expect(sink.told).toEqual(['ADDED a/x@2', 'ADDED a/y@3', 'ADDED a/z@4']);
      expect(sink.ends).toBe(0);
    }
    expect([bad!.writes.length, bad!.ends]).toEqual([1, 1]);
    expect(fixture.dispatcher.counts).toMatchObject({ watchers: 2, lagging: 0, timers: 2 });
    expect([ends, logged.length]).toEqual([{ broken: 1 }, 1]);
  });

  test('also when all of them do, or when it has left already', () => {
    const { fixture, ends } = fixtureOf();
    breaking(fixture.watch());
    breaking(fixture.watch());
    const leaving = fixture.watch();
    leaving.onWrite = () => {
      leaving.watcher.close('client');
      throw new Error('gone');
    };
    fixture.put('a/x');
    fixture.endTurn();
    expect(fixture.dispatcher.counts).toEqual(nothing);
    expect(ends).toEqual({ broken: 2, client: 1 });
    const next = fixture.watch();
    fixture.put('a/y');
    fixture.endTurn();
    expect(next.told).toEqual(['ADDED a/y@3']);
  });

  const reading: [string, OpenOptions][] = [
    ['the state', { from: 'state' }],
    ['history', { from: 1 }],
  ];
  test.each(reading)('while it reads %s', (_, options) => {
    const { fixture, ends } = fixtureOf({ listed: [['a/w']] });
    fixture.put('a/x');
    const bad = fixture.watch(options, breaking);
    const good = fixture.watch(options);
    fixture.endTurn();
    expect(bad.ends).toBe(1);
    expect(good.told.at(-1)).toBe('ADDED a/x@2');
    expect(fixture.dispatcher.counts).toMatchObject({ watchers: 1, lagging: 0, queued: 0 });
    expect(ends).toEqual({ broken: 1 });
  });

  test('at a bookmark, an ERROR event or its end', () => {
    const { fixture, ends } = fixtureOf();
    const [bookmarked, other] = [fixture.watch({ bookmarks: true }), fixture.watch({ bookmarks: true })];
    breaking(bookmarked);
    fixture.clock.advance(61_000);
    expect([bookmarked.ends, other.told]).toEqual([1, ['BOOKMARK @1']]);
    const ending = [fixture.watch(), fixture.watch()];
    for (const sink of ending) {
      sink.end = () => {
        throw new Error('cannot be ended');
      };
    }
    const [failing, closing] = ending;
    breaking(failing!).watcher.fail({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' });
    closing!.watcher.close('deadline');
    fixture.dispatcher.closeAll('shutdown');
    expect(other.ends).toBe(1);
    expect(fixture.dispatcher.counts).toEqual(nothing);
    expect(ends).toEqual({ broken: 1, error: 1, deadline: 1, shutdown: 1 });
  });
});

describe('dispatch: an event that cannot be made', () => {
  test('ends those who are owed it with an ERROR event, after all that came before, and nobody else', () => {
    const { fixture, logged, ends } = fixtureOf();
    const [one, two] = [fixture.watch({ view: brittle }), fixture.watch({ view: brittle })];
    const elsewhere = fixture.watch({ view: brittle, namespace: 'b' });
    fixture.put('a/x');
    fixture.put('a/y', spoilt);
    fixture.put('a/z');
    fixture.put('b/x');
    fixture.endTurn();
    for (const sink of [one, two]) {
      expect(sink.told).toEqual(['ADDED a/x@2', failed]);
      expect([sink.ends, sink.offences]).toEqual([1, []]);
      expect(sink.events.at(-1)?.object).toMatchObject({
        code: 500,
        message: 'Internal error occurred: unable to encode watch event: no such bytes',
      });
    }
    expect(elsewhere.told).toEqual(['ADDED b/x@5']);
    expect([ends, logged.length]).toEqual([{ error: 2 }, 1]);
    const next = fixture.watch({ view: brittle });
    fixture.put('a/z');
    fixture.endTurn();
    expect(next.told).toEqual(['MODIFIED a/z@6']);
  });

  test('as the first of a turn, too, and for who joins in that turn it never was', () => {
    const { fixture } = fixtureOf();
    const owed = fixture.watch({ view: brittle });
    fixture.put('a/x', spoilt);
    const joined = fixture.watch({ view: brittle });
    fixture.put('a/y');
    fixture.endTurn();
    expect([owed.told, joined.told]).toEqual([[failed], ['ADDED a/y@3']]);
  });

  test('is not passed over by one who took no more just before it', () => {
    const { fixture } = fixtureOf();
    const slow = fixture.watch({ view: brittle });
    slow.stall();
    fixture.put('a/x');
    fixture.put('a/y', spoilt);
    fixture.endTurn();
    expect(slow.told).toEqual(['ADDED a/x@2', failed]);
    expect(fixture.dispatcher.counts).toEqual(nothing);
  });

  test.each<[string, OpenOptions]>([
    ['the state', { from: 'state' }],
    ['history', { from: 1 }],
  ])('ends those who come to it while they read %s', (_, options) => {
    const { fixture, ends } = fixtureOf();
    fixture.put('a/x', spoilt);
    const sinks = [fixture.watch({ ...options, view: brittle }), fixture.watch({ ...options, view: brittle })];
    const whole = fixture.watch({ ...options, view: { ...plain, id: 'whole' } });
    fixture.endTurn();
    expect(sinks.map(({ told }) => told)).toEqual([[failed], [failed]]);
    expect(whole.told).toEqual(['ADDED a/x@2']);
    expect([ends, fixture.dispatcher.counts.watchers]).toEqual([{ error: 2 }, 1]);
  });

  test('or not even be looked into: whoever might be owed it is ended, and dispatch goes on', () => {
    const shape = {
      ...configMaps,
      fieldsOf(object: Parameters<NonNullable<typeof configMaps.fieldsOf>>[0]) {
        const data = object['data'];
        if (!isJsonObject(data)) throw new TypeError('no data');
        return { 'data.node': stringAt(data, 'node') };
      },
    };
    const { fixture } = fixtureOf({ shape, triggerField: 'data.node' });
    const [node, all] = [fixture.watch({ fields: 'data.node=one' }), fixture.watch()];
    fixture.put('a/x', { data: { node: 'one' } });
    fixture.put('a/y');
    fixture.endTurn();
    expect([node.told, all.told]).toEqual([
      ['ADDED a/x@2', failed],
      ['ADDED a/x@2', failed],
    ]);
  });
});
