import type { Writable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { type Body, type WrittenBody, wholeBody } from '../../encoding/list-body.ts';
import { BufferTurns, type PieceBuffers } from '../../encoding/piece-buffers.ts';
import type { AnswerHeaders, ApiRequest } from '../api-request.ts';
import type { Bindings } from '../bindings.ts';
import { acceptsGzip } from '../negotiation/media-type.ts';
import { packed } from './packed.ts';
import { gzipLevel, gzipThresholdBytes, respondBody } from './respond.ts';

const piecesAhead = 2;

/** Below this a body is one buffer and one write, compressed or not. */
const wholeBelowBytes = 64 * 1024;

const gzipHeaders = { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' };

type Outgoing = NonNullable<Bindings['outgoing']>;

export interface StreamingDeps {
  readonly alreadySent: Response;
  readonly pieceBuffers: PieceBuffers;
}

/**
 * Answers with a body that may be large: written piece by piece straight to the socket, never more than two pieces ahead
 * of it. Resolves when all is handed over, the client has gone, or the request is cancelled, which cuts the connection.
 * Without a socket, and for small bodies of known length, it is an ordinary answer.
 */
export async function respondStreamed(
  request: ApiRequest,
  contentType: string,
  body: Body | WrittenBody,
  { alreadySent, pieceBuffers }: StreamingDeps,
): Promise<Response> {
  const { outgoing } = request.bindings;
  if (outgoing !== undefined && 'pieces' in body) {
    return outgoing.destroyed
      ? alreadySent
      : respondWritten(request, outgoing, contentType, body, { alreadySent, pieceBuffers });
  }
  if (outgoing === undefined || 'pieces' in body || (body.length ?? Number.POSITIVE_INFINITY) < wholeBelowBytes) {
    return respondBody(request, 200, contentType, wholeBody(body));
  }
  if (outgoing.destroyed) return alreadySent;
  const parts = body.parts[Symbol.iterator]();
  let length = body.length;
  let start: Buffer[] = [];
  if (length === undefined) {
    const read = readUpTo(parts, gzipThresholdBytes);
    if (read.done) return respondBody(request, 200, contentType, Buffer.concat(read.parts));
    start = read.parts;
  }
  const gzip = (length ?? gzipThresholdBytes) >= gzipThresholdBytes && acceptsGzip(request.header('accept-encoding'));
  if (gzip) length = undefined;
  const headers: AnswerHeaders = {
    'Content-Type': contentType,
    ...(length === undefined ? {} : { 'Content-Length': String(length) }),
    ...(gzip ? gzipHeaders : {}),
  };
  const turns = new BufferTurns(pieceBuffers);
  if (await send(request, outgoing, headers, packed(chain(start, parts), turns), gzip)) turns.release();
  return alreadySent;
}

/** What fits into one piece is an ordinary answer. */
async function respondWritten(
  request: ApiRequest,
  outgoing: Outgoing,
  contentType: string,
  body: WrittenBody,
  { alreadySent, pieceBuffers }: StreamingDeps,
): Promise<Response> {
  const turns = new BufferTurns(pieceBuffers);
  const pieces = body.pieces(turns)[Symbol.iterator]();
  const first = pieces.next();
  const second = pieces.next();
  if (second.done === true) {
    const whole = first.done === true ? Buffer.alloc(0) : Buffer.from(first.value);
    turns.release();
    return respondBody(request, 200, contentType, whole);
  }
  const gzip = acceptsGzip(request.header('accept-encoding'));
  const headers = { 'Content-Type': contentType, ...(gzip ? gzipHeaders : {}) };
  const start = first.done === true ? [second.value] : [first.value, second.value];
  if (await send(request, outgoing, headers, chain(start, pieces), gzip)) turns.release();
  return alreadySent;
}

/** Takes parts until they hold `bytes` together or there are no more. */
function readUpTo(parts: Iterator<Buffer>, bytes: number): { readonly parts: Buffer[]; readonly done: boolean } {
  const taken: Buffer[] = [];
  for (let size = 0; size < bytes; ) {
    const { value, done } = parts.next();
    if (done === true) return { parts: taken, done: true };
    size += value.length;
    taken.push(value);
  }
  return { parts: taken, done: false };
}

function* chain(start: readonly Buffer[], rest: Iterator<Buffer>): Generator<Buffer> {
  yield* start;
  for (let next = rest.next(); next.done !== true; next = rest.next()) yield next.value;
}

/** True once all pieces were handed over. */
async function send(
  request: ApiRequest,
  outgoing: Outgoing,
  headers: AnswerHeaders,
  pieces: Iterator<Buffer>,
  compress: boolean,
): Promise<boolean> {
  outgoing.writeHead(200, request.answerHeaders(headers));
  const cut = () => void outgoing.destroy();
  const gzip = compress ? createGzip({ level: gzipLevel }) : undefined;
  gzip?.on('error', cut);
  gzip?.pipe(outgoing);
  const target = gzip ?? outgoing;
  const pouring = new Pouring(target, pieces);
  outgoing.once('close', pouring.stop);
  outgoing.on('error', pouring.stop);
  request.context.onAbort(cut);
  try {
    const whole = await pouring.done;
    if (whole) target.end();
    else gzip?.destroy();
    return whole;
  } finally {
    request.context.onAbort(undefined);
  }
}

/**
 * Writes piece after piece, the next one when the one before the last has left: the pieces' two buffers are then never
 * overwritten while they wait.
 */
class Pouring {
  /** True once everything was handed to the system, false when nobody will ever take the rest. Rejects when a piece cannot be made. */
  readonly done: Promise<boolean>;
  readonly #target: Writable;
  readonly #pieces: Iterator<Buffer>;
  #settle: (whole: boolean) => void = () => {};
  #fail: (error: unknown) => void = () => {};
  #ahead = 0;
  #over = false;

  constructor(target: Writable, pieces: Iterator<Buffer>) {
    this.#target = target;
    this.#pieces = pieces;
    this.done = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
    this.#more();
  }

  readonly stop = (): void => {
    this.#over = true;
    this.#settle(false);
  };

  readonly #left = (error: Error | null | undefined): void => {
    this.#ahead--;
    if (error === null || error === undefined) this.#more();
    else this.stop();
  };

  #more(): void {
    while (this.#ahead < piecesAhead && !this.#over) {
      if (this.#target.destroyed) return this.stop();
      const piece = this.#next();
      if (piece === undefined) break;
      this.#ahead++;
      this.#target.write(piece, this.#left);
    }
    if (this.#over && this.#ahead === 0) this.#settle(true);
  }

  #next(): Buffer | undefined {
    try {
      const { value, done } = this.#pieces.next();
      if (done !== true) return value;
    } catch (error) {
      this.#fail(error);
    }
    this.#over = true;
    return undefined;
  }
}
