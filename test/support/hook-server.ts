import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificates } from './certificates.ts';

export interface ReviewedObject {
  readonly kind?: string;
  readonly metadata?: {
    readonly name?: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** What a webhook was asked, and at which path. */
export interface Review {
  readonly path: string;
  readonly request: {
    readonly uid: string;
    readonly operation: string;
    readonly object: ReviewedObject | null;
    readonly oldObject: ReviewedObject | null;
  };
}

/** Fields of a response, or silence. */
export type HookAnswer = Readonly<Record<string, unknown>> | 'never';

/** A webhook for admission, over TLS: it allows everything, unless told otherwise. */
export class HookServer {
  /** In the order in which they came. */
  readonly reviews: Review[] = [];
  answer: (review: Review) => HookAnswer = () => ({ allowed: true });
  /** Base64 of PEM. */
  readonly caBundle: string;
  readonly #server: Server;

  private constructor(server: Server, ca: string) {
    this.#server = server;
    this.caBundle = Buffer.from(ca).toString('base64');
  }

  static async open(): Promise<HookServer> {
    const { ca, server: pair } = await makeCertificates();
    const server = createServer({ cert: pair.cert, key: pair.key });
    const hooks = new HookServer(server, ca);
    server.on('request', (request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (part: string) => (text += part));
      request.on('end', () => {
        const sent = JSON.parse(text) as { apiVersion: string; request: Review['request'] };
        const review = { path: (request.url ?? '').replace(/\?.*/, ''), request: sent.request };
        hooks.reviews.push(review);
        const answer = hooks.answer(review);
        if (answer === 'never') return;
        const body = {
          apiVersion: sent.apiVersion,
          kind: 'AdmissionReview',
          response: { uid: sent.request.uid, ...answer },
        };
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return hooks;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
