import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { markerText } from '../load/marker.ts';
import { collectionPath, configMapJson, hotObjectJson, namespaceName, objectName } from '../load/objects.ts';

/**
 * The limit of the runtime: answers the traffic of every profile with bytes made beforehand. No API, no storage, no
 * parsing, no selection; the same bytes on the wire.
 *
 * usage: floor-server OBJECTS OBJECT_BYTES NAMESPACES [CERT KEY]; says `listening PORT` on stdout.
 */
const [objects = 10_000, objectBytes = 1500, namespaces = 100] = process.argv.slice(2, 5).map(Number);
const [certFile, keyFile] = process.argv.slice(5);

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

const serverFields = (n: number) =>
  `"metadata":{"resourceVersion":"${1_000_000 + n}","uid":"00000000-0000-4000-8000-${String(n).padStart(12, '0')}","creationTimestamp":"2026-01-01T00:00:00Z",`;
const stored = (namespace: string, index: number, sequence: number) =>
  configMapJson(namespace, objectName(index), sequence, objectBytes).replace('"metadata":{', serverFields(sequence));
const item = (index: number) => {
  return stored(namespaceName(Math.floor(index / (objects / namespaces))), index, index).replace(
    '"kind":"ConfigMap","apiVersion":"v1",',
    '',
  );
};
const listOf = (items: readonly string[]) =>
  Buffer.from(
    `{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"1000000"},"items":[${items.join(',')}]}\n`,
  );

const items = Array.from({ length: objects }, (_, index) => item(index));
const wholeList = listOf(items);
const selectedList = listOf(items.filter((_, index) => index % 10 === 0));
const pageList = listOf(items.slice(0, 500));
const namespaceList = listOf(items.slice(0, objects / namespaces));
const one = Buffer.from(`${stored(namespaceName(0), 0, 0)}\n`);
const frame = (type: string, object: string) => `{"type":"${type}","object":${object}}\n`;
const initialEvents = Buffer.from(items.map((_, index) => frame('ADDED', stored('bench', index, index))).join(''));
const frameTemplate = Buffer.from(
  frame('MODIFIED', hotObjectJson('bench-hot', objectName(0), 0, objectBytes).replace('"metadata":{', serverFields(0))),
);
const markerAt = frameTemplate.indexOf(`"${markerText(0)}"`) + 1;
/** The names of objects have one width, so a frame for another object differs in digits only. */
const frameOf = (marker: Buffer) => {
  const made = Buffer.from(frameTemplate);
  marker.copy(made, markerAt);
  return made;
};
const chunkOf = (body: Buffer) =>
  Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);

/** Watchers of everything, and of one name each. */
const everyone = new Set<Response>();
const byName = new Map<string, Set<Response>>();
let recent: Buffer[] = [];

const json = { 'content-type': 'application/json', 'cache-control': 'no-cache, private' };
/** What one write to a socket carries at most, as in a server that minds its memory. */
const pieceBytes = 256 * 1024;

function send(response: Response, body: Buffer): void {
  response.writeHead(200, { ...json, 'content-length': String(body.length) });
  pour(response, body, () => response.end());
}

function pour(response: Response, body: Buffer, done: () => void): void {
  let at = 0;
  const more = () => {
    while (at < body.length) {
      const piece = body.subarray(at, at + pieceBytes);
      at += piece.length;
      if (!write(response, piece)) return void response.once('drain', more);
    }
    done();
  };
  more();
}

const write = (response: Response, bytes: Buffer): boolean =>
  'stream' in response ? response.stream.write(bytes) : response.write(bytes);

function watch(response: Response, query: URLSearchParams): void {
  response.writeHead(200, json);
  if (!('stream' in response)) response.flushHeaders();
  const name = /metadata\.name=(.+)/.exec(query.get('fieldSelector') ?? '')?.[1];
  const live = () => {
    const set = name === undefined ? everyone : (byName.get(name) ?? new Set());
    if (name !== undefined) byName.set(name, set);
    set.add(response);
    response.on('close', () => set.delete(response));
  };
  if (query.get('sendInitialEvents') === 'true') return pour(response, initialEvents, live);
  if (query.get('resourceVersion') === 'recent') write(response, Buffer.concat(recent));
  live();
}

function put(request: Request, response: Response, path: string): void {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    const at = body.indexOf('"seq":"s') + 7;
    const made = frameOf(body.subarray(at, at + 9));
    recent.push(made);
    if (recent.length > 100) recent = recent.slice(-50);
    const chunk = chunkOf(made);
    for (const watcher of everyone) deliver(watcher, made, chunk);
    for (const watcher of byName.get(path.slice(path.lastIndexOf('/') + 1)) ?? []) deliver(watcher, made, chunk);
    response.writeHead(request.method === 'POST' ? 201 : 200, { ...json, 'content-length': String(one.length) });
    response.end(one);
  });
}

/** Straight to the socket for HTTP/1.1, as a server would that knows it owns the response. */
function deliver(watcher: Response, body: Buffer, chunk: Buffer): void {
  if ('stream' in watcher) watcher.stream.write(body);
  else watcher.socket?.write(chunk);
}

function handle(request: Request, response: Response): void {
  const url = new URL(request.url ?? '/', 'http://floor');
  if (request.method !== 'GET') return put(request, response, url.pathname);
  if (url.searchParams.get('watch') === 'true') return watch(response, url.searchParams);
  if (url.searchParams.has('labelSelector')) return send(response, selectedList);
  const limit = url.searchParams.get('limit');
  if (limit === '1') return send(response, Buffer.from('{"metadata":{"resourceVersion":"recent"}}'));
  if (limit !== null) return send(response, pageList);
  if (url.pathname === '/api/v1/configmaps') return send(response, wholeList);
  if (url.pathname === collectionPath(namespaceName(0))) return send(response, namespaceList);
  send(response, one);
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
