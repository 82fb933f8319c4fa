import type { Writable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { AnswerHeaders, ApiRequest } from '../api-request.ts';
import type { Bindings } from '../bindings.ts';
import { acceptsGzip } from '../negotiation/media-type.ts';
import { type Body, wholeBody } from './list-body.ts';
import { packed } from './packed.ts';
import { gzipLevel, gzipThresholdBytes, respondBody } from './respond.ts';

/** Big enough that a gigabyte is thousands of writes and not millions, small enough that two per open LIST are nothing. */
const pieceBytes = 128 * 1024;

/** Below this a body is one buffer and one write, compressed or not. */
const wholeBelowBytes = 64 * 1024;

/**
 * Answers with a body that may be large: written piece by piece straight to the socket, never more than two pieces ahead
 * of it. Resolves when all is handed over, the client has gone, or `request.signal` aborts, which cuts the connection.
 * Without a socket, and for small bodies of known length, it is an ordinary answer.
 */
export async function respondStreamed(
  request: ApiRequest,
  contentType: string,
  body: Body,
  alreadySent: Response,
): Promise<Response> {
  const { outgoing } = request.bindings;
  if (outgoing === undefined || (body.length ?? Number.POSITIVE_INFINITY) < wholeBelowBytes) {
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
    ...(gzip ? { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' } : {}),
  };
  const pieces = packed(chain(start, parts), pieceBytes);
  await send(request, outgoing, headers, pieces, gzip);
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

async function send(
  request: ApiRequest,
  outgoing: NonNullable<Bindings['outgoing']>,
  headers: AnswerHeaders,
  pieces: Iterable<Buffer>,
  compress: boolean,
): Promise<void> {
  outgoing.writeHead(200, request.answerHeaders(headers));
  const gone = new AbortController();
  const stop = () => gone.abort();
  outgoing.once('close', stop);
  outgoing.on('error', stop);
  const cut = () => outgoing.destroy();
  request.signal.addEventListener('abort', cut, { once: true });
  const gzip = compress ? createGzip({ level: gzipLevel }) : undefined;
  gzip?.on('error', cut);
  gzip?.pipe(outgoing);
  const target = gzip ?? outgoing;
  try {
    await writePieces(target, pieces, gone.signal);
    if (!gone.signal.aborted) target.end();
  } finally {
    request.signal.removeEventListener('abort', cut);
    if (gone.signal.aborted) gzip?.destroy();
  }
}

/**
 * Writes piece after piece, waiting until the one before has left: the pieces' two buffers are then never overwritten
 * while they wait. Ends early when `gone` aborts.
 */
async function writePieces(target: Writable, pieces: Iterable<Buffer>, gone: AbortSignal): Promise<void> {
  let before: Promise<boolean> = Promise.resolve(true);
  for (const piece of pieces) {
    const written = writePiece(target, piece, gone);
    if (!(await before)) return;
    before = written;
  }
  await before;
}

/** Resolves once `piece` was handed to the system (true) or nobody will ever take it (false). Never rejects. */
function writePiece(target: Writable, piece: Buffer, gone: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (gone.aborted || target.destroyed) return resolve(false);
    const left = () => resolve(false);
    gone.addEventListener('abort', left, { once: true });
    target.write(piece, (error) => {
      gone.removeEventListener('abort', left);
      resolve(error === null || error === undefined);
    });
  });
}
