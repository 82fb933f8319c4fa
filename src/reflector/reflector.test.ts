import { describe, expect, test } from 'vitest';
import { Listener } from '../../test/support/reflector-listener.ts';
import { Gate, ScriptedStorage, settled, turns } from '../../test/support/scripted-storage.ts';
import { asRevision } from '../base/revision.ts';
import { StorageError } from '../storage/errors.ts';
import { heldAtMost } from './early-watch.ts';

const stored = (storage: ScriptedStorage) => storage.itemsAt().map(({ key, value }) => [key, value.toString()]);

describe('Reflector', () => {
  test('lists the prefix at one revision, then tells what comes after (K29, K37)', async () => {
    const storage = new ScriptedStorage();
    storage.write(['/r/a', '1'], ['/other', 'x']);
    const listener = new Listener(storage);
    await settled();
    storage.write(['/r/b', '2'], ['/r/a']);
    storage.write(['/other', 'y']);
    storage.write(['/r/c', '3']);
    await settled();
    expect(listener.told).toEqual(['list', 'page 1', 'listed 2', 'events 3', 'events 5']);
    expect([...listener.state()]).toEqual([
      ['/r/b', '2'],
      ['/r/c', '3'],
    ]);
  });

  test('a write between two pages of the list is told by the watch, not by the list', async () => {
    const storage = new ScriptedStorage();
    storage.write(...Array.from({ length: 300 }, (_, i) => [`/r/${String(i).padStart(3, '0')}`, 'old'] as const));
    const gate = storage.holdBackPages();
    const listener = new Listener(storage);
    await turns(3);
    expect(listener.told).toEqual(['list', 'page 250']);
    storage.write(['/r/299', 'new']);
    gate.open();
    await settled();
    expect(listener.told).toEqual(['list', 'page 250', 'page 50', 'listed 2', 'events 3']);
    expect(storage.ranges.map(({ revision }) => revision)).toEqual([undefined, 2]);
    expect(listener.state().get('/r/299')).toBe('new');
  });

  test('a lost watch is resumed after the last revision told, events or progress, without a list', async () => {
    const storage = new ScriptedStorage();
    const listener = new Listener(storage);
    await settled();
    storage.write(['/r/a', '1']);
    await settled();
    storage.pass(5);
    listener.reflector.requestProgress(asRevision(1));
    await settled();
    await storage.compact(asRevision(7));
    storage.cut(new StorageError('unavailable', 'cut'));
    storage.write(['/r/a', '2']);
    await listener.rest();
    expect(listener.told).toEqual(['list', 'page 0', 'listed 1', 'events 2', 'progress 7', 'events 8']);
  });

  test('a watch that ended in good order is resumed, too', async () => {
    const storage = new ScriptedStorage();
    const listener = new Listener(storage);
    await settled();
    storage.cut();
    storage.write(['/r/a', '1']);
    await listener.rest();
    expect(listener.told.at(-1)).toBe('events 2');
  });

  test('a compacted revision leads to a new list', async () => {
    const storage = new ScriptedStorage();
    storage.write(['/r/a', '1']);
    const listener = new Listener(storage);
    await settled();
    storage.cut(new StorageError('unavailable', 'cut'));
    storage.write(['/r/a', '2']);
    storage.write(['/r/a', '3']);
    await storage.compact(asRevision(4));
    await listener.rest();
    expect(listener.told.slice(3)).toEqual(['list', 'page 1', 'listed 4']);
  });

  test('a list whose revision is compacted between two pages begins anew', async () => {
    const storage = new ScriptedStorage();
    storage.write(...Array.from({ length: 300 }, (_, i) => [`/r/${i}`, 'x'] as const));
    const gate = storage.holdBackPages();
    const listener = new Listener(storage);
    await turns(3);
    storage.pass();
    await storage.compact(storage.revision);
    gate.open();
    await listener.rest();
    await turns(3);
    expect(listener.told).toEqual(['list', 'page 250', 'list', 'page 250', 'page 50', 'listed 3']);
  });

  test('a failed page is read again, not the list', async () => {
    const storage = new ScriptedStorage();
    storage.write(...Array.from({ length: 300 }, (_, i) => [`/r/${i}`, 'x'] as const));
    const gate = storage.holdBackPages();
    const listener = new Listener(storage);
    await turns(3);
    storage.failures = 3;
    gate.open();
    await listener.rest();
    expect(listener.told).toEqual(['list', 'page 250', 'page 50', 'listed 2']);
  });

  test('what a backend repeats is told once', async () => {
    const storage = new ScriptedStorage();
    const listener = new Listener(storage);
    await settled();
    storage.write(['/r/a', '1']);
    storage.write(['/r/a', '2']);
    await settled();
    storage.repeats = 2;
    storage.cut(new StorageError('unavailable', 'cut'));
    storage.write(['/r/a', '3']);
    await listener.rest();
    expect(listener.told.slice(3)).toEqual(['events 2', 'events 3', 'events 4']);
  });

  test('pauses grow while nothing answers, up to half a minute, and start over when something does', async () => {
    const storage = new ScriptedStorage();
    storage.failures = 20;
    const listener = new Listener(storage);
    const pauses: number[] = [];
    while (storage.failures > 0) {
      await settled();
      if (storage.failures === 0) break;
      const before = listener.clock.now();
      while (listener.waits > 0) listener.clock.advance(2.5);
      pauses.push(listener.clock.now() - before);
    }
    expect(pauses.slice(0, 4)).toEqual([7.5, 15, 30, 60]);
    expect(Math.max(...pauses)).toBe(22_500);
    await listener.rest();
    storage.write(['/r/a', '1']);
    await settled();
    storage.cut();
    await settled();
    listener.clock.advance(7.5);
    expect(listener.waits).toBe(0);
  });

  test('a watch that was quiet for long counts as a success', async () => {
    const storage = new ScriptedStorage();
    const listener = new Listener(storage);
    await settled();
    for (let day = 0; day < 20; day++) {
      listener.clock.advance(86_400_000);
      storage.cut();
      await settled();
      listener.clock.advance(7.5);
      expect(listener.waits).toBe(0);
      await settled();
    }
  });

  test('a store that went back in time ends it: before the list as before the watch', async () => {
    const storage = new ScriptedStorage(100);
    const listener = new Listener(storage);
    await settled();
    storage.write(['/r/a', '1']);
    await settled();
    storage.rewind(50);
    storage.cut(new StorageError('unavailable', 'cut'));
    await listener.rest();
    expect(listener.error).toMatchObject({ code: 'corrupt' });
    expect(String(listener.error)).toMatch(/went back from revision 101 to 50/);
    expect(listener.reflector.state).toBe('stopped');
  });

  describe.each(['closed', 'dead'] as const)('a store that is %s ends it at once', (code) => {
    const final = () => new StorageError(code, 'scripted');

    test('while it watches', async () => {
      const storage = new ScriptedStorage();
      const listener = new Listener(storage);
      await settled();
      storage.cut(final());
      await settled();
      expect([listener.error, listener.reflector.state]).toMatchObject([{ code }, 'stopped']);
    });

    test('while it lists, and when it would resume', async () => {
      for (const before of ['list', 'resume']) {
        const storage = new ScriptedStorage();
        storage.failure = final;
        if (before === 'list') storage.failures = 1;
        const listener = new Listener(storage);
        await settled();
        if (before === 'resume') {
          storage.cut(new StorageError('unavailable', 'cut'));
          storage.failures = 1;
        }
        await listener.rest();
        expect([before, listener.error, listener.reflector.state]).toMatchObject([before, { code }, 'stopped']);
      }
    });
  });

  test('unsubscribing closes the watch, cancels the pause, and silences what is under way', async () => {
    const storage = new ScriptedStorage();
    const listener = new Listener(storage);
    await settled();
    listener.subscription.unsubscribe();
    storage.write(['/r/a', '1']);
    await settled();
    expect(storage.openWatches).toBe(0);
    expect(listener.told.at(-1)).toBe('listed 1');

    const paused = new Listener(storage);
    storage.failures = 1;
    await settled();
    expect(paused.waits).toBe(1);
    paused.subscription.unsubscribe();
    expect(paused.waits).toBe(0);

    const listing = new Listener(storage);
    while (listing.signals.length === 0) await Promise.resolve();
    listing.subscription.unsubscribe();
    await settled();
    expect(listing.told).toEqual(['list']);
    expect(storage.openWatches).toBe(0);
  });

  test('where the store cannot tell its progress, a fence does: one at a time', async () => {
    const storage = new ScriptedStorage();
    storage.canProgress = false;
    const listener = new Listener(storage);
    await settled();
    storage.pass(3);
    listener.reflector.requestProgress(asRevision(1));
    listener.reflector.requestProgress(asRevision(1));
    await settled();
    expect(listener.told.slice(3)).toEqual(['events 5']);
    listener.reflector.requestProgress(asRevision(1));
    await settled();
    expect(listener.told.slice(3)).toEqual(['events 5', 'events 6']);
    const written = storage.transactions.flatMap(({ operations }) => operations);
    expect(new Set(written.map((put) => (put.type === 'put' ? put.value.toString() : ''))).size).toBe(2);
    expect(written[0]).toMatchObject({ type: 'put', key: '/r/crowsnest/fence' });
  });

  describe('with a past to replay', () => {
    /** Revisions 2 to 11: `/r/0` to `/r/9`. */
    const tenWrites = () => {
      const storage = new ScriptedStorage();
      for (let i = 0; i < 10; i++) storage.write([`/r/${i}`, `${i}`]);
      return storage;
    };

    test('lists as of then, says where the store is, and tells what came since', async () => {
      const listener = new Listener(tenWrites(), 3);
      await settled();
      expect(listener.told).toEqual(['list', 'page 7', 'listed 8', 'events 9', 'events 10', 'events 11']);
      expect(listener.signals[2]).toEqual({ type: 'listed', revision: 8, present: 11 });
      expect(listener.storage.ranges).toMatchObject([{ revision: 8 }]);
      expect([...listener.state()]).toEqual(stored(listener.storage));
    });

    test('goes back no further than the store remembers, or than its first revision', async () => {
      const storage = tenWrites();
      await storage.compact(asRevision(10));
      const compacted = new Listener(storage, 5);
      const whole = new Listener(tenWrites(), 5_000);
      await settled();
      expect(compacted.told).toEqual(['list', 'page 9', 'listed 10', 'events 11']);
      expect(whole.told.slice(0, 4)).toEqual(['list', 'page 0', 'listed 1', 'events 2']);
    });

    test('lists the present when there is nothing between', async () => {
      const listener = new Listener(new ScriptedStorage(), 5);
      await settled();
      expect(listener.signals.at(-1)).toEqual({ type: 'listed', revision: 1, present: 1 });
    });

    test('asks again when the store does not answer, and lists the present when it forgot the past', async () => {
      const storage = tenWrites();
      storage.failures = 1;
      const listener = new Listener(storage, 3);
      let forget: (() => Promise<void>) | undefined = () => storage.compact(storage.revision);
      storage.beforeRead = async () => {
        await forget?.();
        forget = undefined;
      };
      await listener.rest();
      expect(listener.told).toEqual(['list', 'list', 'page 10', 'listed 11']);
      expect(listener.signals.at(-1)).toMatchObject({ present: 11 });
    });

    /** One whose list takes until the gate is opened, beside what is written meanwhile. */
    const listing = async () => {
      const storage = tenWrites();
      const gate = new Gate();
      storage.beforeAnswer = () => gate.passed;
      const listener = new Listener(storage, 3);
      await settled();
      expect([listener.reflector.state, storage.openWatches]).toEqual(['listing', 1]);
      return { storage, listener, gate };
    };

    test('watches while it lists, and tells what that said when the list is told', async () => {
      const { storage, listener, gate } = await listing();
      storage.write(['/r/0', 'meanwhile']);
      await settled();
      expect(listener.told).toEqual(['list']);
      gate.open();
      await settled();
      storage.write(['/r/0', 'after']);
      await settled();
      const events = [9, 10, 11, 12, 13].map((revision) => `events ${revision}`);
      expect(listener.told).toEqual(['list', 'page 7', 'listed 8', ...events]);
      expect(storage.openWatches).toBe(1);
    });

    test('opens the watch anew when it ended while it was listing, or had more to hold than is held', async () => {
      const ended = await listing();
      ended.storage.cut(new StorageError('unavailable', 'cut'));
      const flooded = await listing();
      for (let i = 0; i <= heldAtMost.calls; i++) flooded.storage.write(['/r/0', String(i)]);
      for (const { storage, listener, gate } of [ended, flooded]) {
        await settled();
        expect(storage.openWatches).toBe(0);
        gate.open();
        await settled();
        const revisions = Array.from({ length: storage.revision - 8 }, (_, i) => `events ${9 + i}`);
        expect(listener.told).toEqual(['list', 'page 7', 'listed 8', ...revisions]);
      }
    });

    test('has no watch open while it waits to list again, or once it is stopped', async () => {
      const storage = tenWrites();
      storage.beforeAnswer = () => Promise.reject(new StorageError('unavailable', 'scripted'));
      const failed = new Listener(storage, 3);
      await settled();
      expect([failed.reflector.state, storage.openWatches]).toEqual(['resting', 0]);
      const stopped = await listing();
      stopped.listener.subscription.unsubscribe();
      await settled();
      expect(stopped.storage.openWatches).toBe(0);
    });

    test('a later list is of the present', async () => {
      const storage = tenWrites();
      const listener = new Listener(storage, 3);
      await settled();
      storage.cut(new StorageError('unavailable', 'cut'));
      storage.write(['/r/0']);
      storage.write(['/r/0', 'again']);
      await storage.compact(storage.revision);
      await listener.rest();
      expect(listener.told.slice(6)).toEqual(['list', 'page 10', 'listed 13']);
    });
  });

  test('waiting for a revision does not bring it about: no fence before the store is there', async () => {
    const storage = new ScriptedStorage();
    storage.canProgress = false;
    const listener = new Listener(storage);
    await settled();
    storage.pass(3);
    listener.reflector.requestProgress(asRevision(storage.revision + 1));
    await settled();
    expect(storage.transactions).toEqual([]);
    listener.reflector.requestProgress(storage.revision);
    await settled();
    expect(storage.transactions).toHaveLength(1);
  });

  test('somebody who waits ends a pause, however long it has become', async () => {
    const storage = new ScriptedStorage();
    const listener = new Listener(storage);
    await settled();
    storage.failures = 20;
    storage.cut(new StorageError('unavailable', 'down'));
    await settled();
    while (storage.failures > 0) {
      listener.clock.advance(60_000);
      await settled();
    }
    const awaited = storage.write(['/r/a', '1']);
    await settled();
    expect([listener.reflector.state, listener.waits]).toEqual(['pausing', 1]);
    listener.reflector.requestProgress(awaited);
    await settled();
    expect(listener.told.at(-1)).toBe(`events ${awaited}`);
    expect(listener.waits).toBe(0);
  });

  test('a fence that fails does not keep the next one away', async () => {
    const storage = new ScriptedStorage();
    storage.canProgress = false;
    const listener = new Listener(storage);
    await settled();
    storage.failures = 1;
    listener.reflector.requestProgress(asRevision(1));
    await settled();
    listener.reflector.requestProgress(asRevision(1));
    await settled();
    expect(listener.told.at(-1)).toBe('events 2');
  });
});
