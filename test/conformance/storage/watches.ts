import { describe, expect, test } from 'vitest';
import { asRevision, noRevision, type Revision } from '../../../src/base/revision.ts';
import { broken, type Change } from '../../model/guarantees.ts';
import { bytes, changes, del, needs, next, put, type StorageBed, write } from './bed.ts';
import { WatchRecorder } from './watch-recorder.ts';

export function describeWatches({ fresh, capabilities }: StorageBed): void {
  describe('watches', () => {
    test('a watch from an old revision replays what came after it and goes on', async () => {
      const { storage, at } = await fresh();
      const from = await write(storage, put(`${at}a`, '1'));
      const second = await write(storage, put(`${at}a`, '2'));
      const watch = new WatchRecorder(from);
      storage.watch(at, from, watch);
      await watch.reached(second);
      const third = await write(storage, del(`${at}a`));
      await watch.reached(third);
      expect(watch.keyEvents).toEqual([
        { type: 'put', kv: { key: `${at}a`, value: bytes('2'), createRevision: from, modRevision: second } },
        { type: 'delete', key: `${at}a`, modRevision: third },
      ]);
    });

    test('a watch from the current revision replays nothing', async () => {
      const { storage, at } = await fresh();
      const from = await write(storage, put(`${at}a`, '1'));
      const watch = new WatchRecorder(from);
      storage.watch(at, from, watch);
      const revision = await write(storage, put(`${at}b`, '1'));
      await watch.reached(revision);
      expect(watch.record.batches).toEqual([[{ revision, key: `${at}b`, what: 'put 1' }]]);
    });

    test('a watch after a revision in the future is silent until it has passed', async () => {
      const { storage, at } = await fresh();
      const after = next(await storage.currentRevision(), 3);
      const watch = new WatchRecorder(after);
      storage.watch(at, after, watch);
      let revision = noRevision;
      for (const value of ['1', '2', '3', '4', '5']) revision = await write(storage, put(`${at}a`, value));
      await watch.reached(revision);
      expect(watch.record.batches.flat().map(({ what }) => what)).toEqual(['put 4', 'put 5']);
      expect(watch.ends).toEqual([]);
    });

    test('a prefix is a string: its neighbours are not watched', async () => {
      const { storage, at } = await fresh();
      const from = await storage.currentRevision();
      const watch = new WatchRecorder(from);
      storage.watch(`${at}pods/`, from, watch);
      await write(storage, put(`${at}pods-x/a`, '1'), put(`${at}pods.x/a`, '1'), put(`${at}pods0`, '1'));
      const revision = await write(storage, put(`${at}pods`, '1'), put(`${at}pods/a`, '1'), put(`${at}podz`, '1'));
      await watch.reached(revision);
      expect(watch.record.batches).toEqual([[{ revision, key: `${at}pods/a`, what: 'put 1' }]]);
    });

    test('a transaction of several keys comes as one batch, live and replayed', async () => {
      const { storage, at } = await fresh();
      const from = await write(storage, put(`${at}c`, '1'));
      const live = new WatchRecorder(from);
      storage.watch(at, from, live);
      const operations = [put(`${at}b`, '1'), del(`${at}c`), put(`${at}a`, '1'), del(`${at}nothing`)];
      const revision = await write(storage, ...operations);
      const replayed = new WatchRecorder(from);
      storage.watch(at, from, replayed);
      await live.reached(revision);
      await replayed.reached(revision);
      const batch = changes(revision, operations.slice(0, 3));
      expect([live.record.batches, replayed.record.batches]).toEqual([[batch], [batch]]);
    });

    test('watches begun anywhere among concurrent writers keep every guarantee', async () => {
      const { storage, at } = await fresh();
      const from = await storage.currentRevision();
      const written: Change[] = [];
      const watches: WatchRecorder[] = [];
      const start = (prefix: string, after: Revision) => {
        const watch = new WatchRecorder(after);
        watches.push(watch);
        storage.watch(prefix, after, watch);
      };
      start(at, from);
      start(`${at}0/`, from);
      start(at, next(from, 40));

      const writer = async (id: number) => {
        for (let i = 0; i < 30; i += 1) {
          const shared = `${at}shared`;
          const { kv } = await storage.get(shared);
          const own = `${at}${id}/${i % 4}`;
          const last = i % 5 === 4;
          const operations = [last ? del(own) : put(own, `${id}.${i}`), put(shared, `${id} was here ${i}`)];
          const compare = [{ key: shared, modRevision: kv?.modRevision ?? noRevision }];
          const existed = last && (await storage.get(own)).kv !== undefined;
          const result = await storage.transact({ compare, operations });
          if (result.succeeded) {
            written.push(...changes(result.revision, last && !existed ? operations.slice(1) : operations));
          }
          if (id === 0 && i % 6 === 0) start(at, from);
          if (id === 0 && i % 6 === 3) start(at, result.revision);
        }
      };
      await Promise.all(Array.from({ length: 8 }, (_, id) => writer(id)));
      const last = await write(storage, put(`${at}shared`, 'end'), put(`${at}0/0`, 'end'));
      written.push(...changes(last, [put(`${at}shared`, 'end'), put(`${at}0/0`, 'end')]));
      written.sort((a, b) => a.revision - b.revision);

      for (const watch of watches) {
        await watch.reached(last);
        const due = watch === watches[1] ? written.filter(({ key }) => key.startsWith(`${at}0/`)) : written;
        expect(broken(watch.record, due)).toEqual([]);
        expect(watch.faults).toEqual([]);
      }
      expect(written.length).toBeGreaterThan(60);
    });

    test('a long history is replayed whole while writers go on', async () => {
      const { storage, at } = await fresh();
      const from = await storage.currentRevision();
      const written: Change[] = [];
      const batch = async (i: number) => {
        const operations = Array.from({ length: 20 }, (_, k) => put(`${at}${k}`, `${i}.${k}`));
        written.push(...changes(await write(storage, ...operations), operations));
      };
      for (let i = 0; i < 150; i += 1) await batch(i);
      const watch = new WatchRecorder(from);
      storage.watch(at, from, watch);
      for (let i = 150; i < 200; i += 1) await batch(i);
      await watch.reached(written.at(-1)?.revision ?? 0);
      expect(broken(watch.record, written)).toEqual([]);
      expect(watch.record.batches).toHaveLength(200);
    }, 60_000);

    test('a watch resumed after the last revision seen misses nothing and repeats nothing', async () => {
      const { storage, at } = await fresh();
      const from = await storage.currentRevision();
      const first = new WatchRecorder(from);
      const watch = storage.watch(at, from, first);
      const seen = await write(storage, put(`${at}a`, '1'));
      await first.reached(seen);
      watch.close();
      await first.ended();
      const missed = [put(`${at}a`, '2'), put(`${at}b`, '1')];
      const written = changes(await write(storage, ...missed), missed);
      const second = new WatchRecorder(first.lastRevision);
      storage.watch(at, asRevision(first.lastRevision), second);
      await second.reached(written[0]?.revision ?? 0);
      expect(broken(second.record, written)).toEqual([]);
      expect(first.record.batches).toHaveLength(1);
    });

    test('the sink hears nothing before watch returns', async () => {
      const { storage, at } = await fresh();
      const from = await storage.currentRevision();
      const last = await write(storage, put(`${at}a`, '1'));
      const watch = new WatchRecorder(from);
      storage.watch(at, from, watch);
      expect(watch.record.batches).toEqual([]);
      await watch.reached(last);
    });

    test('a closed watch ends once, without error, and hears nothing more', async () => {
      const { storage, at } = await fresh();
      const from = await storage.currentRevision();
      const closed = new WatchRecorder(from);
      const watch = storage.watch(at, from, closed);
      const other = new WatchRecorder(from);
      storage.watch(at, from, other);
      const first = await write(storage, put(`${at}a`, '1'));
      await closed.reached(first);
      watch.close();
      watch.close();
      expect(await closed.ended()).toBeUndefined();
      const second = await write(storage, put(`${at}a`, '2'));
      await other.reached(second);
      watch.close();
      expect(closed.record.batches).toHaveLength(1);
      expect([closed.ends, closed.faults, other.ends]).toEqual([[undefined], [], []]);
    });

    test('a sink may close its watch: it ends when the call has returned', async () => {
      const { storage, at } = await fresh();
      const from = await storage.currentRevision();
      const calls: string[] = [];
      const ended = new Promise<void>((resolve) => {
        const watch = storage.watch(at, from, {
          events(revision) {
            calls.push(`events ${revision} begin`);
            watch.close();
            calls.push(`events ${revision} return`);
          },
          progress() {},
          end(error) {
            calls.push(`end ${String(error)}`);
            resolve();
          },
        });
      });
      const revision = await write(storage, put(`${at}a`, '1'));
      await write(storage, put(`${at}a`, '2'));
      await ended;
      expect(calls).toEqual([`events ${revision} begin`, `events ${revision} return`, 'end undefined']);
    });

    needs(capabilities.progress, 'a progress tells how far the whole store is, after its events', async () => {
      const { storage, at } = await fresh();
      expect(storage.canProgress).toBe(true);
      const from = await storage.currentRevision();
      const recorder = new WatchRecorder(from);
      const watch = storage.watch(`${at}seen/`, from, recorder);
      const seen = await write(storage, put(`${at}seen/a`, '1'));
      await recorder.reached(seen);
      const elsewhere = await write(storage, put(`${at}elsewhere`, '1'));
      watch.requestProgress();
      await recorder.until(() => recorder.progressed >= elsewhere);
      expect(broken(recorder.record, [{ revision: seen, key: `${at}seen/a`, what: 'put 1' }])).toEqual([]);
    });

    needs(capabilities.progress, 'progress among concurrent writers is never ahead of the events', async () => {
      const { storage, at } = await fresh();
      const from = await storage.currentRevision();
      const recorder = new WatchRecorder(from);
      const watch = storage.watch(at, from, recorder);
      const written: Change[] = [];
      const writer = async (id: number) => {
        for (let i = 0; i < 20; i += 1) {
          const operations = [put(`${at}${id}`, `${i}`)];
          written.push(...changes(await write(storage, ...operations), operations));
          watch.requestProgress();
        }
      };
      await Promise.all([0, 1, 2, 3].map(writer));
      written.sort((a, b) => a.revision - b.revision);
      watch.requestProgress();
      await recorder.until(() => recorder.progressed >= (written.at(-1)?.revision ?? 0));
      expect(broken(recorder.record, written)).toEqual([]);
    });
  });
}
