import type { ProtobufData, ProtobufType } from './protobuf-data.ts';

/** A field as it is written. */
export interface MessageField {
  /** In JSON; '': the message's fields stand among those of the outer one. */
  readonly name: string;
  readonly type: ProtobufType;
  /** Number and wire type. */
  readonly tag: number;
  /** A pointer in Go: not written when it was never set. What is none is written in any case, with its zero value. */
  readonly pointer: boolean;
}

const wireTypes = { i: 0, b: 0, d: 1 } as const;
const lengthDelimited = 2;

const wireTypeOf = (type: ProtobufType): number =>
  typeof type === 'string' && Object.hasOwn(wireTypes, type)
    ? wireTypes[type as keyof typeof wireTypes]
    : lengthDelimited;

const tagOf = (number: number, type: ProtobufType): number => number * 8 + wireTypeOf(type);

const known = new WeakMap<ProtobufData, (readonly MessageField[] | undefined)[]>();

/** The fields of a message, the last one first. Made when it is first asked for. */
export function messageFields(data: ProtobufData, index: number): readonly MessageField[] {
  let messages = known.get(data);
  if (messages === undefined) known.set(data, (messages = []));
  return (messages[index] ??= Object.entries(data.messages[index] ?? {})
    .map(([number, [name, type, flags = '']]) => ({
      name,
      type,
      // A list is its elements, each with a tag of its own.
      tag: tagOf(Number(number), typeof type === 'object' && type[0] === '[' ? type[1] : type),
      pointer: flags.includes('p'),
    }))
    .sort((a, b) => b.tag - a.tag));
}
