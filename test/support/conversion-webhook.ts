import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { makeCertificates } from './certificates.ts';

export interface ConversionCall {
  readonly desiredAPIVersion: string;
  readonly names: readonly string[];
}

interface Review {
  readonly request: {
    readonly uid: string;
    readonly desiredAPIVersion: string;
    readonly objects: readonly JsonObject[];
  };
}

type Answer = {
  kind?: string;
  apiVersion?: string;
  response?: { uid?: unknown; result?: unknown; convertedObjects?: JsonObject[] };
};

/** What goes wrong: the answer as it would be, to be changed, or to be answered otherwise. */
export type Fault = (answer: Answer, objects: JsonObject[], response: ServerResponse) => 'answered' | void;

/** A webhook for versions whose `spec.size` is `spec.length` in v2. */
export class ConversionWebhook {
  readonly url: string;
  /** PEM. */
  readonly authority: string;
  readonly calls: ConversionCall[] = [];
  fault: Fault | undefined;
  readonly #server: Server;

  private constructor(server: Server, authority: string) {
    this.#server = server;
    this.authority = authority;
    this.url = `https://localhost:${(server.address() as AddressInfo).port}/convert`;
    server.on('request', (request, response) => {
      let text = '';
      request.setEncoding('utf8');
      request.on('data', (piece: string) => (text += piece));
      request.on('end', () => this.#answer(JSON.parse(text) as Review, response));
    });
  }

  static async open(): Promise<ConversionWebhook> {
    const { ca, server: pair } = await makeCertificates();
    const server = createServer(pair);
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    return new ConversionWebhook(server, ca);
  }

  /** Of a definition. */
  get conversion(): object {
    const clientConfig = { url: this.url, caBundle: Buffer.from(this.authority).toString('base64') };
    return { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions: ['v1'] } };
  }

  /** The calls since it was asked last. */
  taken(): readonly ConversionCall[] {
    return this.calls.splice(0);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer({ request: { uid, desiredAPIVersion, objects } }: Review, response: ServerResponse): void {
    const names = objects.map(({ metadata }) => (metadata as { name: string }).name);
    this.calls.push({ desiredAPIVersion, names });
    const convertedObjects = objects.map((object) => converted(object, desiredAPIVersion));
    const answer: Answer = {
      kind: 'ConversionReview',
      apiVersion: 'apiextensions.k8s.io/v1',
      response: { uid, result: { status: 'Success' }, convertedObjects },
    };
    if (this.fault?.(answer, convertedObjects, response) === 'answered') return;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }
}

function converted(object: JsonObject, apiVersion: string): JsonObject {
  const { size, length, ...spec } = (object['spec'] ?? {}) as JsonObject;
  const measure = size ?? length;
  const name = apiVersion.endsWith('v2') ? 'length' : 'size';
  return { ...object, apiVersion, spec: { ...spec, ...(measure !== undefined && { [name]: measure }) } };
}
