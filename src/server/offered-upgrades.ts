import type { IncomingMessage, Server } from 'node:http';
import type { Http2SecureServer, Http2Server, Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { AnyRequest, AnyResponse, RequestSink } from './listener.ts';

/**
 * Gives `sink` what arrives at `server`. A client may offer another protocol with any request, and must be ready to be
 * answered in the old one: Java's HTTP client offers h2c with everything it sends, bodies included. Node asks only whether
 * anybody listens for upgrades, and then takes every such request for the last one of its connection, with no body
 * (nodejs/node#58394). So a request whose offer nobody takes goes back, without the offer, to the connection that it came
 * from, and the server reads it as an ordinary one: its body, its limits, and what follows it.
 */
export function serveRequests(server: Server | Http2Server | Http2SecureServer, sink: RequestSink): void {
  /** The last answer that was begun on each HTTP/1.1 connection. */
  const answers = new WeakMap<Duplex, AnyResponse>();
  server.on('request', (request: AnyRequest, response: AnyResponse) => {
    if (request.httpVersionMajor === 1) answers.set(request.socket, response);
    sink.request(request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const takes = sink.takesUpgrade(request);
    afterAnswer(answers.get(socket), socket, () => {
      if (takes) sink.upgrade(request, socket, head);
      else readAgain(server, request, socket, head);
    });
  });
  // CONNECT: nothing is tunnelled, but the refusal is an answer. HTTP/2 has a stream to give it on.
  server.on(
    'connect',
    (request: IncomingMessage | Http2ServerRequest, to: Duplex | Http2ServerResponse, head: Buffer) => {
      if ('stream' in request) sink.request(request, to as Http2ServerResponse);
      else afterAnswer(answers.get(request.socket), request.socket, () => sink.upgrade(request, request.socket, head));
    },
  );
}

/** Requests may come before the one in front of them is answered; answers may not. */
function afterAnswer(answer: AnyResponse | undefined, socket: Duplex, next: () => void): void {
  if (answer === undefined || answer.writableFinished) return next();
  const ignore = (): void => {};
  // Its parser has let go of the connection: until the next one has it, an error of it is nobody's.
  socket.on('error', ignore);
  answer.once('close', () => {
    socket.off('error', ignore);
    if (!socket.destroyed && socket.writable) next();
  });
}

function readAgain(
  server: Server | Http2Server | Http2SecureServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  // The answer before may have left a time limit for idle connections.
  request.socket.setTimeout(0);
  socket.unshift(Buffer.concat([headWithoutOffer(request), head]));
  server.emit('setSecureContext' in server ? 'secureConnection' : 'connection', socket);
}

/** Request line and headers, as they came but for `Upgrade`. Node has bytes as characters in them. */
function headWithoutOffer({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.toLowerCase() !== 'upgrade') head += `${name}: ${rawHeaders[index + 1]}\r\n`;
  }
  return Buffer.from(`${head}\r\n`, 'latin1');
}
