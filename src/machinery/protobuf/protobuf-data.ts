/** The layout of kubernetes-protobuf.generated.json. */
export interface ProtobufData {
  /** `group/version/kind`, or `*` and the kind for one of every group and version → index of its message. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly messages: readonly MessageData[];
}

/** By field number. */
export type MessageData = Readonly<Record<string, ProtobufField>>;

/**
 * JSON name ('': the message's fields stand among those of the outer one), type, and flags: `p` a pointer, so that a zero
 * is a value; `o` left out of JSON when empty.
 */
export type ProtobufField =
  | readonly [name: string, type: ProtobufType]
  | readonly [name: string, type: ProtobufType, flags: string];

/**
 * Scalars: string, integer, boolean, double, bytes (base64 in JSON), Time, MicroTime, Quantity, IntOrString, JSON in
 * bytes. A number is the index of a message; `[` repeated, `{` a map with string keys, `(` a list in a message of its own,
 * whose only field it is.
 */
export type ProtobufType =
  | 's'
  | 'i'
  | 'b'
  | 'd'
  | 'y'
  | 't'
  | 'u'
  | 'q'
  | 'x'
  | '*'
  | number
  | readonly ['[' | '{' | '(', ProtobufType];

/** The message of a kind of Kubernetes' own; undefined for all others. What has no apiVersion is of the core group. */
export function messageOf(
  { kinds }: ProtobufData,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
): number | undefined {
  const groupVersion = apiVersion.includes('/') ? apiVersion : `/${apiVersion || 'v1'}`;
  return kinds[`${groupVersion}/${kind}`] ?? kinds[`*/${kind}`];
}
