import type { IncomingMessage } from 'node:http';
import { Http2ServerRequest } from 'node:http2';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { PresentedCertificate } from '../../machinery/request-authenticator.ts';

/** One look at a connection, for all requests on it. */
const looks = new WeakMap<object, { readonly certificate: PresentedCertificate | undefined }>();

/** What the client of this request showed when it connected; `undefined`: nothing, or there is no TLS. */
export function presentedCertificate(incoming: IncomingMessage | Http2ServerRequest): PresentedCertificate | undefined {
  const session = incoming instanceof Http2ServerRequest ? incoming.stream.session : undefined;
  const connection = session ?? incoming.socket;
  const known = looks.get(connection);
  if (known !== undefined) return known.certificate;
  const certificate = certificateOf((session?.socket ?? incoming.socket) as TLSSocket);
  looks.set(connection, { certificate });
  return certificate;
}

function certificateOf(socket: TLSSocket): PresentedCertificate | undefined {
  if (typeof socket.getPeerCertificate !== 'function') return undefined;
  const chain: Buffer[] = [];
  // The last one, and one that signed itself, is its own issuer.
  for (
    let current: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
    current?.raw !== undefined && !chain.some((der) => der.equals(current?.raw ?? der));
    current = current.issuerCertificate
  ) {
    chain.push(current.raw);
  }
  return chain.length === 0 ? undefined : { chain, trusted: socket.authorized };
}
