import { type FieldError, invalidValue, requiredValue } from '../../machinery/field-error.ts';
import type { GroupVersion } from '../../machinery/gvk.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { numberAt, objectIn, textAt, valueAt } from '../../machinery/json/json-path.ts';
import type { JsonObject, JsonValue } from '../../machinery/json-value.ts';
import { finalizersOf } from '../../machinery/object-meta.ts';
import { validateKnownFinalizers } from '../../machinery/validation/finalizers.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { immutableField } from '../strategy/immutable-field.ts';
import type { CreateChecks } from '../strategy/strategy.ts';

/** In bytes. */
const maxLengths = { reportingInstance: 128, action: 128, reason: 128, message: 1024 } as const;

const isCore = ({ group }: GroupVersion): boolean => group === '';

/**
 * A new event. Through core `v1` it may be what events were before there were rules, any name included; through
 * `events.k8s.io` it must be one of the new kind. Errors name fields as the hub does, whatever was asked for, as the
 * original's do.
 */
export function validateEventCreate(event: JsonObject, checks: CreateChecks): readonly FieldError[] {
  const errors = errorsInAnyVersion(event, checks.requested);
  if (isCore(checks.requested)) return errors.length > 0 ? errors : checks.metadataErrors(() => []);
  const type = textAt(event, 'type');
  return [
    ...errors,
    ...checks.metadataErrors(nameIsDnsSubdomain),
    ...validateKnownFinalizers(finalizersOf(event), 'metadata.finalizers'),
    ...seriesErrors(event),
    ...(textAt(event, 'eventTime') === '' ? [requiredValue('eventTime')] : []),
    ...(type === 'Normal' || type === 'Warning' ? [] : [invalidValue('type', '', `has invalid value: ${type}`)]),
    ...unset('firstTimestamp', textAt(event, 'firstTimestamp') === ''),
    ...unset('lastTimestamp', textAt(event, 'lastTimestamp') === ''),
    ...unset('count', numberAt(event, 'count') === 0),
    ...unset('source', textAt(event, 'source', 'component') === '' && textAt(event, 'source', 'host') === ''),
  ];
}

/** An event that was there: through `events.k8s.io` only its series goes on, and its metadata changes. */
export function validateEventUpdate(
  event: JsonObject,
  old: JsonObject,
  requested: GroupVersion,
): readonly FieldError[] {
  const errors = errorsInAnyVersion(event, requested);
  if (isCore(requested)) return errors;
  const sameSeries = jsonEqual(valueAt(event, 'series') ?? null, valueAt(old, 'series') ?? null);
  return [
    ...errors,
    ...validateKnownFinalizers(finalizersOf(event), 'metadata.finalizers'),
    ...(sameSeries ? [] : seriesErrors(event)),
    ...unchanged.flatMap(([field, read]) => {
      const value = read(event, field);
      return immutableField(field, value, jsonEqual(value, read(old, field)));
    }),
  ];
}

const text = (event: JsonObject, field: string): JsonValue => textAt(event, field);
const time = (event: JsonObject, field: string): JsonValue => textAt(event, field) || null;
const count = (event: JsonObject, field: string): JsonValue => numberAt(event, field);

/** In the order in which they are looked at. Objects are shown as the original shows them: by the names of Go's fields. */
const unchanged: readonly (readonly [field: string, read: (event: JsonObject, field: string) => JsonValue])[] = [
  ['involvedObject', (event, field) => reference(objectIn(event, field))],
  ['reason', text],
  ['message', text],
  ['source', (event, field) => ({ Component: textAt(event, field, 'component'), Host: textAt(event, field, 'host') })],
  ['firstTimestamp', time],
  ['lastTimestamp', time],
  ['count', count],
  ['type', text],
  ['eventTime', time],
  ['action', text],
  ['related', (event, field) => (objectIn(event, field) === undefined ? null : reference(objectIn(event, field)))],
  ['reportingController', (event) => textAt(event, 'reportingComponent')],
  ['reportingInstance', text],
];

const reference = (object: JsonObject | undefined): JsonObject => ({
  Kind: textAt(object, 'kind'),
  Namespace: textAt(object, 'namespace'),
  Name: textAt(object, 'name'),
  UID: textAt(object, 'uid'),
  APIVersion: textAt(object, 'apiVersion'),
  ResourceVersion: textAt(object, 'resourceVersion'),
  FieldPath: textAt(object, 'fieldPath'),
});

const unset = (field: string, isUnset: boolean): FieldError[] =>
  isUnset ? [] : [invalidValue(field, '', 'needs to be unset')];

function seriesErrors(event: JsonObject): FieldError[] {
  const series = objectIn(event, 'series');
  if (series === undefined) return [];
  return [
    ...(numberAt(series, 'count') < 2 ? [invalidValue('series.count', '', 'should be at least 2')] : []),
    ...(textAt(series, 'lastObservedTime') === '' ? [requiredValue('series.lastObservedTime')] : []),
  ];
}

/** An event lies in the namespace of what it is about. One that says when it happened must say by whom and what as well. */
function errorsInAnyVersion(event: JsonObject, requested: GroupVersion): FieldError[] {
  const namespace = textAt(event, 'metadata', 'namespace');
  const about = textAt(event, 'involvedObject', 'namespace');
  const mismatch = invalidValue('involvedObject.namespace', about, 'does not match event.namespace');
  if (textAt(event, 'eventTime') === '') {
    return namespace === (about === '' ? 'default' : about) ? [] : [mismatch];
  }
  const reporter = textAt(event, 'reportingComponent');
  const reporterField = isCore(requested) ? 'reportingComponent' : 'reportingController';
  return [
    ...(about === '' && namespace !== 'default' && namespace !== 'kube-system' ? [mismatch] : []),
    ...(reporter === '' ? [requiredValue(reporterField)] : []),
    ...labelKey(reporter).map((why) => invalidValue(reporterField, reporter, why)),
    ...needed(event, 'reportingInstance'),
    ...needed(event, 'action'),
    ...needed(event, 'reason'),
    ...bounded(event, 'message'),
  ];
}

const needed = (event: JsonObject, field: keyof typeof maxLengths): FieldError[] => [
  ...(textAt(event, field) === '' ? [requiredValue(field)] : []),
  ...bounded(event, field),
];

function bounded(event: JsonObject, field: keyof typeof maxLengths): FieldError[] {
  const max = maxLengths[field];
  if (Buffer.byteLength(textAt(event, field)) <= max) return [];
  return [invalidValue(field, '', `can have at most ${max} characters`)];
}
