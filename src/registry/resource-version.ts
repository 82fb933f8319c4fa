import { asRevision, noRevision, type Revision } from '../base/revision.ts';
import { goQuote } from '../machinery/go-quote.ts';
import { badRequest, unknownError } from '../machinery/status-errors.ts';

/** What a client asked for by resourceVersion. `exactly` is as it was sent, which may be more than any store reaches. */
export interface RequestedVersion {
  /** '' or '0': no particular one. */
  readonly any: boolean;
  readonly exactly: bigint;
  /** The same as a revision; `undefined` beyond what a revision can be: it is certainly in the future. */
  readonly revision: Revision | undefined;
}

const anyVersion: RequestedVersion = { any: true, exactly: 0n, revision: noRevision };
const maxUint64 = 2n ** 64n - 1n;

/** What Go's parser says of `text`; undefined when it is an unsigned 64 bit integer. */
function uint64Error(text: string): string | undefined {
  const why = /^\d+$/.test(text) ? (BigInt(text) > maxUint64 ? 'value out of range' : undefined) : 'invalid syntax';
  return why === undefined ? undefined : `strconv.ParseUint: parsing ${goQuote(text)}: ${why}`;
}

function parse(text: string): RequestedVersion | string {
  if (text === '' || text === '0') return anyVersion;
  const why = uint64Error(text);
  if (why !== undefined) return `resourceVersion: Invalid value: ${goQuote(text)}: ${why}`;
  const exactly = BigInt(text);
  const revision = exactly <= BigInt(Number.MAX_SAFE_INTEGER) ? asRevision(Number(exactly)) : undefined;
  return { any: exactly === 0n, exactly, revision };
}

/**
 * For LIST.
 * @throws {ApiError} 400
 */
export function listVersion(text: string): RequestedVersion {
  const parsed = parse(text);
  if (typeof parsed === 'string') throw badRequest(`invalid resource version: ${parsed}`);
  return parsed;
}

/**
 * For GET and WATCH, where Kubernetes lets the parser's error through as it is.
 * @throws {ApiError} 500
 */
export function readVersion(text: string): RequestedVersion {
  const parsed = parse(text);
  if (typeof parsed === 'string') throw unknownError(parsed);
  return parsed;
}

/**
 * For what an update says to have seen; Kubernetes lets the error of Go's parser through as it is.
 * @throws {ApiError} 500
 */
export function checkSeenVersion(text: string): void {
  const why = uint64Error(text);
  if (why !== undefined) throw unknownError(why);
}
