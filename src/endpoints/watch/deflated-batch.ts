import { constants, crc32, deflateRaw } from 'node:zlib';
import { SharedBatch } from '../../dispatch/frame-batch.ts';
import type { FrameBatch } from '../../dispatch/frame-sink.ts';
import { gzipLevel } from '../response/respond.ts';
import { crc32Shift } from './crc32-combine.ts';

/** A batch as a part of any gzip member, and what that member's trailer must know of it. */
export interface DeflatedBatch {
  /**
   * Deflate blocks that refer to nothing before them, none of them the last, up to the end of a byte: a sync flush, whose
   * four bytes `00 00 ff ff` make every decoder give away what it has.
   */
  readonly batch: FrameBatch;
  /** In bytes, before compression. */
  readonly length: number;
  readonly crc32: number;
  readonly crc32Shift: number;
}

/** Kept while the batch is: a cohort's watchers share the work as they share the bytes. */
const deflated = new WeakMap<FrameBatch, Promise<DeflatedBatch | undefined>>();

/** Compresses on zlib's threads, once per batch. `undefined` when zlib failed. */
export function deflate(batch: FrameBatch): Promise<DeflatedBatch | undefined> {
  let made = deflated.get(batch);
  if (made === undefined) deflated.set(batch, (made = deflateBody(batch.body)));
  return made;
}

const deflateBody = (body: Buffer): Promise<DeflatedBatch | undefined> =>
  new Promise((resolve) => {
    deflateRaw(body, { level: gzipLevel, finishFlush: constants.Z_SYNC_FLUSH }, (error, bytes) => {
      if (error !== null) resolve(undefined);
      else {
        const { length } = body;
        resolve({ batch: SharedBatch.of(bytes), length, crc32: crc32(body), crc32Shift: crc32Shift(length) });
      }
    });
  });
