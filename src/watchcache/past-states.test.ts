import { describe, expect, test } from 'vitest';
import { storedObject } from '../../test/support/watch-cache.ts';
import { OrderedMap } from '../base/ordered-map.ts';
import { asRevision } from '../base/revision.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import { defaultHistoryOptions, History, type HistoryOptions } from './history.ts';
import { defaultPastStatesOptions, PastStates, type PastStatesOptions } from './past-states.ts';

/** One object that is written again and again: its revision is one more than the index of the event that wrote it. */
class Written {
  readonly history: History;
  readonly states: PastStates;
  readonly now = new OrderedMap<StoredObject>();
  /** Events read back from history. */
  undone = 0;

  constructor(states: Partial<PastStatesOptions>, history: Partial<HistoryOptions> = {}) {
    this.history = new History({ ...defaultHistoryOptions, ...history });
    const { history: ring } = this;
    const counted = {
      get startIndex() {
        return ring.startIndex;
      },
      get endIndex() {
        return ring.endIndex;
      },
      get floor() {
        return ring.floor;
      },
      indexAfter: ring.indexAfter.bind(ring),
      at: (index: number) => {
        this.undone++;
        return ring.at(index);
      },
    };
    this.states = new PastStates(counted, { ...defaultPastStatesOptions, ...states });
  }

  write(count: number): void {
    for (let i = 0; i < count; i++) {
      const revision = asRevision(this.history.endIndex + 1);
      const current = storedObject('ns/a', revision, {}, 1);
      const previous = this.now.get(current.key);
      this.now.set(current.key, current);
      this.history.push({ revision, current, previous }, 0);
      this.states.advance(this.now);
    }
  }

  /** The object's revision before the event at `index`, and how many events it took to find out. */
  at(index: number): [revision: number | undefined, undone: number] {
    this.undone = 0;
    const state = this.states.at(index, this.now);
    return [state.get('/registry/configmaps/ns/a')?.revision, this.undone];
  }
}

describe('PastStates', () => {
  test('undoes from the nearest later state at hand, and keeps what it found', () => {
    const written = new Written({});
    written.write(50);
    expect(written.at(50)).toEqual([50, 0]);
    expect(written.at(30)).toEqual([30, 20]);
    expect(written.at(30)).toEqual([30, 0]);
    expect(written.at(28)).toEqual([28, 2]);
    written.write(50);
    expect(written.at(45)).toEqual([45, 5]);
    expect(written.at(0)).toEqual([undefined, 28]);
  });

  test('a state is kept every so many events: that is the most to undo', () => {
    const written = new Written({ checkpointEvents: 10 });
    written.write(95);
    expect(written.at(81)).toEqual([81, 9]);
    expect(written.at(90)).toEqual([90, 0]);
    expect(written.at(1)).toEqual([1, 9]);
    expect(written.at(94)).toEqual([94, 1]);
  });

  test('keeps the last used ones only', () => {
    const written = new Written({ maxKept: 2 });
    written.write(20);
    for (const index of [5, 10, 5, 15]) written.at(index);
    expect(written.states.size).toBe(2);
    expect(written.at(5)).toEqual([5, 0]);
    expect(written.at(10)).toEqual([10, 5]);
  });

  test('drops what falls off history', () => {
    const written = new Written({ checkpointEvents: 4 }, { minEvents: 8, maxEvents: 8 });
    written.write(8);
    for (const index of [1, 3, 6]) written.at(index);
    expect(written.states.size).toBe(5);
    written.write(4);
    expect(written.history.startIndex).toBe(4);
    expect(written.states.size).toBe(4);
    written.write(8);
    expect(written.states.size).toBe(3);
    expect(written.at(13)).toEqual([13, 3]);
  });

  test('a state once given does not change', () => {
    const written = new Written({ checkpointEvents: 3 });
    written.write(10);
    const state = written.states.at(7, written.now);
    written.states.at(2, written.now);
    written.write(10);
    expect(state.get('/registry/configmaps/ns/a')?.revision).toBe(7);
  });
});
