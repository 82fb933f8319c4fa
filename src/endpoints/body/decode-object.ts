import type { CustomType } from '../../api/served-version.ts';
import type { ApiError } from '../../machinery/api-error.ts';
import {
  missingKind,
  repeatedInYaml,
  strictDecodingText,
  strictProblems,
  unhandledBody,
  unknownConversion,
  unparsableBody,
  unreadableKind,
  unrecognizedBody,
  unregisteredKind,
} from '../../machinery/body-errors.ts';
import { invalidValue } from '../../machinery/field-error.ts';
import type { FieldValidation } from '../../machinery/field-validation.ts';
import { apiVersionOf, type KindNames } from '../../machinery/gvk.ts';
import { keepFloats } from '../../machinery/json/floats.ts';
import { emptyObject, JsonSyntaxError, type ParsedJson, parseJson } from '../../machinery/json/parse.ts';
import { decodeUtf8 } from '../../machinery/json/utf8.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../machinery/json-value.ts';
import { metadataField } from '../../machinery/object-meta.ts';
import { decodeProtobuf } from '../../machinery/protobuf/decode.ts';
import { kubernetesProtobuf } from '../../machinery/protobuf/kubernetes-protobuf.ts';
import { ProtobufError } from '../../machinery/protobuf/wire-reader.ts';
import { type DecodedJson, DecodeError, decode } from '../../machinery/schema/decoder.ts';
import { kubernetesSchema } from '../../machinery/schema/kubernetes-schema.ts';
import { badRequest, invalid } from '../../machinery/status-errors.ts';
import { parseGroupVersion, type TypeMeta, TypeMetaError, typeMetaOf } from '../../machinery/type-meta.ts';
import type { ApiRequest } from '../api-request.ts';
import type { EndpointLimits } from '../limits.ts';
import { bodyFormat, namedFormat, unsupportedBody } from './content-type.ts';
import { readBody } from './read-body.ts';
import { parseYaml } from './yaml-value.ts';

/** What a body should be; `custom`: how it is read, where that is no type of this program. */
type BodyType = KindNames & {
  readonly custom?: Pick<CustomType, 'read'>;
  /** What is said of one that cannot be read, whatever is wrong with it. */
  readonly unreadable?: () => ApiError;
};

/** A body's value, with what is known of its text. */
export interface DecodedBody {
  readonly value: JsonValue;
  readonly bytes: Buffer;
  /** Of JSON. */
  readonly json?: Omit<ParsedJson, 'value'>;
  /** Keys that are there twice in YAML, in its reader's words. */
  readonly problems: readonly string[];
}

/**
 * Reads the body and parses it by its Content-Type. `expected`: what the path wants. An empty body that may
 * be is null, and need not be of any type.
 * @throws {ApiError} 400, 413, 415
 */
export async function decodeBody(
  request: ApiRequest,
  expected: { readonly apiVersion: string; readonly kind: string },
  limits: EndpointLimits,
  { mayBeEmpty = false } = {},
): Promise<DecodedBody> {
  const format = mayBeEmpty ? namedFormat(request) : bodyFormat(request);
  const bytes = await readBody(request, format === 'yaml' ? limits.maxYamlBodyBytes : limits.maxBodyBytes);
  if (bytes.length === 0 && mayBeEmpty) return { bytes, value: null, problems: [] };
  try {
    if (format === undefined) throw unsupportedBody();
    if (format === 'yaml') return { bytes, ...parseYaml(decodeUtf8(bytes)) };
    if (format === 'protobuf') {
      return { bytes, value: decodeProtobuf(kubernetesProtobuf(), bytes, expected), problems: [] };
    }
    const { value, ...json } = parseJson(bytes);
    return { bytes, value, json, problems: [] };
  } catch (error) {
    // What may be empty are options, of which less is said.
    if (error instanceof JsonSyntaxError) {
      throw mayBeEmpty ? badRequest(unreadableKind(error.message)) : unparsableBody(expected.kind, error, bytes);
    }
    if (error instanceof ProtobufError) {
      throw mayBeEmpty ? badRequest(error.message) : unrecognizedBody(expected.kind, error.message, bytes);
    }
    throw error;
  }
}

/**
 * The object in a request's body, of the kind that the path wants: `kind` and `apiVersion` are filled in where they are
 * missing, values have their type's one spelling. Unknown and repeated fields are dropped silently, with a warning, or
 * refused, as `fieldValidation` says. A kind without a schema is taken as it is.
 * @throws {ApiError} 400, 413, 415
 */
export async function decodeObject(
  request: ApiRequest,
  served: BodyType,
  fieldValidation: FieldValidation,
  limits: EndpointLimits,
): Promise<JsonObject> {
  const { value, bytes, json, problems } = await decodeBody(
    request,
    { apiVersion: apiVersionOf(served), kind: served.kind },
    limits,
  );
  const said = saidToBe(value, served, bytes);
  // Null is an object with nothing in it.
  const present = isJsonObject(value) ? value : emptyObject();
  if (served.custom === undefined) checkKind(present, said, served);
  else checkCustomKind(present, said, served, bytes);
  const { object, problems: found } = typed(present, served, json);
  report(request, served, { ofYaml: problems, found }, fieldValidation);
  return object;
}

/** The object, and what strict reading finds in it. */
function typed(value: JsonObject, served: BodyType, json: DecodedBody['json']): Omit<DecodedJson, 'unknownFields'> {
  try {
    if (served.custom !== undefined) {
      keepFloats(value, json?.literals);
      const { object, unknownFields } = served.custom.read(value);
      return { object, problems: strictProblems({ duplicate: json?.duplicateFields, unknown: unknownFields }) };
    }
    const schema = kubernetesSchema().byKind(served, served.kind);
    if (schema === undefined) return { object: value, problems: [] };
    return decode(schema, value, '', json);
  } catch (error) {
    if (error instanceof DecodeError) {
      throw served.unreadable?.() ?? unhandledBody(served, served.kind, error.message);
    }
    throw error;
  }
}

/** What a body of any JSON says that it is. @throws {ApiError} 400 */
function saidToBe(value: JsonValue, served: KindNames, bytes: Buffer): TypeMeta {
  try {
    return typeMetaOf(value);
  } catch (error) {
    if (error instanceof TypeMetaError) throw unrecognizedBody(served.kind, error.message, bytes);
    throw error;
  }
}

/** What every group version has beside its own kinds. */
const optionKinds: ReadonlySet<string> = new Set([
  'CreateOptions',
  'DeleteOptions',
  'GetOptions',
  'ListOptions',
  'PatchOptions',
  'UpdateOptions',
  'WatchEvent',
]);

function checkKind(object: JsonObject, said: TypeMeta, served: KindNames): void {
  const expected = apiVersionOf(served);
  const kind = said.kind || served.kind;
  const apiVersion = said.apiVersion || expected;
  const of = parseGroupVersion(apiVersion);
  const known = optionKinds.has(kind) || (kind === served.kind && apiVersion === expected);
  if (!known && kubernetesSchema().byKind(of, kind) === undefined) {
    throw unhandledBody({ kind, version: of.version }, served.kind, unregisteredKind(kind, apiVersion));
  }
  if (kind !== served.kind) {
    throw unhandledBody({ kind, version: of.version }, served.kind, unknownConversion(of.version, kind, served));
  }
  if (apiVersion !== expected) {
    throw otherVersion(apiVersion, expected);
  }
  object['kind'] = kind;
  object['apiVersion'] = apiVersion;
}

/** Of what was itself defined a body has to say what it is. @throws {ApiError} 400, 422 */
function checkCustomKind(object: JsonObject, { kind, apiVersion }: TypeMeta, served: KindNames, bytes: Buffer): void {
  const expected = apiVersionOf(served);
  if (kind === '') throw unrecognizedBody(served.kind, missingKind(bytes), bytes);
  if (apiVersion !== expected) throw otherVersion(apiVersion, expected);
  if (kind !== served.kind) {
    const wrong = invalidValue('kind', kind, `must be ${served.kind}`);
    throw invalid({ group: served.group, kind }, metadataField(object, 'name'), [wrong]);
  }
}

const otherVersion = (apiVersion: string, expected: string): ApiError =>
  badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${expected})`);

function report(
  request: ApiRequest,
  served: BodyType,
  { ofYaml, found }: { readonly ofYaml: readonly string[]; readonly found: readonly string[] },
  fieldValidation: FieldValidation,
): void {
  if (fieldValidation === 'Ignore' || ofYaml.length + found.length === 0) return;
  if (fieldValidation === 'Strict') {
    const problems = ofYaml.length === 0 ? found : [repeatedInYaml(ofYaml), ...found];
    throw served.unreadable?.() ?? unhandledBody(served, served.kind, strictDecodingText(problems));
  }
  for (const problem of [...ofYaml, ...found]) request.context.warn(problem);
}
