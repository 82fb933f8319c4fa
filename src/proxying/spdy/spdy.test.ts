import { constants, createInflate } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { spdyDictionary } from '../../../test/support/spdy-dictionary.ts';
import { FrameReader, SpdyError } from './frame-reader.ts';
import { dataHead, goAwayFrame, pingFrame, synStreamFrame } from './frames.ts';
import { StoredHeaders } from './stored-headers.ts';

/** What a reader finds in bytes that come in pieces of `size`. */
function found(bytes: Buffer, size: number): string[] {
  const seen: string[] = [];
  let stream = '';
  const reader = new FrameReader({
    data: (id, piece, fin) => {
      stream += piece.toString();
      if (!fin) return;
      seen.push(`${id}:${stream}`);
      stream = '';
    },
    control: (type, flags, body) => seen.push(`${type}/${flags} ${body.toString('hex')}`),
  });
  for (let at = 0; at < bytes.length; at += size) reader.take(bytes.subarray(at, at + size));
  return seen;
}

describe('frames', () => {
  const bytes = Buffer.concat([
    pingFrame(7),
    dataHead(3, 5, false),
    Buffer.from('hello'),
    dataHead(3, 0, true),
    goAwayFrame(9),
    dataHead(5, 1, true),
    Buffer.from('x'),
  ]);

  test('are found wherever they are cut', () => {
    for (let size = 1; size <= bytes.length; size++) {
      expect(found(bytes, size)).toEqual(['6/0 00000007', '3:hello', '7/0 0000000900000000', '5:x']);
    }
  });

  test('of a kind that nobody knows are passed over', () => {
    const unknown = Buffer.from('8003006300000002abcd', 'hex');
    expect(found(Buffer.concat([unknown, pingFrame(1)]), 3)).toEqual(['6/0 00000001']);
  });

  test('that are too large are no frames, and are not waited for', () => {
    expect(() => found(Buffer.from('8003000100ffffff', 'hex'), 8)).toThrow(SpdyError);
  });

  test('of data are handed on while they come', () => {
    const pieces: number[] = [];
    const reader = new FrameReader({ data: (_id, piece) => pieces.push(piece.length), control: () => undefined });
    reader.take(dataHead(1, 2 ** 24 - 1, false));
    for (let count = 0; count < 3; count++) reader.take(Buffer.alloc(1000));
    expect(pieces).toEqual([1000, 1000, 1000]);
  });
});

describe('headers of streams', () => {
  test('are read by whoever has the dictionary of SPDY/3, stream by stream', async () => {
    const headers = new StoredHeaders();
    const inflate = createInflate({ dictionary: spdyDictionary, finishFlush: constants.Z_SYNC_FLUSH });
    const read = async (block: Buffer): Promise<string> => {
      await new Promise((resolve) => inflate.write(block, resolve));
      return (inflate.read() as Buffer).toString('latin1');
    };
    const long = 'v'.repeat(70);
    expect(await read(headers.block({ StreamType: 'error' }))).toBe('\0\0\0\x01\0\0\0\nstreamtype\0\0\0\x05error');
    expect(await read(headers.block({ a: long }))).toBe(`\0\0\0\x01\0\0\0\x01a\0\0\0\x46${long}`);
    expect(await read(headers.block({}))).toBe('\0\0\0\0');
  });

  test('stand in a frame that opens a stream', () => {
    const frame = synStreamFrame(1, Buffer.from('block'));
    expect(frame.toString('hex')).toBe(`800300010000000f00000001000000000000${Buffer.from('block').toString('hex')}`);
  });
});
