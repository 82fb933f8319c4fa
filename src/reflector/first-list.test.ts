import { expect, test } from 'vitest';
import { asRevision } from '../base/revision.ts';
import { firstListAt } from './first-list.ts';

const at = (present: number, compacted: number, replay: number) => {
  const answer = (revision: number) => () => Promise.resolve(asRevision(revision));
  return firstListAt({ currentRevision: answer(present), compactRevision: answer(compacted) }, replay);
};

test('the first list is so many revisions back', async () => {
  expect(await at(1_000, 0, 100)).toEqual({ revision: 900, present: 1_000 });
});

test('not further back than the store remembers, or than its beginning', async () => {
  expect(await at(1_000, 950, 100)).toEqual({ revision: 950, present: 1_000 });
  expect(await at(50, 0, 100)).toEqual({ revision: 1, present: 50 });
});

test('of the present when nothing would be told', async () => {
  expect(await at(1_000, 1_000, 100)).toBeUndefined();
  expect(await at(1, 0, 100)).toBeUndefined();
  expect(await at(0, 0, 100)).toBeUndefined();
  expect(await at(1_000, 0, 0)).toBeUndefined();
});

test("a store that does not answer is the caller's to ask again", async () => {
  const failing = () => Promise.reject(new Error('down'));
  await expect(firstListAt({ currentRevision: failing, compactRevision: failing }, 5)).rejects.toThrow('down');
});
