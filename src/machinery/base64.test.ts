import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Base64Error, canonicalBase64 } from './base64.ts';

describe('machinery/base64', () => {
  test.each([
    ['', ''],
    ['YWJj', 'YWJj'],
    ['YQ==', 'YQ=='],
    ['YWI=', 'YWI='],
    ['YW\nJj\r\n', 'YWJj'],
    ['YQ=\n=\n', 'YQ=='],
    ['YR==', 'YQ=='],
    ['+/+/', '+/+/'],
  ])('%j is stored as %j', (text, stored) => expect(canonicalBase64(text)).toBe(stored));

  // Where Go says that it stops.
  test.each([
    ['Y', 0],
    ['YQ', 0],
    ['YQ=', 3],
    ['YQ=x', 2],
    ['Y===', 1],
    ['=', 0],
    ['YWJjZ', 4],
    ['YQ==x', 4],
    ['YWJj!', 4],
    ['YW_-', 2],
    ['YQ==YQ==', 4],
    ['éYQ=', 0],
  ])('%j is refused at byte %i', (text, offset) => {
    expect(() => canonicalBase64(text)).toThrow(new Base64Error(offset));
  });

  test('any bytes survive', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(canonicalBase64(text)).toBe(text);
      }),
    );
  });
});
