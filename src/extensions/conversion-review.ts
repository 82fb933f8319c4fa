import { unregisteredKind } from '../machinery/body-errors.ts';
import { goQuote } from '../machinery/go-quote.ts';
import { goTypeText } from '../machinery/go-value-text.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import { cloneJson } from '../machinery/json/clone.ts';
import { isJsonObject, type JsonObject, type JsonValue, objectAt, stringAt } from '../machinery/json-value.ts';
import { metadataField } from '../machinery/object-meta.ts';
import { aggregateText } from '../machinery/status-errors.ts';
import { parseGroupVersion } from '../machinery/type-meta.ts';
import { validateAnnotations, validateLabels } from '../machinery/validation/object-meta.ts';

/** Objects could not be had in a version. The message is the original's. */
export class ConversionError extends Error {
  override readonly name = 'ConversionError';
}

export interface ConversionRequest {
  readonly uid: string;
  /** At least one, none of the version that is wanted. */
  readonly objects: readonly JsonObject[];
  /** `example.com/v1` */
  readonly desiredAPIVersion: string;
}

export type ReviewVersion = 'v1' | 'v1beta1';

const group = 'apiextensions.k8s.io';

/** The first version of the review that this server speaks. */
export const reviewVersionOf = (versions: readonly string[]): ReviewVersion | undefined =>
  versions.find((version): version is ReviewVersion => version === 'v1' || version === 'v1beta1');

export const conversionReview = (
  version: ReviewVersion,
  { uid, desiredAPIVersion, objects }: ConversionRequest,
): JsonObject => ({
  kind: 'ConversionReview',
  apiVersion: apiVersionOf({ group, version }),
  request: { uid, desiredAPIVersion, objects: [...objects] },
});

/**
 * The objects of an answer. Only what is below the type and metadata may differ, and labels and annotations: whatever else
 * is said of metadata is passed over.
 * @throws {ConversionError}
 */
export function convertedObjects(
  version: ReviewVersion,
  request: ConversionRequest,
  answer: JsonObject,
): readonly JsonObject[] {
  const of = typeText(request.objects[0]);
  const given = objectsIn(version, request, answer, of);
  if (given.length !== request.objects.length) {
    const counts = `${given.length} objects, expected ${request.objects.length}`;
    throw new ConversionError(`conversion webhook for ${of} returned ${counts}`);
  }
  return request.objects.map((original, index) => converted(original, given[index] ?? null, index, request));
}

/** `example.com/v1, Kind=Crow` */
export const typeText = (object: JsonObject | undefined): string =>
  `${stringAt(object, 'apiVersion')}, Kind=${stringAt(object, 'kind')}`;

function objectsIn(
  version: ReviewVersion,
  { uid }: ConversionRequest,
  answer: JsonObject,
  of: string,
): readonly JsonValue[] {
  const failed = (why: string) => new ConversionError(`conversion webhook for ${of} failed: ${why}`);
  const [apiVersion, kind] = [stringAt(answer, 'apiVersion'), stringAt(answer, 'kind')];
  const wanted = apiVersionOf({ group, version });
  if (apiVersion === '' && kind === '') {
    if (version === 'v1') throw failed(`expected webhook response of ${wanted}, Kind=ConversionReview, got /, Kind=`);
  } else if (kind !== 'ConversionReview' || reviewVersionIn(apiVersion) === undefined) {
    throw failed(unregisteredKind(kind, apiVersion));
  } else if (apiVersion !== wanted) {
    const names = `(${reviewVersionIn(apiVersion)}.ConversionReview) to (${version}.ConversionReview)`;
    throw failed(`converting ${names}: unknown conversion`);
  }
  const response = objectAt(answer, 'response');
  if (response === undefined) throw failed('no response provided');
  const said = stringAt(response, 'uid');
  if (version === 'v1' && said !== uid) throw failed(`expected response.uid=${goQuote(uid)}, got ${goQuote(said)}`);
  const result = objectAt(response, 'result');
  for (const field of ['status', 'message'] as const) {
    const value = result?.[field];
    if (value === undefined || value === null || typeof value === 'string') continue;
    const what = `${jsonTypeText(value)} into Go struct field Status.response.result.${field} of type string`;
    throw failed(`json: cannot unmarshal ${what}`);
  }
  const status = stringAt(result, 'status');
  if (status !== 'Success') {
    throw failed(stringAt(result, 'message') || `response.result.status was '${status}', not 'Success'`);
  }
  const objects = response['convertedObjects'];
  return Array.isArray(objects) ? objects : [];
}

const reviewVersionIn = (apiVersion: string): ReviewVersion | undefined => {
  const { group: own, version } = parseGroupVersion(apiVersion);
  return own === group ? reviewVersionOf([version]) : undefined;
};

function converted(original: JsonObject, given: JsonValue, index: number, request: ConversionRequest): JsonObject {
  const of = typeText(original);
  if (given === null) throw new ConversionError('unexpected end of JSON input');
  if (!isJsonObject(given)) {
    throw new ConversionError(
      `json: cannot unmarshal ${jsonTypeText(given)} into Go value of type map[string]interface {}`,
    );
  }
  const refused = (why: string) => new ConversionError(`conversion webhook for ${of} returned ${why}`);
  const [kind, apiVersion] = [stringAt(given, 'kind'), stringAt(given, 'apiVersion')];
  const at = `invalid object at index ${index}`;
  if (kind !== '' && kind.endsWith('List') && Array.isArray(given['items']) && kind !== stringAt(original, 'kind')) {
    throw refused(`${at}: invalid kind (expected ${stringAt(original, 'kind')}, received ${kind})`);
  }
  if (apiVersion !== request.desiredAPIVersion) {
    throw refused(`${at}: invalid groupVersion (expected ${request.desiredAPIVersion}, received ${apiVersion})`);
  }
  if (kind !== stringAt(original, 'kind')) {
    throw refused(`${at}: invalid kind (expected ${stringAt(original, 'kind')}, received ${kind})`);
  }
  for (const [field, what] of [
    ['name', 'name'],
    ['namespace', 'namespace'],
    ['uid', 'UID'],
  ] as const) {
    const [was, is] = [metadataField(original, field), identity(given, field)];
    if (was !== is) throw refused(`invalid object: must have the same ${what}: ${was} != ${is}`);
  }
  const wrong = (why: string) => refused(`invalid metadata: ${why}`);
  return { ...given, metadata: restoredMetadata(original, given, wrong) };
}

function identity(object: JsonObject, field: string): string {
  const metadata = object['metadata'];
  return isJsonObject(metadata) ? stringAt(metadata, field) : '';
}

/** That of the original, but for what a conversion may change of it. */
function restoredMetadata(original: JsonObject, given: JsonObject, wrong: (why: string) => Error): JsonObject {
  const said = given['metadata'];
  if (said === undefined) throw wrong('missing metadata in converted object');
  if (!isJsonObject(said)) throw wrong(`invalid metadata of type ${goTypeText(said)} in converted object`);
  const metadata = cloneJson<JsonObject>(objectAt(original, 'metadata') ?? {});
  for (const field of ['labels', 'annotations'] as const) {
    const values = said[field];
    if (values === undefined || values === null) {
      delete metadata[field];
      continue;
    }
    if (!isJsonObject(values)) {
      throw wrong(`invalid metadata.${field} of type ${goTypeText(values)} in converted object`);
    }
    for (const [key, value] of Object.entries(values)) {
      if (typeof value === 'string') continue;
      throw wrong(`metadata.${field}[${key}] must be a string, but is ${goTypeText(value)} in converted object`);
    }
    const texts = values as Record<string, string>;
    const errors =
      field === 'labels' ? validateLabels(texts, 'metadata.labels') : validateAnnotations(texts, 'metadata.annotation');
    if (errors.length > 0 && !isSame(texts, metadata[field])) throw wrong(aggregateText(errors));
    metadata[field] = texts;
  }
  return metadata;
}

function isSame(texts: Readonly<Record<string, string>>, before: JsonValue | undefined): boolean {
  if (!isJsonObject(before) || Object.keys(before).length !== Object.keys(texts).length) return false;
  return Object.entries(texts).every(([key, value]) => before[key] === value);
}

/** In the words of encoding/json. */
function jsonTypeText(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' ? 'number' : typeof value;
}
