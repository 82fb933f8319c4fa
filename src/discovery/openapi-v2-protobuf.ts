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

const queryParameter = message({ in: [2, text], name: [4, text], type: [6, text], uniqueItems: [20, flag] });
const pathParameter = message({
  required: [1, flag],
  in: [2, text],
  name: [4, text],
  type: [5, text],
  uniqueItems: [19, flag],
});
const bodyParameter = message({ name: [2, text], in: [3, text], required: [4, flag], schema: [5, schema] });
const parameter: Encode = (value) => {
  const place = isJsonObject(value) ? value['in'] : undefined;
  if (place === 'body') return wrapped(1, bodyParameter)(value);
  return wrapped(2, place === 'query' ? wrapped(3, queryParameter) : wrapped(4, pathParameter))(value);
};
const reference = message({ $ref: [1, text] });
const parameters = each((value) =>
  isJsonObject(value) && '$ref' in value ? wrapped(2, reference)(value) : wrapped(1, parameter)(value),
);
const response = message({ description: [1, text], schema: [2, wrapped(1, schema)] });
const responses = wrapped(1, named(wrapped(1, response)));
const operation = message(
  {
    tags: [1, each(text)],
    description: [3, text],
    operationId: [5, text],
    produces: [6, each(text)],
    consumes: [7, each(text)],
    parameters: [8, parameters],
    responses: [9, responses],
    schemes: [10, each(text)],
  },
  13,
);
const pathItem = message({
  get: [2, operation],
  put: [3, operation],
  post: [4, operation],
  delete: [5, operation],
  options: [6, operation],
  head: [7, operation],
  patch: [8, operation],
  parameters: [9, parameters],
});
const apiKey = message({ type: [1, text], name: [2, text], in: [3, text], description: [4, text] });
const documentMessage = message({
  swagger: [1, text],
  info: [2, message({ title: [1, text], version: [2, text] })],
  paths: [8, wrapped(2, named(pathItem))],
  definitions: [9, wrapped(1, named(schema))],
  parameters: [10, wrapped(1, named(parameter))],
  security: [12, each(wrapped(1, named(each(wrapped(1, text)))))],
  securityDefinitions: [13, wrapped(1, named(wrapped(2, apiKey)))],
});

/**
 * An OpenAPI v2 document as gnostic's `openapi.v2.Document`, the form in which kubectl asks for it.
 * @throws {RangeError} for a part of the document that no field is known for
 */
export const openApiV2Protobuf = (document: JsonObject): Buffer =>
  Buffer.concat(documentMessage(document).filter((value) => typeof value !== 'number'));
