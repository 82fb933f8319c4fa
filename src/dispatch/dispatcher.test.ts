import { describe, expect, test } from 'vitest';
import { DispatchFixture, labelled } from '../../test/support/dispatch.ts';
import { configMaps } from '../../test/support/watch-cache.ts';
import { jsonView } from '../encoding/json-view.ts';
import { objectAt, stringAt } from '../machinery/json-value.ts';
import type { View } from './view.ts';

/** The plain view, counting how often it makes a frame. */
function countingView(): View & { made: number } {
  const plain = jsonView(configMaps);
  const view = {
    ...plain,
    made: 0,
    event(...args: Parameters<View['event']>) {
      view.made++;
      return plain.event(...args);
    },
  };
  return view;
}

const nodeShape = {
  ...configMaps,
  fieldsOf: (object: Parameters<NonNullable<typeof configMaps.fieldsOf>>[0]) => ({
    'data.node': stringAt(objectAt(object, 'data'), 'node'),
  }),
};
const onNode = (node: string) => ({ data: { node } });

describe('dispatch: what a watch is told', () => {
  test('create, update and delete are ADDED, MODIFIED and DELETED; a deletion carries its own revision (WT1, WT10)', () => {
    const fixture = new DispatchFixture();
    const sink = fixture.watch();
    fixture.put('a/x', { data: { v: '1' } });
    fixture.put('a/x', { data: { v: '2' } });
    fixture.delete('a/x');
    fixture.endTurn();
    expect(sink.told).toEqual(['ADDED a/x@2', 'MODIFIED a/x@3', 'DELETED a/x@4']);
    expect(sink.events[2]?.object['data']).toEqual({ v: '2' });
  });

  test('entering a label selector is ADDED, leaving it is DELETED with the previous object at the new revision (WT1, K23)', () => {
    const fixture = new DispatchFixture();
    const sink = fixture.watch({ labels: 'app=web' });
    fixture.put('a/x', labelled({ app: 'db' }));
    fixture.put('a/x', labelled({ app: 'web', v: '1' }));
    fixture.put('a/x', labelled({ app: 'web', v: '2' }));
    fixture.put('a/x', labelled({ app: 'db' }));
    fixture.put('a/x', labelled({ app: 'db', v: '3' }));
    fixture.delete('a/x');
    fixture.put('a/y', labelled({ app: 'web' }));
    fixture.delete('a/y');
    fixture.endTurn();
    expect(sink.told).toEqual(['ADDED a/x@3', 'MODIFIED a/x@4', 'DELETED a/x@5', 'ADDED a/y@8', 'DELETED a/y@9']);
    expect(sink.events[2]?.object.metadata.labels).toEqual({ app: 'web', v: '2' });
  });

  test('each scope gets its own: everything, a namespace, a name in it, a name anywhere (WT14)', () => {
    const fixture = new DispatchFixture();
    const all = fixture.watch();
    const namespace = fixture.watch({ namespace: 'a' });
    const object = fixture.watch({ namespace: 'a', name: 'x' });
    const byName = fixture.watch({ fields: 'metadata.name=x' });
    const byNamespace = fixture.watch({ fields: 'metadata.namespace=b' });
    for (const path of ['a/x', 'a/y', 'b/x', 'b/y']) fixture.put(path);
    fixture.endTurn();
    expect(all.told).toEqual(['ADDED a/x@2', 'ADDED a/y@3', 'ADDED b/x@4', 'ADDED b/y@5']);
    expect(namespace.told).toEqual(['ADDED a/x@2', 'ADDED a/y@3']);
    expect(object.told).toEqual(['ADDED a/x@2']);
    expect(byName.told).toEqual(['ADDED a/x@2', 'ADDED b/x@4']);
    expect(byNamespace.told).toEqual(['ADDED b/x@4', 'ADDED b/y@5']);
  });

  test('a field selector that contradicts the path matches nothing (WT14)', () => {
    const fixture = new DispatchFixture();
    const sinks = [
      fixture.watch({ namespace: 'a', name: 'x', fields: 'metadata.name=y' }),
      fixture.watch({ namespace: 'a', fields: 'metadata.namespace=b' }),
    ];
    for (const path of ['a/x', 'a/y', 'b/x']) fixture.put(path);
    fixture.endTurn();
    expect(sinks.map(({ told }) => told)).toEqual([[], []]);
  });

  test('a field selector on the trigger field is told of objects that come to and leave its value (WT13)', () => {
    const fixture = new DispatchFixture({ shape: nodeShape, triggerField: 'data.node' });
    const one = fixture.watch({ fields: 'data.node=one' });
    const two = fixture.watch({ fields: 'data.node=two', namespace: 'a' });
    fixture.put('a/x', onNode('one'));
    fixture.put('a/x', onNode('two'));
    fixture.put('b/y', onNode('two'));
    fixture.delete('a/x');
    fixture.endTurn();
    expect(one.told).toEqual(['ADDED a/x@2', 'DELETED a/x@3']);
    expect(two.told).toEqual(['ADDED a/x@3', 'DELETED a/x@5']);
  });

  test('a cluster-scoped resource is watched by name and as a whole', () => {
    const shape = { ...configMaps, kind: 'Thing', keyPrefix: '/registry/things/', namespaced: false };
    const fixture = new DispatchFixture({ shape, listed: [['x'], ['y']] });
    const all = fixture.watch({ from: 'state' });
    const one = fixture.watch({ name: 'x', from: 'state' });
    fixture.endTurn();
    fixture.put('x');
    fixture.endTurn();
    expect(all.told).toEqual(['ADDED /x@1', 'ADDED /y@1', 'MODIFIED /x@2']);
    expect(one.told).toEqual(['ADDED /x@1', 'MODIFIED /x@2']);
  });
});

describe('dispatch: what is shared', () => {
  test('a turn of events is one write, and the same batch for every live member (K15)', () => {
    const fixture = new DispatchFixture();
    const [one, two] = [fixture.watch(), fixture.watch()];
    fixture.put('a/x');
    fixture.put('a/y');
    expect(one.writes).toEqual([]);
    fixture.endTurn();
    expect(one.writes).toEqual([2]);
    expect(two.batches[0]).toBe(one.batches[0]);
  });

  test('a frame is made once per event and view, however many cohorts want it, and the bytes are shared (K15)', () => {
    const fixture = new DispatchFixture();
    const view = countingView();
    const sinks = [{}, { namespace: 'a' }, { name: 'x' }, { labels: 'app=web' }].map((options) =>
      fixture.watch({ ...options, view }),
    );
    expect(fixture.dispatcher.counts.cohorts).toBe(4);
    fixture.put('a/x', labelled({ app: 'web' }));
    fixture.endTurn();
    expect(sinks.map(({ told }) => told)).toEqual(sinks.map(() => ['ADDED a/x@2']));
    expect(view.made).toBe(1);
    expect(new Set(sinks.map(({ batches }) => batches[0]?.frames[0])).size).toBe(1);
    fixture.delete('a/x');
    fixture.endTurn();
    expect(view.made).toBe(2);
  });

  test('nothing is made for an event that only lagging watchers, or none, will want', () => {
    const fixture = new DispatchFixture();
    const view = countingView();
    fixture.watch({ namespace: 'b', view });
    const slow = fixture.watch({ view });
    slow.stall();
    fixture.put('a/x');
    fixture.endTurn();
    expect([slow.blocked, view.made]).toEqual([true, 1]);
    fixture.put('a/x');
    fixture.put('a/y');
    fixture.endTurn();
    expect(view.made).toBe(1);
  });

  test('the path and the field selector of the same object share a cohort; other views do not', () => {
    const fixture = new DispatchFixture();
    fixture.watch({ namespace: 'a', name: 'x' });
    fixture.watch({ namespace: 'a', fields: 'metadata.name=x' });
    fixture.watch({ fields: 'metadata.name=x,metadata.namespace=a' });
    expect(fixture.dispatcher.counts).toMatchObject({ watchers: 3, cohorts: 1, views: 1 });
    fixture.watch({ namespace: 'a', name: 'x', view: { ...jsonView(configMaps), id: 'other' } });
    expect(fixture.dispatcher.counts).toMatchObject({ watchers: 4, cohorts: 2, views: 2 });
  });

  test('a large turn is sent in several writes instead of one giant one', () => {
    const limits = {
      flushBytes: 1_000_000,
      flushFrames: 10,
      gatherMs: 0,
      gatherBytes: 1,
      pieceBytes: 4096,
      pieceEvents: 4,
      turnBytes: 65_536,
      stateBytes: 65_536,
    };
    const fixture = new DispatchFixture({ limits });
    const sink = fixture.watch();
    for (let n = 0; n < 25; n++) fixture.put(`a/x${n}`);
    expect(sink.writes).toEqual([10, 10]);
    fixture.endTurn();
    expect(sink.writes).toEqual([10, 10, 5]);
  });

  test('a view whose first frame differs is given it once, by event, bookmark or state', () => {
    const plain = jsonView(configMaps);
    const view: View = {
      ...plain,
      id: 'table',
      firstDiffers: true,
      event: (type, object, first) => Buffer.from(`${first ? 'columns ' : ''}${type} ${object.revision}\n`),
      bookmark: (revision, end, first) => Buffer.from(`${first ? 'columns ' : ''}BOOKMARK ${revision} ${end}\n`),
    };
    const fixture = new DispatchFixture({ listed: [['a/w']] });
    const texts: string[][] = [];
    const open = (options: Parameters<DispatchFixture['spec']>[0]) => {
      const text: string[] = [];
      texts.push(text);
      const write = (batch: { readonly body: Buffer }) => text.push(...batch.body.toString().trim().split('\n')) > 0;
      fixture.dispatcher.open(fixture.spec({ ...options, view }), () => ({ write, end() {} }));
    };
    open({});
    fixture.put('a/x');
    fixture.put('a/x');
    fixture.endTurn();
    open({});
    open({ bookmarks: true, timeoutMs: 4000 });
    open({ from: 1 });
    open({ from: 'state', bookmarks: true, initialEventsEnd: true });
    open({ name: 'none', from: 'state', bookmarks: true, initialEventsEnd: true });
    fixture.clock.advance(2000);
    fixture.put('a/x');
    fixture.endTurn();
    expect(texts).toEqual([
      ['columns ADDED 2', 'MODIFIED 3', 'MODIFIED 4'],
      ['columns MODIFIED 4'],
      ['columns BOOKMARK 3 false', 'MODIFIED 4'],
      ['columns ADDED 2', 'MODIFIED 3', 'MODIFIED 4'],
      ['columns ADDED 1', 'ADDED 3', 'BOOKMARK 3 true', 'MODIFIED 4'],
      ['columns BOOKMARK 3 true'],
    ]);
  });
});

describe('dispatch: several events in history before the first is dispatched', () => {
  test('a relist reaches live watchers in order, and one that lags exactly once', () => {
    const fixture = new DispatchFixture();
    const live = fixture.watch();
    const slow = fixture.watch();
    slow.stall();
    for (const path of ['a/x', 'a/y', 'a/z']) fixture.put(path);
    fixture.endTurn();
    const listed = fixture.cache.snapshot();
    const kept = ['a/x', 'a/z'].map((path) => listed.get(configMaps.keyPrefix + path)!);
    slow.drain();
    fixture.relist(kept, 9);
    fixture.put('a/w');
    fixture.endTurn();
    const want = ['ADDED a/x@2', 'ADDED a/y@3', 'ADDED a/z@4', 'DELETED a/y@5', 'ADDED a/w@10'];
    expect([live.told, slow.told]).toEqual([want, want]);
  });

  test('of deletions at one revision all but the last show the revision before, live and from history alike', () => {
    const fixture = new DispatchFixture({ listed: [['a/x'], ['a/y'], ['b/z']] });
    const live = fixture.watch();
    const narrow = fixture.watch({ namespace: 'a' });
    fixture.progress();
    fixture.transact([
      ['a/x', undefined],
      ['a/y', undefined],
      ['b/z', undefined],
    ]);
    fixture.endTurn();
    const again = fixture.watch({ from: 2 });
    fixture.endTurn();
    const want = ['DELETED a/x@2', 'DELETED a/y@2', 'DELETED b/z@3'];
    expect([live.told, again.told, narrow.told]).toEqual([want, want, want.slice(0, 2)]);
  });

  test('of a revision in which something was put every event behind that shows it', () => {
    const fixture = new DispatchFixture({ listed: [['a/x'], ['a/y'], ['a/z']] });
    const live = fixture.watch();
    fixture.transact([
      ['a/x', undefined],
      ['a/w', {}],
      ['a/y', undefined],
      ['a/z', undefined],
    ]);
    fixture.endTurn();
    const want = ['DELETED a/x@1', 'ADDED a/w@2', 'DELETED a/y@2', 'DELETED a/z@2'];
    const [again, resumed] = [fixture.watch({ from: 1 }), fixture.watch({ from: 2 })];
    fixture.endTurn();
    expect([live.told, again.told, resumed.told]).toEqual([want, want, want.slice(2)]);
  });

  test('who waits for a revision that another replica has shown is told what comes behind a put in it', () => {
    const fixture = new DispatchFixture();
    const [waiting, later] = [fixture.watch({ from: 2 }), fixture.watch({ from: 3 })];
    fixture.transact([
      ['a/x', {}],
      ['a/y', {}],
    ]);
    fixture.put('a/z');
    fixture.put('a/w');
    fixture.endTurn();
    expect(waiting.told).toEqual(['ADDED a/y@2', 'ADDED a/z@3', 'ADDED a/w@4']);
    expect(later.told).toEqual(['ADDED a/w@4']);
  });

  test('an event that history does not have is refused', () => {
    const fixture = new DispatchFixture();
    fixture.put('a/x');
    const event = fixture.cache.history.at(fixture.cache.history.endIndex - 1);
    expect(() => fixture.dispatcher.dispatch(event)).toThrow('event 2 is not in history');
  });
});
