import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';

/** How a log is told over a WebSocket: each piece of it is a message, of bytes or of base64. '': as of bytes. */
export const logProtocols = ['', 'binary.k8s.io', 'base64.binary.k8s.io'];

/** What may wait for a client before the log does. */
const bufferBytes = 64 * 1024;

const normalClosure = 1000;

/** Tells a log, no faster than the client takes it, and closes the connection behind it. What the client says is not read. */
export function sendLog(answer: IncomingMessage, client: WebSocket, protocol: string): void {
  const base64 = protocol === 'base64.binary.k8s.io';
  const send = (bytes: Buffer): void => {
    const full = client.bufferedAmount + bytes.length > bufferBytes;
    if (full) answer.pause();
    client.send(base64 ? bytes.toString('base64') : bytes, () => {
      if (full) answer.resume();
    });
  };
  // As soon as there is a connection, the client is told by a message that says nothing.
  send(Buffer.alloc(0));
  client.on('error', () => client.terminate());
  client.once('close', () => answer.destroy());
  answer.on('data', send);
  answer.on('error', () => undefined);
  answer.once('close', () => client.close(normalClosure));
}
