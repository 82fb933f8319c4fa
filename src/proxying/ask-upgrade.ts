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
    const leave = (): void => void request.destroy();
    client.once('close', leave);
    request.once('socket', (socket) => {
      socket.once(destination.scheme === 'https' ? 'secureConnect' : 'connect', () => (connected = true));
    });
    request.on('error', (cause) => {
      client.off('close', leave);
      const text = dialErrorText(cause, authorityOf(destination));
      reject(new UpgradeError(connected && text === 'EOF' ? 'unexpected EOF' : text, connected, { cause }));
    });
    request.once('response', (answer) => {
      answer.once('close', () => client.off('close', leave));
      resolve({ accepted: false, answer });
    });
    request.once('upgrade', (answer, socket, head) => {
      client.off('close', leave);
      resolve({ accepted: true, answer, socket, head });
    });
    if (client.destroyed) leave();
    request.end();
  });
}
