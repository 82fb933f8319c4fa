import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryOf, Packer, Unpacker } from './packed.ts';

describe('storage/embedded/packed', () => {
  test('what was put in comes out in the same order, also on the other side of a transfer', () => {
    const piece = fc.oneof(fc.string(), fc.nat(), fc.uint8Array({ maxLength: 50 }));
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const packer = new Packer();
        for (const one of pieces) {
          if (typeof one === 'string') packer.string(one);
          else if (typeof one === 'number') packer.number(one);
          else packer.bytes(one);
        }
        const packed = packer.finish();
        const from = new Unpacker(structuredClone(packed, { transfer: memoryOf(packed) }));
        for (const one of pieces) {
          if (typeof one === 'string') expect(from.string()).toBe(one);
          else if (typeof one === 'number') expect(from.number()).toBe(one);
          else expect(from.bytes()).toEqual(Buffer.from(one));
        }
        expect(from.done).toBe(true);
        expect(packed.bytes.length).toBe(0);
      }),
    );
  });

  test('taking more than was put in throws', () => {
    const from = new Unpacker(new Packer().finish());
    expect(() => from.string()).toThrow(RangeError);
    expect(() => from.number()).toThrow(RangeError);
    expect(() => from.bytes()).toThrow(RangeError);
  });
});
