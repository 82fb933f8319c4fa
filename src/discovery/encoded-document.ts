import { createHash } from 'node:crypto';
import { encodeJson } from '../machinery/json/encode.ts';
import type { JsonObject } from '../machinery/json-value.ts';

/** A document that is costly to make, as it is sent. */
export interface EncodedDocument {
  /** JSON with its newline, or protobuf. */
  readonly body: string | Buffer;
  /** Changes with the content. Without quotes. */
  readonly etag: string;
}

export const encodedBody = (body: string | Buffer): EncodedDocument => ({
  body,
  etag: createHash('sha512').update(body).digest('hex').toUpperCase(),
});

export const encodedDocument = (document: JsonObject): EncodedDocument => encodedBody(`${encodeJson(document)}\n`);
