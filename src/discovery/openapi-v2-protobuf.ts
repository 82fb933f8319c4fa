import { encodeJson } from '../machinery/json/encode.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../machinery/json-value.ts';
import { type WireValue, wireField } from '../machinery/protobuf/wire-writer.ts';

/** What one JSON value is in protobuf: the contents of one field, repeated or not. */
type Encode = (value: JsonValue) => readonly WireValue[];

/** JSON's name → the field's number and how its value is written. */
type Fields = Readonly<Record<string, readonly [number: number, encode: Encode]>>;

const text: Encode = (value) => [Buffer.from(typeof value === 'string' ? value : encodeJson(value))];
const flag: Encode = (value) => [value === true ? 1 : 0];
const each =
  (encode: Encode): Encode =>
  (value) =>
    Array.isArray(value) ? value.flatMap(encode) : encode(value);
/** A message with one field. */
const wrapped =
  (number: number, encode: Encode): Encode =>
  (value) => [fieldsOf(number, encode(value))];
/** A map: a repeated message of name and value. */
const named =
  (encode: Encode): Encode =>
  (value) =>
    entries(value).map(([name, item]) => Buffer.concat([wireField(1, Buffer.from(name)), fieldsOf(2, encode(item))]));
/** Any, as text; JSON is YAML. */
const any: Encode = (value) => [wireField(2, Buffer.from(encodeJson(value)))];

/** A message. `extensions`: the number under which what begins with `x-` is kept. */
const message =
  (fields: Fields, extensions?: number): Encode =>
  (value) => {
    const parts = entries(value).map(([name, item]) => {
      const [number, encode] = Object.hasOwn(fields, name) ? (fields[name] ?? []) : [];
      if (number !== undefined && encode !== undefined) return fieldsOf(number, encode(item));
      if (extensions === undefined || !name.startsWith('x-')) throw new RangeError(`no field for ${name}`);
      return fieldsOf(extensions, named(any)({ [name]: item }));
    });
    return [Buffer.concat(parts)];
  };

const entries = (value: JsonValue): [string, JsonValue][] => (isJsonObject(value) ? Object.entries(value) : []);
const fieldsOf = (number: number, values: readonly WireValue[]): Buffer =>
  Buffer.concat(values.map((value) => wireField(number, value)));

const schema: Encode = (value) => schemaMessage(value);
const schemaMessage = message(
  {
    $ref: [1, text],
    format: [2, text],
    description: [4, text],
    required: [19, each(text)],
    enum: [20, each(any)],
    additionalProperties: [21, wrapped(1, schema)],
    type: [22, wrapped(1, text)],
    items: [23, wrapped(1, schema)],
    properties: [25, wrapped(1, named(schema))],
  },
  31,
);

const queryParameter = message({ in: [2, text], name: [4, text], type: [6, text] });
const pathParameter = message({ required: [1, flag], in: [2, text], name: [4, text], type: [5, text] });
const placed: Encode = (value) =>
  isJsonObject(value) && value['in'] === 'query' ? wrapped(3, queryParameter)(value) : wrapped(4, pathParameter)(value);
const parameters = each(wrapped(1, wrapped(2, placed)));
const responses = wrapped(1, named(wrapped(1, message({ description: [1, text] }))));
const operation = message({ parameters: [8, parameters], responses: [9, responses] }, 13);
const pathItem = message({
  get: [2, operation],
  put: [3, operation],
  post: [4, operation],
  delete: [5, operation],
  patch: [8, operation],
  parameters: [9, parameters],
});
const documentMessage = message({
  swagger: [1, text],
  info: [2, message({ title: [1, text], version: [2, text] })],
  paths: [8, wrapped(2, named(pathItem))],
  definitions: [9, wrapped(1, named(schema))],
});

/**
 * An OpenAPI v2 document as gnostic's `openapi.v2.Document`, the form in which kubectl asks for it.
 * @throws {RangeError} for a part of the document that no field is known for
 */
export const openApiV2Protobuf = (document: JsonObject): Buffer =>
  Buffer.concat(documentMessage(document).filter((value) => typeof value !== 'number'));
