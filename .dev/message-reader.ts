import protobuf from 'protobufjs';

/** What the code of {@link messageReader} needs around it, beside `Reader` of protobufjs/minimal. */
export const readerSupport = `const empty = Buffer.alloc(0);
const textOfVarint = (reader, type) => {
  const { buf, pos } = reader;
  const last = Math.min(pos + 7, reader.len);
  let value = 0;
  // What fits into seven bytes is a number, and nearly everything does; protobufjs makes a Long of all.
  for (let at = pos, factor = 1; at < last; factor *= 128) {
    const byte = buf[at++];
    value += (byte & 127) * factor;
    if (byte < 128) {
      reader.pos = at;
      return String(value);
    }
  }
  return String(reader[type]());
};`;

type VariableOf = (reflected: protobuf.Type | protobuf.Enum) => string;

/**
 * The code of a function `(reader, length, depth)` that reads a message of `type` straight into what protobufjs makes of
 * it in two steps, decoding and converting: names for enums, text for 64-bit integers, defaults for what is absent, and
 * the name of what is set of a oneof. `variableOf` says what has the `read` of another type, or the `nameOf` of an enum.
 * @throws {TypeError} for a map, which no message of etcd has.
 */
export function messageReader(type: protobuf.Type, variableOf: VariableOf): string {
  const fields = type.fieldsArray.map((field) => {
    if (field instanceof protobuf.MapField) throw new TypeError(`${field.fullName} is a map`);
    return field;
  });
  const defaults = fields
    .filter(({ partOf }) => partOf === null)
    .map((field) => `${field.name}: ${field.repeated ? '[]' : defaultOf(field)}`);
  return `(reader, length, depth) => {
const end = reader.pos + length;
if (end > reader.len || depth > Reader.recursionLimit) throw new RangeError('not a message');
const message = { ${defaults.join(', ')} };
while (reader.pos < end) {
const tag = reader.uint32();
switch (tag >>> 3) {
${fields.map((field) => fieldCase(field, variableOf)).join('')}default: reader.skipType(tag & 7);
}
}
if (reader.pos !== end) throw new RangeError('not a message');
return message;
}`;
}

const is64 = (type: string): boolean => /^s?u?int64$|fixed64$/.test(type);

function defaultOf({ type, resolvedType, typeDefault }: protobuf.Field): string {
  if (resolvedType instanceof protobuf.Enum) return JSON.stringify(resolvedType.valuesById[Number(typeDefault)]);
  if (resolvedType !== null) return 'null';
  if (type === 'bytes') return 'empty';
  return is64(type) ? '"0"' : JSON.stringify(typeDefault);
}

function valueOf({ type, resolvedType }: protobuf.Field, variableOf: VariableOf): string {
  if (resolvedType instanceof protobuf.Enum) return `${variableOf(resolvedType)}.nameOf(reader.int32())`;
  if (resolvedType !== null) return `${variableOf(resolvedType)}.read(reader, reader.uint32(), depth + 1)`;
  if (!is64(type)) return `reader.${type}()`;
  return /^u?int64$/.test(type) ? `textOfVarint(reader, '${type}')` : `String(reader.${type}())`;
}

function fieldCase(field: protobuf.Field, variableOf: VariableOf): string {
  const { id, name, partOf, repeated } = field;
  const value = valueOf(field, variableOf);
  if (!repeated) {
    const oneof = partOf === null ? '' : ` message.${partOf.name} = ${JSON.stringify(name)};`;
    return `case ${id}: message.${name} = ${value};${oneof} break;\n`;
  }
  const one = `message.${name}.push(${value});`;
  // Numbers may come packed, whatever the file says.
  const packable = field.resolvedType instanceof protobuf.Enum || protobuf.types.packed[field.type] !== undefined;
  if (!packable) return `case ${id}: ${one} break;\n`;
  return `case ${id}: if ((tag & 7) === 2) {
const end = reader.uint32() + reader.pos;
while (reader.pos < end) ${one}
} else ${one}
break;\n`;
}
