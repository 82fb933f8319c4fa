import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateName } from './name-generator.ts';

describe('machinery/name-generator', () => {
  test('appends five letters without vowels', () => {
    const indices = [0, 26, 1, 13, 20];
    expect(generateName('web-', () => indices.shift() ?? 0)).toBe('web-b9cr2');
  });

  test('never makes more than a label', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(), (length, seed) => {
        const name = generateName('a'.repeat(length), (bound) => seed % bound);
        expect(name).toMatch(/^a{0,58}[bcdfghjklmnpqrstvwxz2456789]{5}$/);
        expect(name.length).toBe(Math.min(length, 58) + 5);
      }),
    );
  });
});
