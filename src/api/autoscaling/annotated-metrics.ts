import { isJsonObject, type JsonObject, type JsonValue } from '../../machinery/json-value.ts';
import { parseQuantity } from '../../machinery/quantity.ts';
import {
  type AnnotationField,
  annotationText,
  fieldOf,
  fromAnnotation,
  listOf,
  readAnnotation,
  textOf,
  toAnnotation,
} from './annotation-fields.ts';

type Sources = Readonly<Record<string, readonly AnnotationField[]>>;

const name: AnnotationField = ['name', 'name', 'text'];
const container: AnnotationField = ['container', 'container', 'text'];
const metricName: AnnotationField = ['metricName', 'metric.name', 'text'];
const selector: AnnotationField = ['selector', 'metric.selector', 'selector?'];
const metricSelector: AnnotationField = ['metricSelector', 'metric.selector', 'selector?'];
const described: AnnotationField = ['target', 'describedObject', 'reference'];

const wantedUsage: readonly AnnotationField[] = [
  name,
  ['targetAverageUtilization', 'target.averageUtilization', 'number?'],
  ['targetAverageValue', 'target.averageValue', 'quantity?'],
];
const currentUsage: readonly AnnotationField[] = [
  name,
  ['currentAverageUtilization', 'current.averageUtilization', 'number?'],
  ['currentAverageValue', 'current.averageValue', 'quantity'],
];

/** What is looked at: in `v1` of autoscaling, with its fields in the order in which Go writes them. */
const wanted: Sources = {
  object: [
    described,
    metricName,
    ['targetValue', 'target.value', 'quantity'],
    selector,
    ['averageValue', 'target.averageValue', 'quantity?'],
  ],
  pods: [metricName, ['targetAverageValue', 'target.averageValue', 'quantity'], selector],
  resource: wantedUsage,
  containerResource: [...wantedUsage, container],
  external: [
    metricName,
    metricSelector,
    ['targetValue', 'target.value', 'quantity?'],
    ['targetAverageValue', 'target.averageValue', 'quantity?'],
  ],
};

/** What of it there is. */
const current: Sources = {
  object: [
    described,
    metricName,
    ['currentValue', 'current.value', 'quantity'],
    selector,
    ['averageValue', 'current.averageValue', 'quantity?'],
  ],
  pods: [metricName, ['currentAverageValue', 'current.averageValue', 'quantity'], selector],
  resource: currentUsage,
  containerResource: [...currentUsage, container],
  external: [
    metricName,
    metricSelector,
    ['currentValue', 'current.value', 'quantity'],
    ['currentAverageValue', 'current.averageValue', 'quantity?'],
  ],
};

/** Metrics that `v1` has no field for, as it says them in an annotation. */
export const metricsText = (metrics: readonly JsonObject[]): string => textWith(wanted, metrics);

/** The same of what there is of them. */
export const metricStatusesText = (metrics: readonly JsonObject[]): string => textWith(current, metrics);

const textWith = (sources: Sources, metrics: readonly JsonObject[]): string =>
  annotationText(metrics.map((metric) => written(sources, metric)));

function written(sources: Sources, metric: JsonObject): JsonObject {
  const result: JsonObject = { type: metric['type'] ?? '' };
  for (const [source, fields] of Object.entries(sources)) {
    const value = metric[source];
    if (isJsonObject(value)) result[source] = toAnnotation(fields, value);
  }
  return result;
}

/** What such an annotation says; undefined: nothing that can be read. */
export const metricsFrom = (value: JsonValue | undefined): JsonObject[] | undefined =>
  readAnnotation(value, (list) => listOf(list).map((metric) => withTargetTypes(read(wanted, metric))));

export const metricStatusesFrom = (value: JsonValue | undefined): JsonObject[] | undefined =>
  readAnnotation(value, (list) => listOf(list).map((metric) => read(current, metric)));

function read(sources: Sources, metric: JsonValue): JsonObject {
  const result: JsonObject = { type: textOf((metric === null ? undefined : fieldOf(metric, 'type')) ?? '') };
  for (const [source, fields] of Object.entries(sources)) {
    const value = (metric === null ? undefined : fieldOf(metric, source)) ?? null;
    if (value !== null) result[source] = fromAnnotation(fields, value);
  }
  return result;
}

/** `v1` does not say what a target is of: it is what is there. */
function withTargetTypes(metric: JsonObject): JsonObject {
  for (const source of Object.keys(wanted)) {
    const value = metric[source];
    if (!isJsonObject(value)) continue;
    const target = isJsonObject(value['target']) ? value['target'] : {};
    value['target'] = target;
    target['type'] = targetType(source, target);
    // It cannot be left out there, where it is 0.
    const isZero = source === 'object' && parseQuantity(textOf(target['value'] ?? '0')).mantissa === 0n;
    if (isZero && target['averageValue'] !== undefined) delete target['value'];
  }
  return metric;
}

function targetType(source: string, target: JsonObject): string {
  if (source === 'external') return target['value'] === undefined ? 'AverageValue' : 'Value';
  if (source === 'object') return target['averageValue'] === undefined ? 'Value' : 'AverageValue';
  return target['averageUtilization'] === undefined ? 'AverageValue' : 'Utilization';
}
