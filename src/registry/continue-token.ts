import { posix } from 'node:path';
import { JsonSyntaxError, parseJson } from '../machinery/json/parse.ts';
import { isJsonObject, type JsonObject } from '../machinery/json-value.ts';
import { badRequest } from '../machinery/status-errors.ts';

/** Where a list goes on. */
export interface ContinuePoint {
  /** A whole storage key: the first that may still come. */
  readonly startKey: string;
  /** The revision of the first page; negative: whatever is latest. */
  readonly revision: number;
}

const encodingVersion = 'meta.k8s.io/v1';

/** The token that goes on at `startKey`, which lies below `prefix`. */
export function encodeContinue({ startKey, revision }: ContinuePoint, prefix: string): string {
  const token = { v: encodingVersion, rv: revision, start: startKey.slice(prefix.length) };
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

const invalid = (why: string) => badRequest(`invalid continue token: continue key is not valid${why}`);

/**
 * Reads a token of {@link encodeContinue}, or of a kube-apiserver for the same list. It cannot lead out of `prefix`.
 * @throws {ApiError} 400
 */
export function decodeContinue(text: string, prefix: string): ContinuePoint {
  const { v, rv, start } = parseToken(text);
  if (v !== encodingVersion) throw invalid(`: server does not recognize this encoded version ${v}`);
  if (rv === 0) throw invalid(`: incorrect encoded start resourceVersion (version ${encodingVersion})`);
  if (start === '') throw invalid(`: encoded start key empty (version ${encodingVersion})`);
  const key = start.startsWith('/') ? start : `/${start}`;
  if (cleanPath(key) !== key) throw invalid(`: ${start}`);
  return { startKey: prefix + key.slice(1), revision: rv };
}

/** As Go's path.Clean, which unlike Node's drops a slash at the end. */
function cleanPath(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

/** Base64url without padding, of an object of which only the three known fields are looked at, as Go's decoder does. */
function parseToken(text: string): { v: string; rv: number; start: string } {
  const illegal = text.search(/[^\w-]/);
  if (illegal >= 0) throw invalid(`: illegal base64 data at input byte ${illegal}`);
  // What is over cannot be a byte: Go names where the last four characters began.
  if (text.length % 4 === 1) throw invalid(`: illegal base64 data at input byte ${text.length - 1}`);
  const { v = '', rv = 0, start = '' } = parseObject(Buffer.from(text, 'base64url'));
  if (typeof v !== 'string' || typeof start !== 'string') throw invalid(': wrong type of field');
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv)) throw invalid(': resourceVersion is not an integer');
  return { v, rv, start };
}

function parseObject(bytes: Buffer): JsonObject {
  try {
    const { value } = parseJson(bytes);
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw invalid(`: ${error.message}`);
    throw error;
  }
  throw invalid(': not an object');
}
