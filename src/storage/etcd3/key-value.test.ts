import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prefixBytes, rangeBytes } from './key-value.ts';

const zero = Buffer.of(0);

describe('storage/etcd3/key-value', () => {
  test('a range without keys is asked for as one, never as a single key or the whole store', () => {
    expect(rangeBytes('/b', '/a')).toEqual({ key: Buffer.from('/b'), range_end: Buffer.from('/b') });
    expect(rangeBytes('/b', '')).toEqual({ key: Buffer.from('/b'), range_end: Buffer.from('/b') });
    expect(rangeBytes('', '/a')).toEqual({ key: zero, range_end: Buffer.from('/a') });
  });

  test('no prefix is every key', () => {
    expect(prefixBytes('')).toEqual({ key: zero, range_end: zero });
  });

  test('the bounds of a prefix hold exactly the keys that start with it', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.constantFrom('/', '/registry/', 'é', '😀'));
    fc.assert(
      fc.property(text, text, (prefix, other) => {
        const { key, range_end: end } = prefixBytes(prefix);
        const inside = (bytes: Buffer) => Buffer.compare(key, bytes) <= 0 && Buffer.compare(bytes, end) < 0;
        expect(inside(Buffer.from(prefix + other))).toBe(true);
        const bytes = Buffer.from(other);
        expect(inside(bytes)).toBe(bytes.subarray(0, key.length).equals(key));
      }),
    );
  });
});
