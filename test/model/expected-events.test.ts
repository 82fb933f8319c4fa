import { expect, test } from 'vitest';
import { expectedEvents, type StoreChange, type StoredFacts } from './expected-events.ts';

const pod = (mark: string, phase: string): StoredFacts => ({
  resource: 'pods',
  namespace: 'a',
  name: 'o0',
  labels: {},
  nodeName: '',
  phase,
  mark,
});
const changes: readonly StoreChange[] = [
  { revision: 1, key: 'pods/a/o0', object: pod('m1', 'Pending') },
  { revision: 3, key: 'pods/a/o0', object: pod('m3', 'Running') },
  { revision: 4, key: 'pods/a/o0', object: pod('m4', 'Running') },
  { revision: 6, key: 'pods/a/o0', object: pod('m6', 'Failed') },
  { revision: 7, key: 'pods/a/o0', object: undefined },
  { revision: 8, key: 'pods/a/o0', object: pod('m8', 'Running') },
  { revision: 9, key: 'pods/a/o0', object: undefined },
];
const texts = (selects: (object: StoredFacts) => boolean): string[] =>
  expectedEvents(changes, selects).map(({ revision, what }) => `${revision} ${what}`);

test('whoever takes everything is told every change', () => {
  expect(texts(() => true)).toEqual([
    '1 ADDED m1',
    '3 MODIFIED m3',
    '4 MODIFIED m4',
    '6 MODIFIED m6',
    '7 DELETED m6',
    '8 ADDED m8',
    '9 DELETED m8',
  ]);
});

test('what comes to match is added, what ceases to match is deleted as it was', () => {
  const running = texts(({ phase }) => phase === 'Running');
  expect(running).toEqual(['3 ADDED m3', '4 MODIFIED m4', '6 DELETED m4', '8 ADDED m8', '9 DELETED m8']);
  expect(texts(() => false)).toEqual([]);
});
