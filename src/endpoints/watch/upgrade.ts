import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { WebSocket, WebSocketServer } from 'ws';
import { lazyWs } from '../../base/lazy-ws.ts';
import type { FrameSink } from '../../dispatch/frame-sink.ts';
import { badRequest } from '../../machinery/status-errors.ts';
import type { ApiRequest } from '../api-request.ts';
import type { Upgrade } from '../bindings.ts';
import { requestInfoOf } from '../request-info.ts';
import type { RequestLine } from '../request-line.ts';
import { deadSink } from './dead-sink.ts';
import type { SinkEvents } from './sink-events.ts';
import { type WebSocketOptions, WebSocketSink } from './websocket-sink.ts';

/** What a client sends is thrown away; this bounds how much of it is held meanwhile. */
const maxInputBytes = 64 * 1024;

/** A browser smuggles its token in as a protocol: that one must not be chosen. */
const tokenProtocol = 'base64url.bearer.authorization.k8s.io.';

let acceptor: WebSocketServer | undefined;

const openAcceptor = (): WebSocketServer =>
  new (lazyWs().WebSocketServer)({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxInputBytes,
    handleProtocols: (protocols) => [...protocols].find((protocol) => !protocol.startsWith(tokenProtocol)) ?? false,
  });

/**
 * Whether a request is one that becomes a WebSocket: a watch without a body. All other requests that offer to change the
 * protocol are ordinary ones: whoever offers must be ready for an answer in the old one.
 */
export function asksForWebSocket({ method, path, query }: RequestLine, headers: IncomingHttpHeaders): boolean {
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    (headers['content-length'] ?? '0') === '0' &&
    headers['transfer-encoding'] === undefined &&
    requestInfoOf(method, path, query).verb === 'watch'
  );
}

/** @throws {ApiError} 400 when the handshake cannot succeed: said before anything is opened for it */
export function checkHandshake(request: ApiRequest): void {
  const key = request.header('sec-websocket-key') ?? '';
  const version = request.header('sec-websocket-version') ?? '';
  if (!/^[+/0-9A-Za-z]{22}==$/.test(key)) throw badRequest('missing or invalid Sec-WebSocket-Key header');
  if (version !== '13' && version !== '8') throw badRequest('missing or invalid Sec-WebSocket-Version header');
}

/** Shakes hands and gives the sink. The connection is the sink's from here on. */
export function acceptWebSocket(
  incoming: IncomingMessage | Http2ServerRequest,
  { socket, head }: Upgrade,
  events: SinkEvents,
  options: WebSocketOptions,
): FrameSink {
  let accepted: WebSocket | undefined;
  (acceptor ??= openAcceptor()).handleUpgrade(incoming as IncomingMessage, socket, head, (webSocket) => {
    accepted = webSocket;
  });
  return accepted === undefined ? deadSink(events) : new WebSocketSink(accepted, events, options);
}
