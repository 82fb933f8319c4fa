import { numberAt, objectIn, objectsAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, type JsonValue, objectAt } from '../../machinery/json-value.ts';
import type { VersionDefinition } from '../kind.ts';
import { behaviorFrom, behaviorText } from './annotated-behavior.ts';
import { conditionsFrom, conditionsText } from './annotated-conditions.ts';
import { metricStatusesFrom, metricStatusesText, metricsFrom, metricsText } from './annotated-metrics.ts';
import {
  behaviorAnnotation,
  conditionsAnnotation,
  currentMetricsAnnotation,
  defaultMetric,
  metricsAnnotation,
  roundTripAnnotations,
} from './metric-annotations.ts';

const isCpu = (metric: JsonObject): boolean =>
  textAt(metric, 'type') === 'Resource' && textAt(metric, 'resource', 'name') === 'cpu';

const hasUtilization = (metric: JsonObject): boolean =>
  isCpu(metric) && valueAt(metric, 'resource', 'target', 'averageUtilization') !== undefined;

function annotationsOf(autoscaler: JsonObject): JsonObject {
  const annotations = { ...objectIn(autoscaler, 'metadata', 'annotations') };
  for (const key of roundTripAnnotations) delete annotations[key];
  return annotations;
}

function setAnnotations(autoscaler: JsonObject, annotations: JsonObject): void {
  const metadata = objectAt(autoscaler, 'metadata');
  if (metadata === undefined) return;
  if (Object.keys(annotations).length === 0) delete metadata['annotations'];
  else metadata['annotations'] = annotations;
}

/** Gives `object` a field, or takes it away when there is none. */
function put(object: JsonObject, field: string, value: JsonValue | undefined): void {
  if (value === undefined) delete object[field];
  else object[field] = value;
}

/** One percentage of the processor is a field; whatever else is looked at is text. */
function fromHub(autoscaler: JsonObject): JsonObject {
  const metrics = objectsAt(autoscaler, 'spec', 'metrics');
  const statuses = objectsAt(autoscaler, 'status', 'currentMetrics');
  const conditions = objectsAt(autoscaler, 'status', 'conditions');
  const behavior = objectIn(autoscaler, 'spec', 'behavior');
  const annotations = annotationsOf(autoscaler);
  const others = metrics.filter((metric) => !hasUtilization(metric));
  if (others.length > 0) annotations[metricsAnnotation] = metricsText(others);
  if (statuses.length > 0) annotations[currentMetricsAnnotation] = metricStatusesText(statuses);
  if (behavior !== undefined) annotations[behaviorAnnotation] = behaviorText(behavior);
  if (conditions.length > 0) annotations[conditionsAnnotation] = conditionsText(conditions);
  setAnnotations(autoscaler, annotations);
  const spec = objectAt(autoscaler, 'spec');
  if (spec !== undefined) {
    delete spec['metrics'];
    delete spec['behavior'];
    const cpu = metrics.find(hasUtilization);
    const wanted = cpu === undefined ? undefined : numberAt(cpu, 'resource', 'target', 'averageUtilization');
    put(spec, 'targetCPUUtilizationPercentage', wanted);
  }
  const status = objectAt(autoscaler, 'status');
  if (status !== undefined) {
    // Written here in any case, and there when there is something to count.
    status['currentReplicas'] ??= 0;
    delete status['currentMetrics'];
    delete status['conditions'];
    const known = (metric: JsonObject) => valueAt(metric, 'resource', 'current', 'averageUtilization');
    const cpu = statuses.findLast((metric) => isCpu(metric) && known(metric) !== undefined);
    put(status, 'currentCPUUtilizationPercentage', cpu && known(cpu));
  }
  return autoscaler;
}

function toHub(autoscaler: JsonObject): JsonObject {
  const annotated = (key: string) => textOf(objectIn(autoscaler, 'metadata', 'annotations'), key);
  const spec = objectAt(autoscaler, 'spec') ?? {};
  const status = objectAt(autoscaler, 'status') ?? {};
  const wanted = spec['targetCPUUtilizationPercentage'] ?? null;
  const cpu = typeof wanted === 'number' ? [defaultMetric(wanted)] : [];
  const metrics = [...(metricsFrom(annotated(metricsAnnotation)) ?? []), ...cpu];
  delete spec['targetCPUUtilizationPercentage'];
  put(spec, 'metrics', metrics.length === 0 ? [defaultMetric()] : metrics);
  put(spec, 'behavior', behaviorFrom(annotated(behaviorAnnotation)));
  const current = status['currentCPUUtilizationPercentage'] ?? null;
  const known = typeof current === 'number' ? [cpuStatus(current)] : undefined;
  delete status['currentCPUUtilizationPercentage'];
  if (status['currentReplicas'] === 0) delete status['currentReplicas'];
  put(status, 'currentMetrics', metricStatusesFrom(annotated(currentMetricsAnnotation)) ?? known);
  put(status, 'conditions', conditionsFrom(annotated(conditionsAnnotation)));
  autoscaler['spec'] = spec;
  if (Object.keys(status).length > 0) autoscaler['status'] = status;
  if (objectIn(autoscaler, 'metadata', 'annotations') !== undefined) {
    setAnnotations(autoscaler, annotationsOf(autoscaler));
  }
  return autoscaler;
}

const cpuStatus = (averageUtilization: number): JsonObject => ({
  type: 'Resource',
  resource: { name: 'cpu', current: { averageUtilization } },
});

/** Whatever somebody wrote there, as JSON; undefined: it is none. */
function textOf(annotations: JsonObject | undefined, key: string): JsonValue | undefined {
  const text = annotations !== undefined && Object.hasOwn(annotations, key) ? annotations[key] : undefined;
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** `autoscaling/v1`: what it has no fields for stands in annotations. */
export const horizontalPodAutoscalersV1: VersionDefinition = {
  group: 'autoscaling',
  version: 'v1',
  conversion: { toHub, fromHub },
};
