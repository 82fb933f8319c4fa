import { expect, test } from 'vitest';
import { parseSummary } from './syscalls.ts';

test('bench/flame/syscalls: the summary of strace, most calls first', () => {
  const summary = `% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 61.52    0.004201          42       100           writev
 38.48    0.002628           8       320         7 read
  0.00    0.000000           0         1           epoll_ctl
------ ----------- ----------- --------- --------- ----------------
100.00    0.006829          16       421         7 total
`;
  expect(parseSummary(summary)).toEqual([
    { name: 'read', calls: 320 },
    { name: 'writev', calls: 100 },
    { name: 'epoll_ctl', calls: 1 },
  ]);
});
