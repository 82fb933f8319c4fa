import {
  addInvalid,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { parseQuantity } from '../../machinery/quantity.ts';
import { dns1123Label } from '../../machinery/validation/dns.ts';
import { pathSegmentName } from '../../machinery/validation/path-segment.ts';
import { containerResourceName } from '../core/resource-names.ts';
import type {
  ContainerResourceMetricSource,
  CrossVersionObjectReference,
  MetricIdentifier,
  MetricSpec,
  MetricTarget,
  ResourceMetricSource,
} from '../types/autoscaling-v2.generated.ts';

type CheckReference = (reference: CrossVersionObjectReference, path: string) => void;

/** In the order in which they are looked at: the field, and the type that it is for. */
const sources = [
  ['object', 'Object'],
  ['external', 'External'],
  ['pods', 'Pods'],
  ['resource', 'Resource'],
  ['containerResource', 'ContainerResource'],
] as const;
const types = sources.map(([, type]): string => type).sort();
const targetTypes = ['Utilization', 'Value', 'AverageValue'];

/** Adds to `errors` what is wrong with one of the metrics that an autoscaler looks at. */
export function checkMetric(
  metric: MetricSpec,
  path: string,
  errors: FieldError[],
  checkReference: CheckReference,
): void {
  const { type = '' } = metric;
  const refuseType = () => errors.push(unsupportedValue(`${path}.type`, type, types));
  if (type === '') errors.push(requiredValue(`${path}.type`, 'must specify a metric source type'));
  if (!types.includes(type)) refuseType();
  const present = sources.filter(([field]) => metric[field] !== undefined);
  // Of several only the first is looked at.
  const [first] = present;
  if (first !== undefined) checkSource(first[0], metric, `${path}.${first[0]}`, errors, checkReference);
  const expected = sources.find(([, name]) => name === type);
  if (expected === undefined) refuseType();
  else if (metric[expected[0]] === undefined) {
    errors.push(requiredValue(`${path}.${expected[0]}`, 'must populate information for the given metric source'));
  }
  if (present.length === 1) return;
  for (const [field] of present) {
    if (field === expected?.[0]) continue;
    errors.push(forbiddenValue(`${path}.${field}`, 'must populate the given metric source only'));
  }
}

function checkSource(
  field: (typeof sources)[number][0],
  { object, external, pods, resource, containerResource }: MetricSpec,
  path: string,
  errors: FieldError[],
  checkReference: CheckReference,
): void {
  switch (field) {
    case 'object': {
      const { describedObject = {}, metric, target = {} } = object ?? {};
      checkReference(describedObject, `${path}.describedObject`);
      checkIdentifier(metric, `${path}.metric`, errors);
      checkTarget(target, `${path}.target`, errors);
      needsEither(target, ['value', 'averageValue'], 'must set either a target value or averageValue', path, errors);
      return;
    }
    case 'external': {
      const { metric, target = {} } = external ?? {};
      checkIdentifier(metric, `${path}.metric`, errors);
      checkTarget(target, `${path}.target`, errors);
      const what = 'a target value for metric';
      needsEither(target, ['value', 'averageValue'], `must set either ${what} or a per-pod target`, path, errors);
      if (target.value !== undefined && target.averageValue !== undefined) {
        errors.push(forbiddenValue(`${path}.target.value`, `may not set both ${what} and a per-pod target`));
      }
      return;
    }
    case 'pods': {
      const { metric, target = {} } = pods ?? {};
      checkIdentifier(metric, `${path}.metric`, errors);
      checkTarget(target, `${path}.target`, errors);
      needsEither(target, ['averageValue'], 'must specify a positive target averageValue', path, errors);
      return;
    }
    case 'resource':
      checkResourceName(resource?.name, path, errors);
      checkUtilization(resource ?? {}, path, errors);
      return;
    case 'containerResource':
      checkContainerResource(containerResource ?? {}, path, errors);
      return;
    default:
      field satisfies never;
  }
}

/** Tells what is missing at the last of the fields, but for utilization, which is told at the first. */
function needsEither(
  target: MetricTarget,
  fields: readonly (keyof MetricTarget)[],
  why: string,
  path: string,
  errors: FieldError[],
): void {
  if (fields.some((field) => target[field] !== undefined)) return;
  errors.push(requiredValue(`${path}.target.${fields.at(-1) ?? ''}`, why));
}

function checkResourceName(name: string | undefined, path: string, errors: FieldError[]): void {
  if (name === undefined || name === '') errors.push(requiredValue(`${path}.name`, 'must specify a resource name'));
}

function checkContainerResource(source: ContainerResourceMetricSource, path: string, errors: FieldError[]): void {
  const { name = '', container = '' } = source;
  checkResourceName(name, path, errors);
  if (name !== '') addInvalid(errors, `${path}.name`, name, containerResourceName(name));
  if (container === '') errors.push(requiredValue(`${path}.container`, 'must specify a container'));
  else addInvalid(errors, `${path}.container`, container, dns1123Label(container));
  checkUtilization(source, path, errors);
}

function checkUtilization(
  { target = {} }: ResourceMetricSource | ContainerResourceMetricSource,
  path: string,
  errors: FieldError[],
): void {
  checkTarget(target, `${path}.target`, errors);
  const what = 'a target raw value';
  const either = `must set either ${what} or a target utilization`;
  needsEither(target, ['averageValue', 'averageUtilization'], either, path, errors);
  if (target.averageUtilization !== undefined && target.averageValue !== undefined) {
    errors.push(forbiddenValue(`${path}.target.averageValue`, `may not set both ${what} and a target utilization`));
  }
}

function checkTarget(target: MetricTarget, path: string, errors: FieldError[]): void {
  const { type = '', averageUtilization } = target;
  if (type === '') errors.push(requiredValue(`${path}.type`, 'must specify a metric target type'));
  if (!targetTypes.includes(type)) {
    errors.push(invalidValue(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  }
  for (const field of ['value', 'averageValue'] as const) {
    const value = target[field];
    if (value === undefined || parseQuantity(value).mantissa > 0n) continue;
    errors.push(invalidValue(`${path}.${field}`, value, 'must be positive'));
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.push(invalidValue(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0'));
  }
}

function checkIdentifier({ name = '' }: MetricIdentifier = {}, path: string, errors: FieldError[]): void {
  if (name === '') errors.push(requiredValue(`${path}.name`, 'must specify a metric name'));
  else addInvalid(errors, `${path}.name`, name, pathSegmentName(name));
}
