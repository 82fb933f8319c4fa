import { expect, test } from 'vitest';
import { retryAfterDowntime } from './cache-ready.ts';

test.each([
  [0, 1],
  [10, 1],
  [14, 2],
  [20, 3],
  [30, 6],
  [40, 11],
  [540, 30],
  [1e9, 30],
])('M21 after %d s without a cache, come back in %d s', (downtimeSeconds, retrySeconds) => {
  expect(retryAfterDowntime(downtimeSeconds * 1000)).toBe(retrySeconds);
});
