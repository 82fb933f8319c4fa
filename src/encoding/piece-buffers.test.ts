import { describe, expect, test } from 'vitest';
import { BufferTurns, PieceBuffers } from './piece-buffers.ts';

describe('endpoints/response/piece-buffers', () => {
  test('two buffers take turns', () => {
    const turns = new BufferTurns(new PieceBuffers());
    const [first, second] = [turns.next(), turns.next()];
    expect(first).not.toBe(second);
    expect(first).toHaveLength(turns.size);
    expect([turns.next(), turns.next()]).toEqual([first, second]);
    expect(turns.next()).toBe(first);
  });

  test('what is released is used again, by one body at a time', () => {
    const buffers = new PieceBuffers();
    const one = new BufferTurns(buffers);
    const used = [one.next(), one.next()];
    const meanwhile = new BufferTurns(buffers);
    expect(used).not.toContain(meanwhile.next());
    one.release();
    one.release();
    const next = new BufferTurns(buffers);
    const again = [next.next(), next.next()];
    expect(new Set(again)).toEqual(new Set(used));
    expect(used).not.toContain(new BufferTurns(buffers).next());
  });

  test('no more are kept than the bound', () => {
    const buffers = new PieceBuffers();
    const many = Array.from({ length: 20 }, () => buffers.take());
    for (const buffer of many) buffers.give(buffer);
    const taken = Array.from({ length: 20 }, () => buffers.take());
    expect(taken.filter((buffer) => many.includes(buffer))).toHaveLength(16);
  });
});
