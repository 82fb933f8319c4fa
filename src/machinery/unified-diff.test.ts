import { describe, expect, test } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

const lines = (...names: readonly (string | number)[]): string => names.join('\n');
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('machinery/unified-diff', () => {
  test('the same text has none', () => expect(unifiedDiff('a\nb', 'a\nb')).toBe(''));

  test.each([
    ['a line is replaced', lines('a', 'b', 'c'), lines('a', 'x', 'c'), '@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n'],
    ['a line comes to nothing', '', 'a', '@@ -1 +1 @@\n-\n+a\n'],
    [
      'three lines are shown before and after it',
      lines(...numbers(1, 9)),
      lines(...numbers(1, 4), 'new', ...numbers(5, 9)),
      '@@ -2,6 +2,7 @@\n 2\n 3\n 4\n+new\n 5\n 6\n 7\n',
    ],
    [
      'what is far apart is shown apart',
      lines(...numbers(1, 20)),
      lines(0, ...numbers(2, 19), 21),
      '@@ -1,4 +1,4 @@\n-1\n+0\n 2\n 3\n 4\n@@ -17,4 +17,4 @@\n 17\n 18\n 19\n-20\n+21\n',
    ],
  ])('%s', (_, before, after, wanted) => expect(unifiedDiff(before, after)).toBe(wanted));
});
