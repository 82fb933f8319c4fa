import type { Format, MediaType, TransformKind } from '../../encoding/media-type.ts';
import { type AcceptClause, parseAccept } from './accept.ts';

export const contentTypeOf = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
} as const satisfies Record<Format, string>;

/** In order of preference. */
const formats = ['json', 'yaml', 'protobuf'] as const satisfies readonly Format[];

/** What a 406 offers. */
export const offered: readonly string[] = formats.map((format) => contentTypeOf[format]);

/** What a watch is sent in. JSON of a stream is not told apart. */
export const streamed = {
  json: contentTypeOf.json,
  protobuf: `${contentTypeOf.protobuf};stream=watch`,
} as const;

/** What the 406 to a watch offers. */
export const offeredStreams: readonly string[] = [`${contentTypeOf.json};stream=watch`, streamed.protobuf];

const transformKinds: ReadonlySet<string> = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);

const plainJson: MediaType = { format: 'json', pretty: false, transform: undefined };

/** What there is to choose from. */
export interface Offer {
  /** The answer can be made into a Table and the like; an alternative that asks for it is passed over else. */
  readonly transforms: boolean;
  /** The answer, as it is, can be protobuf. What it is made into can be, but for a Table. */
  readonly protobuf: boolean;
}

/** The first that a clause names; undefined: there is none. */
export const formatOf = (clause: AcceptClause): Format | undefined => formats.find((format) => isOf(clause, format));

/** The first acceptable alternative, `undefined` for none (406). An absent header accepts JSON. */
export function negotiate(accept: string | undefined, offer: Offer): MediaType | undefined {
  if (accept === undefined || accept === '' || accept === 'application/json') return plainJson;
  for (const clause of parseAccept(accept)) {
    for (const format of formats) {
      const found = isOf(clause, format) ? mediaTypeOf(clause, format, offer) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

const isOf = ({ type, subtype }: AcceptClause, format: Format): boolean =>
  type === '*'
    ? subtype === '*'
    : subtype === '*'
      ? type === 'application'
      : `${type}/${subtype}` === contentTypeOf[format];

function mediaTypeOf({ parameters }: AcceptClause, format: Format, offer: Offer): MediaType | undefined {
  const stream = parameters.get('stream') ?? '';
  const serverVersion = parameters.get('sv') ?? '';
  if ((stream !== '' && (stream !== 'watch' || format === 'yaml')) || (serverVersion !== '' && serverVersion !== 'v1'))
    return undefined;
  const pretty = parameters.get('pretty') === '1';
  if (!['as', 'g', 'v'].some((key) => parameters.has(key))) {
    return format === 'protobuf' && !offer.protobuf ? undefined : { format, pretty, transform: undefined };
  }
  const kind = parameters.get('as') ?? '';
  const version = parameters.get('v');
  const known =
    parameters.get('g') === 'meta.k8s.io' && (version === 'v1' || version === 'v1beta1') && transformKinds.has(kind);
  if (!offer.transforms || !known || (kind === 'Table' && format === 'protobuf')) return undefined;
  return { format, pretty, transform: { kind: kind as TransformKind, version } };
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
