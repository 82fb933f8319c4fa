import { unregisteredKind } from '../body-errors.ts';
import { parseJson } from '../json/parse.ts';
import { decodeUtf8 } from '../json/utf8.ts';
import type { JsonObject, JsonValue } from '../json-value.ts';
import { magic } from './envelope.ts';
import { type MessageData, messageOf, type ProtobufData, type ProtobufType } from './protobuf-data.ts';
import { ProtobufError, WireReader, type WireType } from './wire-reader.ts';

/** No Kubernetes type nests deeper; recursion does not follow hostile bytes beyond it. */
const maxDepth = 100;

/** What bytes are that do not say it. */
export interface ExpectedType {
  readonly apiVersion: string;
  readonly kind: string;
  /** Other versions of the kind that have the same fields, and are read as it. */
  readonly alikeVersions?: readonly string[];
}

/**
 * Decodes a body of `application/vnd.kubernetes.protobuf`, which Go's typed clients send: `k8s\0` and a runtime.Unknown
 * around the object. The object is as it would be in JSON, `kind` and `apiVersion` set, from `expected` where the body
 * does not say. Fields that the table does not know are passed over, as protobuf has it. What Go's JSON would leave
 * out because it is empty is left out.
 * @throws {ProtobufError}
 */
export function decodeProtobuf(data: ProtobufData, bytes: Buffer, expected: ExpectedType): JsonObject {
  if (bytes.length === 0) throw new ProtobufError('empty data');
  if (!bytes.subarray(0, magic.length).equals(magic)) {
    throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  }
  if (bytes.length === magic.length) throw new ProtobufError('empty body');
  const unknown = new WireReader(bytes, magic.length);
  let [apiVersion, kind] = ['', ''];
  let raw: Buffer = Buffer.alloc(0);
  while (!unknown.done) {
    const { field, wireType } = unknown.tag();
    if (field === 1 && wireType === 2) [apiVersion, kind] = decodeTypeMeta(unknown.bytes());
    else if (field === 2 && wireType === 2) raw = unknown.bytes();
    else unknown.skip(wireType);
  }
  const isAlike = kind === expected.kind && expected.alikeVersions?.includes(apiVersion) === true;
  const known = {
    apiVersion: isAlike ? expected.apiVersion : apiVersion || expected.apiVersion,
    kind: kind || expected.kind,
  };
  const index = messageOf(data, known);
  if (index === undefined) throw new ProtobufError(unregisteredKind(known.kind, known.apiVersion));
  const object: JsonObject = Object.create(null) as JsonObject;
  object['kind'] = known.kind;
  object['apiVersion'] = known.apiVersion;
  decodeMessage(data, index, new WireReader(raw), object, 0);
  return object;
}

function decodeTypeMeta(bytes: Buffer): [apiVersion: string, kind: string] {
  const reader = new WireReader(bytes);
  const values = ['', ''] as [string, string];
  while (!reader.done) {
    const { field, wireType } = reader.tag();
    if ((field === 1 || field === 2) && wireType === 2) values[field - 1] = decodeUtf8(reader.bytes());
    else reader.skip(wireType);
  }
  return values;
}

function decodeMessage(data: ProtobufData, index: number, reader: WireReader, into: JsonObject, depth: number): void {
  if (depth > maxDepth) throw new ProtobufError('exceeded max depth');
  const message: MessageData = data.messages[index] ?? {};
  while (!reader.done) {
    const { field, wireType } = reader.tag();
    const known = message[field];
    if (known === undefined) {
      reader.skip(wireType);
      continue;
    }
    const [name, type, flags = ''] = known;
    if (name === '' && typeof type === 'number') {
      expectWire(wireType, 2, String(field));
      decodeMessage(data, type, new WireReader(reader.bytes()), into, depth + 1);
    } else decodeField(data, name, type, flags, wireType, reader, into, depth);
  }
}

function decodeField(
  data: ProtobufData,
  name: string,
  type: ProtobufType,
  flags: string,
  wireType: WireType,
  reader: WireReader,
  into: JsonObject,
  depth: number,
): void {
  if (typeof type === 'object') {
    const [container, element] = type;
    if (container === '[') appendElement(data, name, element, wireType, reader, into, depth);
    else if (container === '(') {
      expectWire(wireType, 2, name);
      into[name] = decodeNamedList(data, name, element, new WireReader(reader.bytes()), depth);
    } else putEntry(data, name, element, wireType, reader, into, depth);
    return;
  }
  if (typeof type === 'number') {
    // A message that comes in parts is merged, as protobuf has it.
    const own = into[name];
    const part =
      typeof own === 'object' && own !== null && !Array.isArray(own) ? own : (Object.create(null) as JsonObject);
    expectWire(wireType, 2, name);
    decodeMessage(data, type, new WireReader(reader.bytes()), part, depth + 1);
    into[name] = part;
    return;
  }
  const value = decodeScalar(name, type, wireType, reader);
  const empty = value === undefined || value === '' || value === 0 || value === false;
  if (value !== undefined && (!empty || flags.includes('p') || !flags.includes('o'))) into[name] = value;
}

function appendElement(
  data: ProtobufData,
  name: string,
  type: ProtobufType,
  wireType: WireType,
  reader: WireReader,
  into: JsonObject,
  depth: number,
): void {
  const list = (into[name] ??= []) as JsonValue[];
  if (type === 'i' && wireType === 2) {
    const packed = new WireReader(reader.bytes());
    while (!packed.done) list.push(packed.varint());
    return;
  }
  list.push(decodeElement(data, name, type, wireType, reader, depth));
}

/** A list in a message of its own. */
function decodeNamedList(
  data: ProtobufData,
  name: string,
  type: ProtobufType,
  reader: WireReader,
  depth: number,
): JsonValue[] {
  const list: JsonValue[] = [];
  while (!reader.done) {
    const { field, wireType } = reader.tag();
    if (field === 1) list.push(decodeElement(data, name, type, wireType, reader, depth));
    else reader.skip(wireType);
  }
  return list;
}

function putEntry(
  data: ProtobufData,
  name: string,
  type: ProtobufType,
  wireType: WireType,
  reader: WireReader,
  into: JsonObject,
  depth: number,
): void {
  expectWire(wireType, 2, name);
  const map = (into[name] ??= Object.create(null) as JsonObject) as JsonObject;
  const entry = new WireReader(reader.bytes());
  let key = '';
  let value: JsonValue | undefined;
  while (!entry.done) {
    const { field, wireType: wire } = entry.tag();
    if (field === 1 && wire === 2) key = decodeUtf8(entry.bytes());
    else if (field === 2) value = decodeElement(data, name, type, wire, entry, depth);
    else entry.skip(wire);
  }
  map[key] = value === undefined ? withoutValue(type) : value;
}

/** An entry with a key alone. */
function withoutValue(type: ProtobufType): JsonValue {
  if (typeof type === 'object') return [];
  if (typeof type === 'number') return Object.create(null) as JsonObject;
  if (type === 'i' || type === 'd') return 0;
  if (type === 'b') return false;
  return type === 't' || type === 'u' || type === '*' ? null : '';
}

function decodeElement(
  data: ProtobufData,
  name: string,
  type: ProtobufType,
  wireType: WireType,
  reader: WireReader,
  depth: number,
): JsonValue {
  if (typeof type === 'string') return decodeScalar(name, type, wireType, reader) ?? null;
  const holder: JsonObject = Object.create(null) as JsonObject;
  decodeField(data, 'element', type, '', wireType, reader, holder, depth + 1);
  return holder['element'] ?? null;
}

/** undefined: what JSON has no value for, such as the zero time. */
function decodeScalar(
  name: string,
  type: Extract<ProtobufType, string>,
  wireType: WireType,
  reader: WireReader,
): JsonValue | undefined {
  switch (type) {
    case 'i':
      expectWire(wireType, 0, name);
      return reader.varint();
    case 'b':
      expectWire(wireType, 0, name);
      return reader.varint() !== 0;
    case 'd':
      expectWire(wireType, 1, name);
      return reader.double();
    default:
  }
  expectWire(wireType, 2, name);
  const bytes = reader.bytes();
  switch (type) {
    case 's':
      return decodeUtf8(bytes);
    case 'y':
      return bytes.toString('base64');
    case 't':
      return timeText(bytes, 0, name);
    case 'u':
      return timeText(bytes, 6, name);
    case 'q':
      return textOf(fieldsOf(bytes).get(1)) || '0';
    case 'x': {
      const fields = fieldsOf(bytes);
      return fields.get(1) === 1 ? textOf(fields.get(3)) : numberOf(fields.get(2));
    }
    case '*': {
      const raw = fieldsOf(bytes).get(1);
      return raw instanceof Buffer && raw.length > 0 ? parseJson(raw).value : undefined;
    }
    default:
      return type satisfies never;
  }
}

function expectWire(got: WireType, expected: WireType, name: string): void {
  if (got !== expected) throw new ProtobufError(`proto: wrong wireType = ${got} for field ${name}`);
}

/** The last value of each field of a small message. */
function fieldsOf(bytes: Buffer): Map<number, Buffer | number | bigint> {
  const reader = new WireReader(bytes);
  const fields = new Map<number, Buffer | number | bigint>();
  while (!reader.done) {
    const { field, wireType } = reader.tag();
    if (wireType === 0) fields.set(field, reader.varint());
    else if (wireType === 2) fields.set(field, reader.bytes());
    else reader.skip(wireType);
  }
  return fields;
}

const textOf = (value: Buffer | number | bigint | undefined): string =>
  value instanceof Buffer ? decodeUtf8(value) : '';
const numberOf = (value: Buffer | number | bigint | undefined): number | bigint =>
  typeof value === 'number' || typeof value === 'bigint' ? value : 0;

/** RFC 3339 in UTC with so many digits of a second; undefined for the zero time, which is sent as nothing. */
function timeText(bytes: Buffer, digits: 0 | 6, name: string): string | undefined {
  if (bytes.length === 0) return undefined;
  const fields = fieldsOf(bytes);
  const date = new Date(Number(numberOf(fields.get(1))) * 1000);
  if (Number.isNaN(date.getTime())) throw new ProtobufError(`field ${name}: time is out of range`);
  const seconds = date.toISOString().slice(0, -'.000Z'.length);
  const micros = Math.floor(Number(numberOf(fields.get(2))) / 1000);
  return digits === 0 ? `${seconds}Z` : `${seconds}.${String(micros).padStart(6, '0')}Z`;
}
