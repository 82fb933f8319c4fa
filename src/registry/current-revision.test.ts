import { describe, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { asRevision, type Revision } from '../base/revision.ts';
import { CurrentRevision } from './current-revision.ts';

/** A store that is asked, and answers when the test says. */
function slowStore() {
  const asked: { readonly answer: (revision: number) => void; readonly fail: (error: Error) => void }[] = [];
  const currentRevision = () =>
    new Promise<Revision>((resolve, reject) => {
      asked.push({ answer: (revision) => resolve(asRevision(revision)), fail: reject });
    });
  return { asked, store: { currentRevision } };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function openBed() {
  const { asked, store } = slowStore();
  const clock = new ManualClock();
  const endTurn = async () => {
    await settled();
    clock.endTurn();
    await settled();
  };
  return { asked, endTurn, current: new CurrentRevision(store, clock) };
}

describe('registry/current-revision', () => {
  test('who asks together shares one question', async () => {
    const { asked, endTurn, current } = openBed();
    const reads = Promise.all([current.read(), current.read(), current.read()]);
    await endTurn();
    expect(asked).toHaveLength(1);
    asked[0]?.answer(5);
    expect(await reads).toEqual([5, 5, 5]);
  });

  test('who asks later in the same turn shares it too', async () => {
    const { asked, endTurn, current } = openBed();
    const first = current.read();
    await settled();
    const second = current.read();
    await endTurn();
    expect(asked).toHaveLength(1);
    asked[0]?.answer(5);
    expect(await Promise.all([first, second])).toEqual([5, 5]);
  });

  test('who asks while a question is on its way is not answered by it', async () => {
    const { asked, endTurn, current } = openBed();
    const first = current.read();
    await endTurn();
    const later = Promise.all([current.read(), current.read()]);
    await endTurn();
    expect(asked).toHaveLength(1);
    asked[0]?.answer(5);
    expect(await first).toBe(5);
    await endTurn();
    expect(asked).toHaveLength(2);
    asked[1]?.answer(6);
    expect(await later).toEqual([6, 6]);
  });

  test('a question that fails fails for those who shared it, and for nobody after', async () => {
    const { asked, endTurn, current } = openBed();
    const first = current.read();
    await endTurn();
    const second = current.read();
    asked[0]?.fail(new Error('no leader'));
    await expect(first).rejects.toThrow('no leader');
    await endTurn();
    asked[1]?.answer(7);
    expect(await second).toBe(7);
  });
});
