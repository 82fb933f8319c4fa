import type { JsonObject } from './json-value.ts';

/** Where a webhook is called, and who it has to be. */
export interface WebhookAddress {
  /** '' when it is a service. */
  readonly url: string;
  readonly service: WebhookService | undefined;
  /** PEM; '' for the authorities that the system knows. */
  readonly authority: string;
}

export interface WebhookService {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  /** '' or beginning with a slash. */
  readonly path: string;
}

/** Calls webhooks. */
export interface WebhookCaller {
  /** The answer to one question, both JSON. Rejects with WebhookCallError when there is none. */
  post(address: WebhookAddress, body: JsonObject, timeoutMs: number): Promise<JsonObject>;
}

/** A webhook that could not be reached in time, or whose answer is no JSON object. The message says how, as Go would. */
export class WebhookCallError extends Error {
  override readonly name = 'WebhookCallError';
}
