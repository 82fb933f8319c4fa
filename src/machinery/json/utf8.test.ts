import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeUtf8 } from './utf8.ts';

const decode = (...bytes: number[]) => decodeUtf8(Buffer.from(bytes));

describe('machinery/json utf8', () => {
  test('each byte that is not UTF-8 becomes one U+FFFD', () => {
    expect(decode(0x61, 0xff, 0x62)).toBe('a\ufffdb');
    expect(decode(0xe2, 0x82, 0x61)).toBe('\ufffd\ufffda');
    expect(decode(0xf0, 0x9f, 0x98)).toBe('\ufffd\ufffd\ufffd');
    expect(decode(0xed, 0xa0, 0x80)).toBe('\ufffd\ufffd\ufffd');
    expect(decode(0xc0, 0x80)).toBe('\ufffd\ufffd');
    expect(decode(0xf4, 0x90, 0x80, 0x80)).toBe('\ufffd\ufffd\ufffd\ufffd');
    expect(decode(0xff, 0xf0, 0x9f, 0x98, 0x80, 0xc3, 0xa9)).toBe('\ufffd😀é');
  });

  test('a byte order mark stays', () => expect(decode(0xef, 0xbb, 0xbf, 0x61)).toBe('\ufeffa'));

  test('valid text beside an invalid byte is untouched', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, after) => {
        const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xff]), Buffer.from(after)]);
        expect(decodeUtf8(bytes)).toBe(`${before}\ufffd${after}`);
      }),
    );
  });
});
