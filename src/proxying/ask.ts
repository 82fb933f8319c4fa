import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import type { Destination } from './destination.ts';
import type { SentRequest } from './transport.ts';

/**
 * Sends a request without a body and resolves with its answer, of which only the head has been read. Ended when `client` is
 * closed: nobody waits for the answer any more.
 * Rejects with the system's error when there is none.
 */
export function ask(destination: Destination, sent: SentRequest, client: Writable): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = destination.transport.request(destination, sent);
    const leave = (): void => void request.destroy();
    client.once('close', leave);
    request.once('close', () => client.off('close', leave));
    request.on('error', reject);
    request.once('response', resolve);
    // Nobody asked for another protocol.
    request.once('upgrade', (response, socket) => {
      socket.destroy();
      reject(new Error(`backend tried to switch protocol to ${response.headers.upgrade ?? ''}`));
    });
    if (client.destroyed) leave();
    request.end();
  });
}
