import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { authorityOf, type Destination } from './destination.ts';
import { dialErrorText } from './dial-error.ts';
import type { SentRequest } from './transport.ts';

/** What came of the offer to go on in another protocol. */
export type UpgradeAnswer =
  | { readonly accepted: true; readonly answer: IncomingMessage; readonly socket: Duplex; readonly head: Buffer }
  /** The other side would rather answer as it is. */
  | { readonly accepted: false; readonly answer: IncomingMessage };

/** No answer came. The message is why, as Go's net/http would say it. */
export class UpgradeError extends Error {
  override readonly name = 'UpgradeError';
  /** There was a connection. */
  readonly connected: boolean;

  constructor(message: string, connected: boolean, options?: ErrorOptions) {
    super(message, options);
    this.connected = connected;
  }
}

/**
 * Offers a destination to go on in another protocol. Ended when `client` is closed.
 * @throws {UpgradeError}
 */
export function askUpgrade(destination: Destination, sent: SentRequest, client: Duplex): Promise<UpgradeAnswer> {
  return new Promise((resolve, reject) => {
    let connected = false;
    const request = destination.transport.request(destination, sent);
    const stopWatching = whenGone(client, () => request.destroy());
    request.once('socket', (socket) => {
      socket.once(destination.scheme === 'https' ? 'secureConnect' : 'connect', () => (connected = true));
    });
    request.on('error', (cause) => {
      stopWatching();
      const text = dialErrorText(cause, authorityOf(destination));
      reject(new UpgradeError(connected && text === 'EOF' ? 'unexpected EOF' : text, connected, { cause }));
    });
    request.once('response', (answer) => {
      stopWatching();
      resolve({ accepted: false, answer });
    });
    request.once('upgrade', (answer, socket, head) => {
      stopWatching();
      resolve({ accepted: true, answer, socket, head });
    });
    request.end();
  });
}

/**
 * Calls `gone` when a client that waits for an answer ends or loses its connection. What it sends meanwhile stays in the
 * connection's own buffer. Where somebody else reads the connection, he notices its end, and closes it.
 */
function whenGone(client: Duplex, gone: () => void): () => void {
  const look = (): void => {
    // An end is told only to who reads, and there is nothing else to read.
    if (client.readableLength === 0) client.read();
  };
  const watched = client.listenerCount('data') === 0;
  client.once('close', gone);
  if (watched) {
    client.once('end', gone);
    client.on('readable', look);
  }
  if (client.destroyed) gone();
  return () => {
    client.off('close', gone);
    client.off('end', gone);
    client.off('readable', look);
  };
}
