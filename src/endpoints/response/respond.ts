import { promisify } from 'node:util';
import { constants, gzip as gzipCallback } from 'node:zlib';
import type { Format } from '../../encoding/media-type.ts';
import { protobufBody } from '../../encoding/protobuf-items.ts';
import { toYaml } from '../../encoding/yaml-text.ts';
import type { Status } from '../../machinery/api-error.ts';
import { encodeJson, encodeJsonPretty } from '../../machinery/json/encode.ts';
import { parseJson } from '../../machinery/json/parse.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import type { AnswerHeaders, ApiRequest } from '../api-request.ts';
import { acceptsGzip, contentTypeOf, negotiate, wantsPretty } from '../negotiation/media-type.ts';

/** From here on compressing saves more than it costs; kube-apiserver, too, compresses what is longer than 128 KiB. */
export const gzipThresholdBytes = 128 * 1024 + 1;
/** Level 1: higher ones cost far more time than they save bytes (kubernetes#112299). */
export const gzipLevel = constants.Z_BEST_SPEED;

const gzip = promisify(gzipCallback);
const newline = Buffer.from('\n');

/** How an answer is written down. */
export interface Encoding {
  readonly format: Format;
  readonly pretty: boolean;
}

/** A whole body. Compressed when the client reads gzip and it is worth it. */
export async function respondBody(
  request: ApiRequest,
  code: number,
  contentType: string,
  body: Buffer | string,
  more: AnswerHeaders = {},
): Promise<Response> {
  const headers = { 'Content-Type': contentType, ...more };
  if (Buffer.byteLength(body) < gzipThresholdBytes || !acceptsGzip(request.header('accept-encoding'))) {
    return new Response(body, { status: code, headers: request.answerHeaders(headers) });
  }
  const compressed = await gzip(body, { level: gzipLevel });
  const encoded = { ...headers, 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' };
  return new Response(compressed, { status: code, headers: request.answerHeaders(encoded) });
}

export const respondText = (request: ApiRequest, code: number, text: string, more: AnswerHeaders = {}): Response =>
  new Response(text, {
    status: code,
    headers: request.answerHeaders({
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      ...more,
    }),
  });

/** 200 without a body. */
export const respondNothing = (request: ApiRequest): Response =>
  new Response(null, { status: 200, headers: request.answerHeaders({ 'Content-Length': '0' }) });

/** What a path that nobody knows is answered with, as net/http does. */
export const respondNotFound = (request: ApiRequest): Response => respondText(request, 404, '404 page not found\n');

/** An object that is encoded already: compact JSON without a newline. */
export function respondBytes(request: ApiRequest, code: number, encoding: Encoding, bytes: Buffer): Promise<Response> {
  return respondBody(request, code, contentTypeOf[encoding.format], encodeBytes(encoding, bytes));
}

/** Compact JSON in the encoding asked for: with its newline, indented, as YAML or protobuf. */
export function encodeBytes({ format, pretty }: Encoding, bytes: Buffer): Buffer | string {
  if (format === 'json' && !pretty) return Buffer.concat([bytes, newline]);
  const { value } = parseJson(bytes);
  if (format === 'protobuf') return protobufBody(value as JsonObject);
  return format === 'yaml' ? toYaml(value) : encodeJsonPretty(value);
}

export function respondJson(
  request: ApiRequest,
  code: number,
  { format, pretty }: Encoding,
  object: JsonObject,
  more: AnswerHeaders = {},
): Promise<Response> {
  const body =
    format === 'protobuf'
      ? protobufBody(object)
      : format === 'yaml'
        ? toYaml(object)
        : pretty
          ? encodeJsonPretty(object)
          : `${encodeJson(object)}\n`;
  return respondBody(request, code, contentTypeOf[format], body, more);
}

/**
 * A refusal, or a success that has no object. In the format the client accepts, else in JSON: what went wrong must not
 * be hidden behind 406.
 */
export function respondStatus(request: ApiRequest, status: Status, headers: AnswerHeaders = {}): Promise<Response> {
  const code = status.code ?? 200;
  const accepted = negotiate(request.header('accept'), { transforms: false, protobuf: true });
  const encoding = {
    format: accepted?.format ?? 'json',
    pretty: accepted === undefined || accepted.pretty || wantsPretty(request.query, request.userAgent),
  };
  const seconds = status.details?.retryAfterSeconds ?? 0;
  const more: AnswerHeaders = seconds > 0 ? { ...headers, 'Retry-After': String(seconds) } : headers;
  return respondJson(request, code, encoding, status as unknown as JsonObject, more);
}
