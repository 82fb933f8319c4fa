import { canonicalBase64 } from '../base64.ts';
import { compareText } from '../compare-text.ts';
import { encodeJson } from '../json/encode.ts';
import { emptyObject } from '../json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringAt } from '../json-value.ts';
import { canonicalMicroTime, canonicalTime, isZeroTime } from '../time.ts';
import { envelopeHead, envelopeOpening, envelopeTail } from './envelope.ts';
import { messageFields } from './message-fields.ts';
import { messageOf, type ProtobufData, type ProtobufType } from './protobuf-data.ts';
import { ReverseWriter } from './reverse-writer.ts';
import { ProtobufError } from './wire-reader.ts';

/** What a message is written from, and where to. */
interface Encoding {
  readonly data: ProtobufData;
  readonly writer: ReverseWriter;
}

/** Writes a message of a kind's table, byte for byte as Go's generated code does. @throws {ProtobufError} a value is not of its type */
export function encodeMessage(data: ProtobufData, index: number, object: JsonObject, writer: ReverseWriter): void {
  writeMessage({ data, writer }, index, object);
}

const writer = new ReverseWriter();

/**
 * Encodes an object as a body of `application/vnd.kubernetes.protobuf`: `k8s\0` and a runtime.Unknown around it, byte for
 * byte as Go does. What its kind, which it names, does not have is left out. undefined: it is of no kind that has a message.
 * @throws {ProtobufError} a value is not of its type
 */
export function encodeProtobuf(data: ProtobufData, object: JsonObject): Buffer | undefined {
  const of = { apiVersion: stringAt(object, 'apiVersion'), kind: stringAt(object, 'kind') };
  const index = messageOf(data, of);
  if (index === undefined) return undefined;
  writer.clear();
  encodeMessage(data, index, object, writer);
  const message = writer.take();
  return Buffer.concat([envelopeHead(envelopeOpening(of), message.length), message, envelopeTail]);
}

/** Tags of an entry's parts: a key, and a value by its wire type. */
const keyTag = 0x0a;
const valueField = 0x10;

function writeMessage(to: Encoding, index: number, object: JsonObject): void {
  for (const { name, type, tag, pointer } of messageFields(to.data, index)) {
    const value = name === '' ? object : object[name];
    if (value === undefined || value === null) {
      if (!pointer) writeZero(to, type, tag);
    } else if (typeof type !== 'object') writeField(to, name, type, tag, value);
    else if (type[0] === '[') writeList(to, name, type[1], tag, value);
    else if (type[0] === '{') writeMap(to, name, type[1], tag, value);
    else writeField(to, name, type, tag, value);
  }
}

/** A field that was never set and is no pointer: lists, maps and bytes are nothing, all else is written. */
function writeZero(to: Encoding, type: ProtobufType, tag: number): void {
  if (typeof type === 'object' || type === 'y') return;
  writeField(to, '', type, tag, zeroOf(type));
}

const nothing = Object.freeze(emptyObject());

/** null: an empty message, as of a time that was never set. */
function zeroOf(type: Exclude<ProtobufType, readonly unknown[]>): JsonValue {
  if (typeof type === 'number') return nothing;
  switch (type) {
    case 's':
    case 'y':
      return '';
    case 'i':
    case 'd':
    case 'x':
      return 0;
    case 'b':
      return false;
    case 'q':
      return '0';
    case 't':
    case 'u':
    case '*':
      return null;
    default:
      return type satisfies never;
  }
}

function writeField(to: Encoding, name: string, type: ProtobufType, tag: number, value: JsonValue): void {
  writeValue(to, name, type, value);
  to.writer.unsigned(tag);
}

function writeList(to: Encoding, name: string, type: ProtobufType, tag: number, value: JsonValue): void {
  if (!Array.isArray(value)) throw wrong(name, 'a list', value);
  for (let i = value.length - 1; i >= 0; i--) writeElement(to, name, type, tag, value[i] ?? null);
}

function writeElement(to: Encoding, name: string, type: ProtobufType, tag: number, element: JsonValue): void {
  const absent = element === null && typeof type !== 'object';
  writeField(to, name, type, tag, absent ? zeroOf(type) : element);
}

function writeMap(to: Encoding, name: string, type: ProtobufType, tag: number, value: JsonValue): void {
  if (!isJsonObject(value)) throw wrong(name, 'a map', value);
  const { writer } = to;
  const keys = Object.keys(value);
  if (keys.length > 1) keys.sort(compareText);
  for (let i = keys.length - 1; i >= 0; i--) {
    const key = keys[i] ?? '';
    const entry = value[key] ?? null;
    const before = writer.length;
    // Bytes that are null are not there; an empty text is.
    if (entry !== null || type !== 'y') writeElement(to, name, type, valueTag(type), entry);
    writer.text(key);
    writer.unsigned(keyTag);
    writer.unsigned(writer.length - before);
    writer.unsigned(tag);
  }
}

const valueTag = (type: ProtobufType): number =>
  type === 'i' || type === 'b' ? valueField : type === 'd' ? valueField + 1 : valueField + 2;

/** A value without its tag; what has a length, with it. */
function writeValue(to: Encoding, name: string, type: ProtobufType, value: JsonValue): void {
  const { writer } = to;
  switch (type) {
    case 's':
      if (typeof value !== 'string') throw wrong(name, 'a string', value);
      writer.text(value);
      return;
    case 'i':
      writer.integer(integerIn(name, value));
      return;
    case 'b':
      if (typeof value !== 'boolean') throw wrong(name, 'a boolean', value);
      writer.unsigned(value ? 1 : 0);
      return;
    case 'd':
      if (typeof value !== 'number' && typeof value !== 'bigint') throw wrong(name, 'a number', value);
      writer.double(Number(value));
      return;
    case 'y': {
      const bytes = bytesIn(name, value);
      writer.bytes(bytes);
      writer.unsigned(bytes.length);
      return;
    }
    default:
  }
  const before = writer.length;
  if (typeof type === 'number') {
    if (!isJsonObject(value)) throw wrong(name, 'an object', value);
    writeMessage(to, type, value);
  } else if (typeof type === 'object') {
    const [, element] = type;
    if (value !== null) writeList(to, name, element, keyTag, value);
  } else writeOwn(writer, name, type, value);
  writer.unsigned(writer.length - before);
}

const tag1 = { varint: 0x08, text: 0x0a };
const tag2 = { varint: 0x10 };
const tag3 = { text: 0x1a };

/** What marshals itself in Go: messages of types that JSON has as a scalar, or as whatever it is. */
function writeOwn(writer: ReverseWriter, name: string, type: 't' | 'u' | 'q' | 'x' | '*', value: JsonValue): void {
  switch (type) {
    case 't':
    case 'u':
      if (value !== null) writeTime(writer, name, type, value);
      return;
    case 'q':
      // Out of JSON a number may be one too.
      if (typeof value !== 'string' && typeof value !== 'number') throw wrong(name, 'a quantity', value);
      writer.text(String(value));
      writer.unsigned(tag1.text);
      return;
    case 'x': {
      const text = typeof value === 'string';
      writer.text(text ? value : '');
      writer.unsigned(tag3.text);
      writer.integer(text ? 0 : integerIn(name, value));
      writer.unsigned(tag2.varint);
      writer.unsigned(text ? 1 : 0);
      writer.unsigned(tag1.varint);
      return;
    }
    case '*':
      if (value === null) return;
      writer.text(encodeJson(value));
      writer.unsigned(tag1.text);
      return;
    default:
      return type satisfies never;
  }
}

const millisInSecond = 1000;
const nanosInMicro = 1000;

/** Seconds since the epoch and nanoseconds beyond, both always there; the zero time is an empty message. */
function writeTime(writer: ReverseWriter, name: string, type: 't' | 'u', value: JsonValue): void {
  const text = timeIn(name, type, value);
  if (isZeroTime(text)) return;
  writer.unsigned(type === 't' ? 0 : Number(text.slice(-7, -1)) * nanosInMicro);
  writer.unsigned(tag2.varint);
  writer.integer(Date.parse(`${text.slice(0, 19)}Z`) / millisInSecond);
  writer.unsigned(tag1.varint);
}

function timeIn(name: string, type: 't' | 'u', value: JsonValue): string {
  if (typeof value !== 'string') throw wrong(name, 'a time', value);
  try {
    return type === 't' ? canonicalTime(value) : canonicalMicroTime(value);
  } catch (error) {
    throw new ProtobufError(`field ${name}: ${(error as Error).message}`);
  }
}

function bytesIn(name: string, value: JsonValue): Buffer {
  if (typeof value !== 'string') throw wrong(name, 'base64', value);
  try {
    return Buffer.from(canonicalBase64(value), 'base64');
  } catch (error) {
    throw new ProtobufError(`field ${name}: ${(error as Error).message}`);
  }
}

function integerIn(name: string, value: JsonValue): number | bigint {
  if (typeof value === 'bigint' ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value)) {
    return value as number | bigint;
  }
  throw wrong(name, 'an integer', value);
}

const wrong = (name: string, what: string, value: JsonValue): ProtobufError =>
  new ProtobufError(`field ${name} is not ${what}: ${encodeJson(value).slice(0, 64)}`);
