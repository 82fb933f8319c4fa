import { describe, expect, test } from 'vitest';
import { SharedBatch } from './frame-batch.ts';

describe('dispatch/frame-batch', () => {
  test('one frame is its own body: nothing is copied', () => {
    const frame = Buffer.from('one\n');
    const batch = SharedBatch.of(frame);
    expect(batch.body).toBe(frame);
    expect(batch.chunk.toString()).toBe('4\r\none\n\r\n');
  });

  test('several frames follow one another; the size line counts bytes, not characters', () => {
    const batch = SharedBatch.ofAll([Buffer.from('é\n'), Buffer.from('x'.repeat(14))]);
    expect(batch.byteLength).toBe(17);
    expect(batch.body.toString()).toBe(`é\n${'x'.repeat(14)}`);
    expect(batch.chunk.toString()).toBe(`11\r\né\n${'x'.repeat(14)}\r\n`);
  });

  test('each encoding is made once', () => {
    const batch = SharedBatch.ofAll([Buffer.from('a'), Buffer.from('b')]);
    expect(batch.body).toBe(batch.body);
    expect(batch.chunk).toBe(batch.chunk);
  });
});
