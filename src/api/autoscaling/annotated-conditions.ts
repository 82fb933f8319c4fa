import type { JsonObject, JsonValue } from '../../machinery/json-value.ts';
import {
  type AnnotationField,
  annotationText,
  fromAnnotation,
  listOf,
  readAnnotation,
  toAnnotation,
} from './annotation-fields.ts';

const fields: readonly AnnotationField[] = [
  ['type', 'type', 'text'],
  ['status', 'status', 'text'],
  ['lastTransitionTime', 'lastTransitionTime', 'time'],
  ['reason', 'reason', 'text?'],
  ['message', 'message', 'text?'],
  ['observedGeneration', 'observedGeneration', 'number?'],
];

/** Conditions, as `v1` says them in an annotation. */
export const conditionsText = (conditions: readonly JsonObject[]): string =>
  annotationText(conditions.map((condition) => toAnnotation(fields, condition)));

/** What such an annotation says; undefined: nothing that can be read. */
export const conditionsFrom = (value: JsonValue | undefined): JsonObject[] | undefined =>
  readAnnotation(value, (list) => listOf(list).map((condition) => fromAnnotation(fields, condition)));
