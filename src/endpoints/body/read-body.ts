import type { Readable } from 'node:stream';
import { badRequest, requestEntityTooLarge } from '../../machinery/status-errors.ts';
import type { ApiRequest } from '../api-request.ts';

/**
 * The whole body, if it has at most `maxBytes`. Reading stops at the first byte too many.
 * @throws {ApiError} 413, or 400 when the client stopped in the middle.
 */
export async function readBody(request: ApiRequest, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => requestEntityTooLarge(`limit is ${maxBytes}`);
  if (Number(request.header('content-length') ?? 0) > maxBytes) throw tooLarge();
  const { incoming } = request.bindings;
  const body: AsyncIterable<Uint8Array> | null = incoming === undefined ? request.raw.body : chunksOf(incoming);
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (body !== null) {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
  }
  return chunks.length === 1 && chunks[0] !== undefined
    ? Buffer.from(chunks[0].buffer, chunks[0].byteOffset, size)
    : Buffer.concat(chunks);
}

/**
 * The stream's data, without destroying the stream when the reader stops early: the connection still has to carry the
 * answer that says why.
 */
async function* chunksOf(stream: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw Object.assign(badRequest('unexpected EOF'), { cause: error });
  }
}
