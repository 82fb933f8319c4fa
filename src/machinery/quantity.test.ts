import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareQuantities, parseQuantity, QuantityError, quantityToNumber } from './quantity.ts';

const compare = (a: string, b: string) => compareQuantities(parseQuantity(a), parseQuantity(b));

describe('machinery/quantity', () => {
  // What apimachinery stores for the same text.
  test.each([
    ['0', '0'],
    ['0.0Mi', '0'],
    ['-0', '0'],
    ['1', '1'],
    ['+5', '+5'],
    ['05', '05'],
    ['1000', '1k'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['0.5', '500m'],
    ['1.5', '1500m'],
    ['1.500', '1.500'],
    ['100m', '100m'],
    ['1234567', '1234567'],
    ['1000000000', '1G'],
    ['1e3', '1e3'],
    ['10e2', '1e3'],
    ['1E5', '100e3'],
    ['1024Ki', '1Mi'],
    ['1Ki', '1Ki'],
    ['512Ki', '512Ki'],
    ['1536Mi', '1536Mi'],
    ['0.5Gi', '512Mi'],
    ['1.1Ki', '1126400m'],
    ['0.1n', '1n'],
    ['-0.1n', '-1n'],
    ['1.0000000001', '1000000001n'],
    ['8Ei', '9223372036854775807'],
    ['-9Ei', '-9223372036854775807'],
    ['128974848000m', '128974848'],
    ['1e1000000', '10e999999'],
    ['1e-1000000', '1e-9'],
    ['1000000E', '1e24'],
  ])('%j is stored as %j', (text, stored) => expect(parseQuantity(text).text).toBe(stored));

  test.each([
    ['', /^quantities must match the regular expression/],
    ['x', /^quantities must match the regular expression/],
    ['1 Gi', /^quantities must match the regular expression/],
    ['1Ki1x', /^quantities must match the regular expression/],
    ['1K', /^unable to parse quantity's suffix$/],
    ['1kk', /^unable to parse quantity's suffix$/],
    ['1e', /^unable to parse quantity's suffix$/],
    ['1e99999999999', /^unable to parse quantity's suffix$/],
    ['9'.repeat(1_000), /^unable to parse numeric part of quantity$/],
  ])('%j is refused', (text, message) => {
    expect(() => parseQuantity(text)).toThrow(QuantityError);
    expect(() => parseQuantity(text)).toThrow(message);
  });

  test('are compared by what they mean', () => {
    expect(compare('1', '1000m')).toBe(0);
    expect(compare('1Ki', '1k')).toBe(1);
    expect(compare('-1', '1n')).toBe(-1);
    expect(compare('0', '-0.000')).toBe(0);
    expect(compare('1e1000000', '9Ei')).toBe(1);
    expect(compare('-1e1000000', '0')).toBe(-1);
  });

  test('what is stored means what was given, and is stored again as it is', () => {
    const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'E-2');
    fc.assert(
      fc.property(fc.integer(), fc.nat(999), suffix, (whole, thousandths, suffix) => {
        const given = parseQuantity(`${whole}.${String(thousandths).padStart(3, '0')}${suffix}`);
        const stored = parseQuantity(given.text);
        expect(compareQuantities(given, stored)).toBe(0);
        expect(stored.text).toBe(given.text);
      }),
      { numRuns: 1_000 },
    );
  });

  test('order is that of the numbers', () => {
    const text = fc.tuple(fc.integer({ min: -5000, max: 5000 }), fc.constantFrom('m', '', 'k', 'Ki', 'e2'));
    fc.assert(
      fc.property(text, text, ([m, s], [n, t]) => {
        const [a, b] = [parseQuantity(`${m}${s}`), parseQuantity(`${n}${t}`)];
        expect(compareQuantities(a, b)).toBe(Math.sign(quantityToNumber(a) - quantityToNumber(b)));
      }),
    );
  });
});
