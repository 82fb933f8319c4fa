import fc from 'fast-check';
import { expect, test } from 'vitest';
import { broken, type Change } from '../../test/model/guarantees.ts';
import { Listener } from '../../test/support/reflector-listener.ts';
import { ScriptedStorage, settled, turns } from '../../test/support/scripted-storage.ts';
import { asRevision } from '../base/revision.ts';
import { StorageError } from '../storage/errors.ts';
import type { KeyEvent } from '../storage/storage.ts';

const changeOf = (event: KeyEvent, revision: number): Change =>
  event.type === 'put'
    ? { revision, key: event.kv.key, what: event.kv.value.toString() }
    : { revision, key: event.key, what: 'delete' };

const stored = (storage: ScriptedStorage) => storage.itemsAt().map(({ key, value }) => [key, value.toString()]);

type Deed =
  | { do: 'put'; key: string }
  | { do: 'delete'; key: string }
  | { do: 'cut' | 'end' | 'compact' | 'progress' | 'settle' | 'pass' }
  | { do: 'fail'; reads: number }
  | { do: 'repeat'; commits: number }
  | { do: 'wait'; ms: number };

const key = fc.constantFrom('/r/a', '/r/b', '/r/c', '/r/d', '/elsewhere');
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), key }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('cut', 'end', 'compact', 'progress', 'pass') }) },
  { weight: 4, arbitrary: fc.constant({ do: 'settle' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const), reads: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), commits: fc.nat({ max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 20, 50_000) }) },
);

/** What is in the store before, how much of it is replayed, and how long a page takes. */
const start = fc.record({
  past: fc.nat({ max: 6 }),
  replay: fc.constantFrom(0, 3, 100),
  pageTurns: fc.constantFrom(0, 1, 3),
});

async function perform(listener: Listener, deed: Deed, value: string): Promise<void> {
  const { storage, clock, reflector } = listener;
  switch (deed.do) {
    case 'put':
      storage.write([deed.key, value]);
      break;
    case 'delete':
      storage.write([deed.key]);
      break;
    case 'cut':
      storage.cut(new StorageError('unavailable', 'cut'));
      break;
    case 'end':
      storage.cut();
      break;
    case 'compact':
      await storage.compact(storage.revision);
      break;
    case 'progress':
      reflector.requestProgress(asRevision(1));
      break;
    case 'pass':
      storage.pass();
      break;
    case 'settle':
      await settled();
      break;
    case 'fail':
      storage.failures = deed.reads;
      break;
    case 'repeat':
      storage.repeats = deed.commits;
      break;
    case 'wait':
      clock.advance(deed.ms);
      break;
    default:
      deed satisfies never;
  }
}

test('Reflector: whatever happens to the store, what is told is the store, and each stretch is a correct watch', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 40 }), start, async (deeds, { past, replay, pageTurns }) => {
      const storage = new ScriptedStorage();
      for (let i = 0; i < past; i++) storage.write([`/r/${'abcd'[i % 4]}`, `past ${i}`]);
      storage.beforeRead = () => turns(pageTurns);
      const listener = new Listener(storage, replay);
      for (const [i, deed] of deeds.entries()) await perform(listener, deed, String(i));
      storage.beforeRead = () => undefined;
      await turns(pageTurns);
      await listener.rest();
      const under = (entries: string[][]) => entries.filter(([name]) => name?.startsWith('/r/'));
      expect(listener.state()).toEqual(new Map(under(stored(storage)) as [string, string][]));

      const writes = storage.commits.flatMap(({ revision, events }) => events.map((e) => changeOf(e, revision)));
      const seen = writes.filter((write) => write.key.startsWith('/r/'));
      let from: number | undefined;
      let batches: Change[][] = [];
      let bookmarks: { after: number; revision: number }[] = [];
      const check = () => {
        if (from !== undefined) expect(broken({ from, batches, bookmarks }, seen)).toEqual([]);
      };
      for (const signal of listener.signals) {
        if (signal.type === 'listed') {
          check();
          expect(signal.revision).toBeGreaterThanOrEqual(from ?? 0);
          from = signal.revision;
          batches = [];
          bookmarks = [];
        } else if (signal.type === 'events') {
          batches.push(signal.events.map((event) => changeOf(event, signal.revision)));
        } else if (signal.type === 'progress') {
          bookmarks.push({ after: batches.length, revision: signal.revision });
        }
      }
      check();
      listener.subscription.unsubscribe();
      expect(listener.waits).toBe(0);
    }),
    { numRuns: 300 },
  );
});
