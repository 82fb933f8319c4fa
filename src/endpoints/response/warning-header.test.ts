import { expect, test } from 'vitest';
import { warningHeader } from './warning-header.ts';

test('texts are quoted, one after the other', () => {
  expect(warningHeader(['a "b"', 'c\\d\n'])).toBe('299 - "a \\"b\\"", 299 - "c\\\\d "');
});

test('beyond ASCII they are the bytes of UTF-8', () => {
  expect(Buffer.from(warningHeader(['grüße']), 'latin1').toString()).toBe('299 - "grüße"');
});

test('up to 4096 characters they are sent whole', () => {
  const long = 'x'.repeat(4_000);
  expect(warningHeader([long, 'y'.repeat(96)])).toBe(`299 - "${long}", 299 - "${'y'.repeat(96)}"`);
});

test('beyond, each is cut to 256, and there are no more once 4096 are sent', () => {
  const texts = Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(300, 'x'));
  const sent = warningHeader(texts).split(', ');
  expect(sent).toHaveLength(16);
  expect(sent[0]).toBe(`299 - "${'0'.padEnd(256, 'x')}"`);
  const pairs = warningHeader(['😀'.repeat(3_000)]);
  expect(Buffer.from(pairs, 'latin1').toString()).toBe(`299 - "${'😀'.repeat(256)}"`);
});
