import type { ApiError } from './api-error.ts';
import { goQuote } from './go-quote.ts';
import { type GroupKind, goPackageOf } from './gvk.ts';
import { badRequest } from './status-errors.ts';

/** How much of a body an answer shows, in bytes. */
const shownBytes = 30;

/**
 * The body says neither what it is nor what it should be: not JSON, or no kind. `kind`: what the path wants;
 * `why` for what is not JSON: `couldn't get version/kind; json parse error: …`.
 */
export const unrecognizedBody = (kind: string, why: string, body: Buffer): ApiError =>
  badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summary(body)})`);

/** {@link unrecognizedBody} for a body that is not JSON. */
export const unparsableBody = (kind: string, error: Error, body: Buffer): ApiError =>
  unrecognizedBody(kind, unreadableKind(error.message), body);

/** Where the original makes the table of all kinds: it has no other name, and messages show it. */
const schemeName = 'pkg/runtime/scheme.go:111';

/** A body is of a kind that nobody knows. */
export const unregisteredKind = (kind: string, apiVersion: string): string =>
  `no kind ${goQuote(kind)} is registered for version ${goQuote(apiVersion)} in scheme ${goQuote(schemeName)}`;

/** A body does not say what it is, and nobody says it for it. */
export const missingKind = (body: Buffer): string => `Object 'Kind' is missing in '${body.toString()}'`;

/** What a body should be is of a kind that the table has not. */
export const unknownType = ({ version, kind }: { readonly version: string; readonly kind: string }): ApiError =>
  badRequest(`no kind is registered for the type ${version}.${kind} in scheme ${goQuote(schemeName)}`);

/** A body is of a kind that is known, and not the one that is wanted. */
export const unknownConversion = (version: string, kind: string, wanted: GroupKind): string =>
  `converting (${version}.${kind}) to (${goPackageOf(wanted)}.${wanted.kind}): unknown conversion`;

/** What a body is cannot be told. `why`: what Go's encoding/json says. */
export const unreadableKind = (why: string): string => `couldn't get version/kind; json parse error: ${why}`;

/**
 * The body names its kind, but cannot be read as what the path wants.
 * `why`: `json: cannot unmarshal …`, or what {@link strictDecodingText} gives.
 */
export const unhandledBody = (actual: { kind: string; version: string }, wanted: string, why: string): ApiError =>
  badRequest(`${actual.kind} in version ${goQuote(actual.version)} cannot be handled as a ${wanted}: ${why}`);

/** What `fieldValidation=Strict` says: `problems` as {@link strictProblems} gives them. */
export const strictDecodingText = (problems: readonly string[]): string =>
  `strict decoding error: ${problems.join(', ')}`;

/** One text per field, for the error of `fieldValidation=Strict` and the warnings of `Warn`. */
export const strictProblems = ({
  duplicate = [],
  unknown = [],
}: {
  readonly duplicate?: readonly string[] | undefined;
  readonly unknown?: readonly string[] | undefined;
}): string[] => [
  ...duplicate.map((path) => `duplicate field ${goQuote(path)}`),
  ...unknown.map((path) => `unknown field ${goQuote(path)}`),
];

/** What YAML's reader says of keys that are there twice, all of them at once. */
export const repeatedInYaml = (problems: readonly string[]): string =>
  `yaml: unmarshal errors:\n${problems.map((problem) => `  ${problem}`).join('\n')}`;

function summary(body: Buffer): string {
  if (body.length === 0) return '<empty>';
  const shown = body.subarray(0, shownBytes).toString(body[0] === 0x7b ? 'utf8' : 'hex');
  return body.length > shownBytes ? `${shown} ...` : shown;
}
