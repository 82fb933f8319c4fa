import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { collectionPath, namespaceName } from '../load/objects.ts';
import { type Body, makeBodies } from './bodies.ts';

/**
 * The limit of the runtime: answers the traffic of every profile with bytes made beforehand. No API, no storage, no
 * parsing, no selection; the same bytes on the wire.
 *
 * usage: floor-server OBJECTS [CERT KEY]; says `listening PORT` on stdout.
 */
const [objects = '', certFile, keyFile] = process.argv.slice(2);
const bodies = makeBodies(Number(objects));

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/** Watchers of everything, and of one name each. */
const everyone = new Set<Response>();
const byName = new Map<string, Set<Response>>();
/** The last events, and the resourceVersion of the newest: above any that the bodies made beforehand have. */
let recent: Buffer[] = [];
const beforeWrites = 2_000_000;
let written = beforeWrites;

const json = { 'content-type': 'application/json', 'cache-control': 'no-cache, private' };
/** What one write to a socket carries at most, as in a server that minds its memory. */
const pieceBytes = 256 * 1024;

const lengthOf = (body: Body): number => body.reduce((sum, part) => sum + part.length, 0);

function send(response: Response, body: Body, status = 200): void {
  response.writeHead(status, { ...json, 'content-length': String(lengthOf(body)) });
  pour(response, body, () => response.end());
}

/** As much as the socket takes, then the rest when it has drained. */
function pour(response: Response, body: Body, done: () => void): void {
  let part = 0;
  let at = 0;
  const more = () => {
    for (;;) {
      const bytes = body[part];
      if (bytes === undefined) return done();
      const piece = bytes.subarray(at, at + pieceBytes);
      at += piece.length;
      if (at >= bytes.length) {
        part += 1;
        at = 0;
      }
      if (!write(response, piece)) return void response.once('drain', more);
    }
  };
  more();
}

const write = (response: Response, bytes: Buffer): boolean =>
  'stream' in response ? response.stream.write(bytes) : response.write(bytes);

function watch(response: Response, query: URLSearchParams): void {
  response.writeHead(200, json);
  if (!('stream' in response)) response.flushHeaders();
  const from = query.get('resourceVersion');
  if (from === '1') return pour(response, bodies.tooOld, () => response.end());
  const name = /metadata\.name=(.+)/.exec(query.get('fieldSelector') ?? '')?.[1];
  const live = () => {
    const set = name === undefined ? everyone : (byName.get(name) ?? new Set());
    if (name !== undefined) byName.set(name, set);
    set.add(response);
    response.on('close', () => set.delete(response));
  };
  if (query.get('sendInitialEvents') === 'true') return pour(response, bodies.initialEvents, live);
  const missed = Number(from) >= beforeWrites ? written - Number(from) : 0;
  if (missed > 0) write(response, Buffer.concat(recent.slice(-missed)));
  live();
}

function put(request: Request, response: Response, path: string): void {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const frame = bodies.frameOf(Buffer.concat(parts));
    written += 1;
    recent.push(frame);
    if (recent.length > 100) recent = recent.slice(-50);
    const chunk = Buffer.concat([Buffer.from(`${frame.length.toString(16)}\r\n`), frame, Buffer.from('\r\n')]);
    for (const watcher of everyone) deliver(watcher, frame, chunk);
    for (const watcher of byName.get(path.slice(path.lastIndexOf('/') + 1)) ?? []) deliver(watcher, frame, chunk);
    send(response, bodies.one, request.method === 'POST' ? 201 : 200);
  });
}

/** Straight to the socket for HTTP/1.1, as a server would that knows it owns the response. */
function deliver(watcher: Response, body: Buffer, chunk: Buffer): void {
  if ('stream' in watcher) watcher.stream.write(body);
  else watcher.socket?.write(chunk);
}

function handle(request: Request, response: Response): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://floor');
  if (request.method !== 'GET') return put(request, response, pathname);
  if (searchParams.get('watch') === 'true') return watch(response, searchParams);
  const asTable = request.headers.accept?.includes('as=Table') === true;
  send(response, asTable ? bodies.tablePage : bodyOf(pathname, searchParams));
}

function bodyOf(path: string, query: URLSearchParams): Body {
  const limit = query.get('limit');
  if (limit === '1') return [Buffer.from(`{"metadata":{"resourceVersion":"${written}"}}`)];
  if (limit !== null) return bodies.pages[Number(query.get('continue') ?? 0)] ?? [];
  if (query.has('labelSelector')) return bodies.selected;
  if (path === '/api/v1/configmaps') return bodies.whole;
  return path === collectionPath(namespaceName(0)) ? bodies.oneNamespace : bodies.one;
}

const server =
  certFile === undefined || keyFile === undefined
    ? createServer(handle)
    : createSecureServer(
        {
          allowHTTP1: true,
          cert: readFileSync(certFile),
          key: readFileSync(keyFile),
          // In megabytes: the floor does not mind who reads slowly.
          maxSessionMemory: 1000,
        },
        handle,
      );
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`listening ${typeof address === 'object' ? address?.port : address}\n`);
});
process.on('SIGTERM', () => process.exit(0));
