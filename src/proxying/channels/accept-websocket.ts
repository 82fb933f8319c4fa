import type { IncomingMessage } from 'node:http';
import type { WebSocket, WebSocketServer } from 'ws';
import { lazyWs } from '../../base/lazy-ws.ts';
import type { UpgradingClient } from '../tunnel.ts';

/** The largest message of a client: what it types or pipes into a command. It is held until it has come whole. */
const maxMessageBytes = 4 * 2 ** 20;

let acceptor: WebSocketServer | undefined;

/** What the handshake that is under way says of the protocol: it is over before another begins. */
let chosen = '';

function openAcceptor(): WebSocketServer {
  const opened = new (lazyWs().WebSocketServer)({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
  });
  opened.on('headers', (headers) => {
    if (chosen !== '') headers.push(`Sec-WebSocket-Protocol: ${chosen}`);
  });
  return opened;
}

/**
 * Makes a WebSocket of a client's connection. `protocol`: what is spoken over it, of those that the client offered; '': nothing
 * is said of it. undefined: the connection is gone, or the handshake was none and has been answered.
 */
export function acceptWebSocket(
  incoming: IncomingMessage,
  { socket, head }: UpgradingClient,
  protocol: string,
): WebSocket | undefined {
  acceptor ??= openAcceptor();
  // Kubernetes' names are no tokens, as those of protocols are to be, and would be refused.
  delete incoming.headers['sec-websocket-protocol'];
  let accepted: WebSocket | undefined;
  chosen = protocol;
  acceptor.handleUpgrade(incoming, socket, head, (webSocket) => {
    accepted = webSocket;
  });
  return accepted;
}

/** The protocols that a client offers for a WebSocket, in its order; none when it asks for no WebSocket. */
export function offeredProtocols({ headers }: IncomingMessage): readonly string[] {
  if (headers.upgrade?.toLowerCase() !== 'websocket') return [];
  return (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
}
