import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { PresentedCertificate } from '../machinery/request-authenticator.ts';
import type { RequestLine } from './request-line.ts';

/** A connection that asked to go on in another protocol and still belongs to nobody. */
export interface Upgrade {
  readonly socket: Duplex;
  /** What the client sent behind its headers. */
  readonly head: Buffer;
}

/**
 * What a request comes with besides itself: `app.fetch(request, bindings)`. Absent in a call without a server: then there
 * is no socket to stream to, and no watch.
 */
export interface Bindings {
  /** What was asked for, as it was written: a Request has a URL that is normalised, or none that can be read. */
  readonly line?: RequestLine;
  readonly incoming?: IncomingMessage | Http2ServerRequest;
  readonly outgoing?: ServerResponse | Http2ServerResponse;
  readonly upgrade?: Upgrade;
  /** What the client showed when it connected; absent where clients are not asked for it. */
  readonly certificate?: () => PresentedCertificate | undefined;
}
