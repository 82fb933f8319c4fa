import {
  type Authentication,
  type Credentials,
  nobodyKnown,
  type RequestAuthenticator,
} from '../machinery/request-authenticator.ts';
import type { TokenAuthenticator } from '../machinery/token-authenticator.ts';

/** How browsers, which cannot set headers of a WebSocket, say their token: as one of the protocols that they offer. */
const protocolPrefix = 'base64url.bearer.authorization.k8s.io.';

/** A token in `Authorization: Bearer`, or among the protocols that are offered for a WebSocket. */
export class BearerTokens implements RequestAuthenticator {
  readonly #tokens: TokenAuthenticator;

  constructor(tokens: TokenAuthenticator) {
    this.#tokens = tokens;
  }

  async authenticate(credentials: Credentials): Promise<Authentication> {
    const token = tokenInHeader(credentials.header('authorization')) || tokenInProtocols(credentials);
    if (token === '') return nobodyKnown;
    const answer = await this.#tokens.authenticate(token, []);
    return answer.user === undefined ? answer : { user: answer.user };
  }
}

function tokenInHeader(header: string): string {
  const [scheme = '', token = ''] = header.trim().split(' ', 2);
  return scheme.toLowerCase() === 'bearer' ? token : '';
}

/** Nothing, unless another protocol is offered beside it: one of them is to be answered. */
function tokenInProtocols(credentials: Credentials): string {
  if (credentials.header('upgrade').toLowerCase() !== 'websocket') return '';
  const offered = credentials.lines('sec-websocket-protocol').flatMap((line) => line.split(','));
  const protocols = offered.map((protocol) => protocol.trim());
  const tokens = protocols.filter((protocol) => protocol.startsWith(protocolPrefix));
  const [only] = tokens;
  if (only === undefined || tokens.length > 1 || protocols.length < 2) return '';
  const encoded = only.slice(protocolPrefix.length);
  return /^[\w-]+$/.test(encoded) ? Buffer.from(encoded, 'base64url').toString() : '';
}
