import { describe, expect, test } from 'vitest';
import { asRevision, parseRevision } from './revision.ts';

describe('base/revision', () => {
  test.each(['0', '1', '2147483648', '9007199254740991'])('%s is a revision', (text) => {
    expect(String(parseRevision(text))).toBe(text);
  });

  test.each(['', '-1', '+1', '1.0', '1e3', ' 1', 'abc', '0x10', '9007199254740992'])('%j is not', (text) => {
    expect(() => parseRevision(text)).toThrow(RangeError);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('the number %d is not', (value) => {
    expect(() => asRevision(value)).toThrow(RangeError);
  });
});
