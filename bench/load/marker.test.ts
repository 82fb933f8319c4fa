import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Dechunker } from './dechunker.ts';
import { MarkerScanner, markerText } from './marker.ts';

/** The same bytes in reads cut at arbitrary places. */
const cut = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const places = [0, ...cuts.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
};
const object = (sequence: number, padding: number) =>
  `{"data":{"pad":"${'x'.repeat(padding)}","seq":"${markerText(sequence)}"}}`;
const stream = fc.array(fc.tuple(fc.nat(99_999_999), fc.nat(40)), { maxLength: 20 });
const cuts = fc.array(fc.nat(), { maxLength: 30 });

describe('bench/load', () => {
  test('a scanner finds every marker once and in order, wherever reads are cut', () => {
    fc.assert(
      fc.property(stream, cuts, (objects, cuts) => {
        const scanner = new MarkerScanner();
        const found: number[] = [];
        const bytes = Buffer.from(objects.map(([sequence, padding]) => object(sequence, padding)).join('\n'));
        for (const read of cut(bytes, cuts)) scanner.scan(read, (sequence) => found.push(sequence));
        expect(found).toEqual(objects.map(([sequence]) => sequence));
      }),
    );
  });

  test('a dechunker gives back the payload and sees the end, wherever reads are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { maxLength: 10 }), cuts, (parts, cuts) => {
        const chunks = parts.map((part) => Buffer.from(part));
        const framed = chunks.map((chunk) =>
          Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
        );
        const got: Buffer[] = [];
        const dechunker = new Dechunker();
        for (const read of cut(Buffer.concat([...framed, Buffer.from('0\r\n\r\n')]), cuts))
          dechunker.push(read, (part) => got.push(Buffer.from(part)));
        expect(Buffer.concat(got).equals(Buffer.concat(chunks))).toBe(true);
        expect(dechunker.ended).toBe(true);
      }),
    );
  });
});
