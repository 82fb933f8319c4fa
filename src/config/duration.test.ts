import { assert, nat, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

describe('config/duration', () => {
  test.each([
    ['0', 0],
    ['250ms', 250],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['1h30m', 5_400_000],
  ])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each(['', '5', '-1s', '1d', 's', '1s ', '1 s', '.5s'])('%j is refused', (text) => {
    expect(() => parseDuration(text)).toThrow(RangeError);
  });

  test('what is written is read back', () => {
    assert(property(nat(), (ms) => parseDuration(formatDuration(ms)) === ms));
  });
});
