import type { IncomingHttpHeaders } from 'node:http';
import { isConnect } from './filters/long-running.ts';
import { requestInfoOf } from './request-info.ts';
import type { RequestLine } from './request-line.ts';

/** HTTP/2 without TLS, which some clients offer with whatever they send, is no protocol that anybody here goes on in. */
const notTaken = /^h2c?$/i;

/**
 * Whether a request offers to go on in another protocol where somebody might: at what is answered elsewhere. A log is only
 * ever read, by a page over a WebSocket. Requests with a body are ordinary ones.
 */
export function asksToConnect({ method, path, query }: RequestLine, headers: IncomingHttpHeaders): boolean {
  const upgrade = headers.upgrade ?? '';
  if (upgrade === '' || notTaken.test(upgrade.split(',', 1)[0]?.trim() ?? '')) return false;
  if ((headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined) return false;
  const info = requestInfoOf(method, path, query);
  return isConnect(info) && (info.subresource !== 'log' || upgrade.toLowerCase() === 'websocket');
}
