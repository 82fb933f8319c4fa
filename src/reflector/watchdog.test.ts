import { describe, expect, test } from 'vitest';
import { Listener } from '../../test/support/reflector-listener.ts';
import { ScriptedStorage, settled } from '../../test/support/scripted-storage.ts';
import { answerMs, askAgainMs, quietMs } from './watchdog.ts';

/** The most that passes between the last thing heard and the next watch. */
const patienceMs = 2 * quietMs + answerMs;

async function pass(listener: Listener, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += askAgainMs) {
    listener.clock.advance(askAgainMs);
    await settled();
  }
}

describe('a watch that says nothing more', () => {
  test.each([true, false])(
    'is replaced, and nothing is lost or repeated (a store that tells progress: %s)',
    async (can) => {
      const storage = new ScriptedStorage();
      storage.canProgress = can;
      const listener = new Listener(storage);
      await settled();
      storage.write(['/r/a', '1']);
      await settled();
      storage.silence();
      storage.write(['/r/a', '2'], ['/r/b', '1']);
      storage.write(['/r/b']);
      await pass(listener, patienceMs);
      await listener.rest();
      expect(listener.told.slice(2, 6)).toEqual(['listed 1', 'events 2', 'events 3', 'events 4']);
      expect(new Set(listener.told).size).toBe(listener.told.length);
      expect(storage.openWatches).toBe(1);
      storage.write(['/r/c', '1']);
      await settled();
      expect([...listener.state()].filter(([key]) => !key.includes('fence'))).toEqual([
        ['/r/a', '2'],
        ['/r/c', '1'],
      ]);
    },
  );

  test('is not replaced while it answers: a store to which nobody writes is left in peace', async () => {
    for (const can of [true, false]) {
      const storage = new ScriptedStorage();
      storage.canProgress = can;
      let opened = 0;
      const watch = storage.watch.bind(storage);
      storage.watch = (...args) => {
        opened++;
        return watch(...args);
      };
      const listener = new Listener(storage);
      await settled();
      await pass(listener, 20 * patienceMs);
      expect([opened, listener.waits, storage.transactions.length]).toEqual([1, 0, 0]);
      // Others write, elsewhere: where progress cannot be asked for, that is when a fence is needed.
      storage.pass(3);
      await pass(listener, 20 * patienceMs);
      expect([opened, listener.waits, storage.transactions.length]).toEqual([1, 0, can ? 0 : 1]);
    }
  });

  test('is not replaced for a fence that could not be written', async () => {
    const storage = new ScriptedStorage();
    storage.canProgress = false;
    const listener = new Listener(storage);
    await settled();
    storage.pass(3);
    storage.failures = 1_000;
    await pass(listener, 3 * patienceMs);
    expect([listener.reflector.state, storage.openWatches]).toEqual(['watching', 1]);
  });

  test('and is replaced by another that says nothing is replaced again', async () => {
    const storage = new ScriptedStorage();
    const listener = new Listener(storage);
    await settled();
    for (let revision = 2; revision < 5; revision++) {
      storage.silence();
      storage.write(['/r/a', `${revision}`]);
      await pass(listener, patienceMs);
      await listener.rest();
      expect(listener.told.at(-1)).toBe(`events ${revision}`);
    }
  });
});
