import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalMicroTime, canonicalTime, microTimeText, TimeError, timeText } from './time.ts';

const layout = '2006-01-02T15:04:05Z07:00';
const microLayout = '2006-01-02T15:04:05.000000Z07:00';

describe('machinery/time', () => {
  test.each([
    ['2020-01-02T03:04:05Z', '2020-01-02T03:04:05Z'],
    ['2020-01-02T03:04:05.999999999Z', '2020-01-02T03:04:05Z'],
    ['2020-01-02T03:04:05,5Z', '2020-01-02T03:04:05Z'],
    ['2020-12-31T23:59:59-05:30', '2021-01-01T05:29:59Z'],
    ['2020-02-29T00:00:00+00:00', '2020-02-29T00:00:00Z'],
    ['2020-01-01T1:00:00Z', '2020-01-01T01:00:00Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
  ])('%s is stored as %s', (text, stored) => expect(canonicalTime(text)).toBe(stored));

  // What Go says of the same text.
  test.each([
    ['', `parsing time "" as "${layout}": cannot parse "" as "2006"`],
    ['x', `parsing time "x" as "${layout}": cannot parse "x" as "2006"`],
    ['2020', `parsing time "2020" as "${layout}": cannot parse "" as "-"`],
    ['2020-01-01', `parsing time "2020-01-01" as "${layout}": cannot parse "" as "T"`],
    ['2020-01-01t00:00:00Z', `parsing time "2020-01-01t00:00:00Z" as "${layout}": cannot parse "t00:00:00Z" as "T"`],
    ['2020-01-01T00:00:00', `parsing time "2020-01-01T00:00:00" as "${layout}": cannot parse "" as "Z07:00"`],
    ['2020-01-01T00:00:00Zé', 'parsing time "2020-01-01T00:00:00Z\\xc3\\xa9": extra text: "\\xc3\\xa9"'],
    ['2020-13-01T00:00:00Z', 'parsing time "2020-13-01T00:00:00Z": month out of range'],
    ['2021-02-29T00:00:00Z', 'parsing time "2021-02-29T00:00:00Z": day out of range'],
    ['2020-01-01T24:00:00Z', 'parsing time "2020-01-01T24:00:00Z": hour out of range'],
    ['2020-01-01T00:00:60Z', 'parsing time "2020-01-01T00:00:60Z": second out of range'],
    ['2020-01-01T00:00:00+25:00', 'parsing time "2020-01-01T00:00:00+25:00": time zone offset hour out of range'],
  ])('%j is refused', (text, message) => {
    expect(() => canonicalTime(text)).toThrow(new TimeError(message));
  });

  test('a MicroTime has exactly six digits of a second', () => {
    expect(canonicalMicroTime('2020-01-02T03:04:05.000001+01:00')).toBe('2020-01-02T02:04:05.000001Z');
    expect(() => canonicalMicroTime('2020-01-02T03:04:05Z')).toThrow(
      new TimeError(`parsing time "2020-01-02T03:04:05Z" as "${microLayout}": cannot parse "Z" as ".000000"`),
    );
  });

  test('what the server writes is canonical, and the same instant', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (ms) => {
        expect(canonicalTime(timeText(ms))).toBe(timeText(ms));
        expect(canonicalMicroTime(microTimeText(ms))).toBe(microTimeText(ms));
        expect(Date.parse(timeText(ms))).toBe(Math.floor(ms / 1000) * 1000);
        expect(Date.parse(microTimeText(ms))).toBe(ms);
      }),
    );
  });
});
