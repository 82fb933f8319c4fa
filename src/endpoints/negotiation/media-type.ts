import type { Format, MediaType, TransformKind } from '../../encoding/media-type.ts';
import { type AcceptClause, parseAccept } from './accept.ts';

const protobuf = 'application/vnd.kubernetes.protobuf';
/** What answers are written in, in order of preference. */
const written = ['application/json', 'application/yaml'] as const;

/**
 * What the 406 to such an Accept offers: the representations that the API has, in the original's words. Protobuf is read, not
 * written, and not offered to those who asked for just that.
 */
export const offeredTo = (accept: string): readonly string[] =>
  accept.includes(protobuf) ? written : [...written, protobuf];

export const contentTypeOf = { json: 'application/json', yaml: 'application/yaml' } as const satisfies Record<
  Format,
  string
>;

const formats: readonly Format[] = ['json', 'yaml'];
const transformKinds: ReadonlySet<string> = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);

const plainJson: MediaType = { format: 'json', pretty: false, transform: undefined };

/**
 * The first acceptable alternative, `undefined` for none (406). An absent header accepts JSON.
 * `transforms`: whether the answer can be made into a Table and the like; an alternative that asks for it is passed over else.
 */
export function negotiate(accept: string | undefined, transforms: boolean): MediaType | undefined {
  if (accept === undefined || accept === '' || accept === 'application/json') return plainJson;
  for (const clause of parseAccept(accept)) {
    const format = formatOf(clause);
    const found = format && mediaTypeOf(clause, format, transforms);
    if (found) return found;
  }
  return undefined;
}

function formatOf({ type, subtype }: AcceptClause): Format | undefined {
  if (type === '*' && subtype === '*') return 'json';
  if (type !== 'application') return undefined;
  return subtype === '*' ? 'json' : formats.find((format) => format === subtype);
}

function mediaTypeOf({ parameters }: AcceptClause, format: Format, transforms: boolean): MediaType | undefined {
  const stream = parameters.get('stream') ?? '';
  const serverVersion = parameters.get('sv') ?? '';
  if ((stream !== '' && stream !== 'watch') || (serverVersion !== '' && serverVersion !== 'v1')) return undefined;
  const pretty = parameters.get('pretty') === '1';
  if (!['as', 'g', 'v'].some((key) => parameters.has(key))) return { format, pretty, transform: undefined };

  const kind = parameters.get('as') ?? '';
  const version = parameters.get('v');
  const known =
    parameters.get('g') === 'meta.k8s.io' && (version === 'v1' || version === 'v1beta1') && transformKinds.has(kind);
  return transforms && known ? { format, pretty, transform: { kind: kind as TransformKind, version } } : undefined;
}

/** Whether the client reads gzip: the bare token, in any position; q-values are not looked at, as in the original. */
export const acceptsGzip = (acceptEncoding: string | undefined): boolean =>
  acceptEncoding?.split(',').some((token) => token.trim() === 'gzip') ?? false;

/** `?pretty=`, else a user agent that a person sits behind. */
export function wantsPretty(query: URLSearchParams, userAgent: string): boolean {
  const asked = query.get('pretty') ?? '';
  if (asked !== '') return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(asked);
  return ['curl', 'Wget', 'Mozilla/5.0'].some((prefix) => userAgent.startsWith(prefix));
}
