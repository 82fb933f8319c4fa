import type { Readable } from 'node:stream';
import { badRequest, requestEntityTooLarge } from '../../machinery/status-errors.ts';
import type { ApiRequest } from '../api-request.ts';

/**
 * The whole body, if it has at most `maxBytes`. Reading stops at the first byte too many.
 * @throws {ApiError} 413, or 400 when the client stopped in the middle.
 */
export async function readBody(request: ApiRequest, maxBytes: number): Promise<Buffer> {
  if (Number(request.header('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const { incoming } = request.bindings;
  if (incoming !== undefined) return readStream(incoming, maxBytes);
  const body = new BoundedBody(maxBytes);
  for await (const chunk of request.raw.body ?? []) if (!body.add(chunk)) throw tooLarge(maxBytes);
  return body.whole();
}

const tooLarge = (maxBytes: number): Error => requestEntityTooLarge(`limit is ${maxBytes}`);

/**
 * By listeners: an iterator over the stream costs more than all else that is done to a small body. The stream is left
 * open when reading stops early: its connection still has to carry the answer that says why.
 */
function readStream(stream: Readable, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const body = new BoundedBody(maxBytes);
    const stop = (): void => {
      stream.off('data', take);
      stream.off('end', end);
      stream.off('error', fail);
      stream.off('close', fail);
    };
    const take = (chunk: Buffer): void => {
      if (body.add(chunk)) return;
      stop();
      stream.pause();
      reject(tooLarge(maxBytes));
    };
    const end = (): void => {
      stop();
      resolve(body.whole());
    };
    const fail = (cause?: Error): void => {
      stop();
      reject(Object.assign(badRequest('unexpected EOF'), { cause }));
    };
    if (stream.readableEnded) return end();
    if (stream.destroyed) return fail();
    stream.on('data', take);
    stream.on('end', end);
    stream.on('error', fail);
    stream.on('close', fail);
  });
}

class BoundedBody {
  readonly #maxBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** False: that is too much. */
  add(chunk: Uint8Array): boolean {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) return false;
    this.#chunks.push(chunk);
    return true;
  }

  whole(): Buffer {
    const [first] = this.#chunks;
    return first !== undefined && this.#chunks.length === 1
      ? Buffer.from(first.buffer, first.byteOffset, first.length)
      : Buffer.concat(this.#chunks);
  }
}
