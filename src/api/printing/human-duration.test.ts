import { describe, expect, test } from 'vitest';
import { ageSince, textThen } from './aging-text.ts';
import { humanDuration } from './human-duration.ts';

const s = 1000;
const m = 60 * s;
const h = 60 * m;
const d = 24 * h;

describe('printing: ages', () => {
  test.each([
    [-3 * s, '<invalid>'],
    [-1.5 * s, '0s'],
    [0, '0s'],
    [119 * s, '119s'],
    [120 * s, '2m'],
    [2 * m + 5 * s, '2m5s'],
    [10 * m + 5 * s, '10m'],
    [179 * m, '179m'],
    [3 * h, '3h'],
    [7 * h + 30 * m, '7h30m'],
    [8 * h + 30 * m, '8h'],
    [47 * h, '47h'],
    [2 * d, '2d'],
    [7 * d + 23 * h, '7d23h'],
    [8 * d + 23 * h, '8d'],
    [729 * d, '729d'],
    [730 * d, '2y'],
    [731 * d, '2y1d'],
    [3000 * d, '8y'],
  ])('%d ms are %s', (ms, text) => {
    expect(humanDuration(ms)).toBe(text);
  });

  test('the age of a timestamp grows, with its text around it; no timestamp has none', () => {
    const age = ageSince('1970-01-01T00:00:05Z', '3 (', ' ago)');
    expect.assert(typeof age === 'object');
    expect(textThen(age, 65 * s)).toBe('3 (60s ago)');
    expect(textThen(age, 5 * s + 3 * h)).toBe('3 (3h ago)');
    expect(ageSince('', '3 (', ' ago)')).toBe('3 (<unknown> ago)');
  });
});
