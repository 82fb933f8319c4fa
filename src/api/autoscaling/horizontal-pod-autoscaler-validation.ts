import {
  addInvalid,
  checkEach,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { parseQuantity } from '../../machinery/quantity.ts';
import { pathSegmentName } from '../../machinery/validation/path-segment.ts';
import { checkCount } from '../core/workload.ts';
import type {
  CrossVersionObjectReference,
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
  HPAScalingRules,
} from '../types/autoscaling-v2.generated.ts';
import { checkMetric } from './metric-validation.ts';

/** In seconds. */
const longestPeriod = 1_800;
const longestWindow = 3_600;

const selectPolicies = ['Disabled', 'Max', 'Min'];
const policyTypes = ['Percent', 'Pods'];

/** What of an `apiVersion` may be so. */
interface ApiVersionTolerance {
  /** It was so before. */
  readonly any: boolean;
  /** It may be core's. */
  readonly core: boolean;
}

/** All that is wrong with an autoscaler's spec. `old`: what was there, of an update. */
export function validateAutoscaler(
  { spec = {} }: HorizontalPodAutoscaler,
  old: HorizontalPodAutoscaler | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  const { minReplicas, maxReplicas = 0, scaleTargetRef = {}, metrics = [], behavior } = spec;
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'));
  }
  const before = old?.spec?.scaleTargetRef;
  const isSameKind = before?.apiVersion === scaleTargetRef.apiVersion && before?.kind === scaleTargetRef.kind;
  const tolerance = {
    any: old !== undefined && isSameKind,
    core: !isSameKind && scaleTargetRef.kind === 'ReplicationController',
  };
  checkReference(scaleTargetRef, tolerance, 'spec.scaleTargetRef', errors);
  const described = { any: hadWrongApiVersion(old), core: true };
  checkEach(metrics, 'spec.metrics', errors, (metric, at) =>
    checkMetric(metric, at, errors, (reference, path) => checkReference(reference, described, path, errors)),
  );
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')) {
    const why = 'must specify at least one Object or External metric to support scaling to zero replicas';
    errors.push(forbiddenValue('spec.metrics', why));
  }
  checkRules(behavior?.scaleUp, 'spec.behavior.scaleUp', errors);
  checkRules(behavior?.scaleDown, 'spec.behavior.scaleDown', errors);
  checkBounds(spec, errors);
  return errors;
}

/** What the type alone says of its fields is told last. */
function checkBounds({ minReplicas, maxReplicas = 0 }: HorizontalPodAutoscalerSpec, errors: FieldError[]): void {
  checkCount(minReplicas, 'spec.minReplicas', errors);
  if (maxReplicas === 0) errors.push(requiredValue('spec.maxReplicas'));
  else if (maxReplicas < 0) {
    errors.push(invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than or equal to 1'));
  }
}

const hadWrongApiVersion = (old: HorizontalPodAutoscaler | undefined): boolean =>
  (old?.spec?.metrics ?? []).some(
    ({ type, object }) =>
      type === 'Object' &&
      object !== undefined &&
      apiVersionError(object.describedObject?.apiVersion ?? '', true) !== undefined,
  );

function apiVersionError(apiVersion: string, takesCore: boolean): string | undefined {
  const slashes = apiVersion.split('/').length - 1;
  if (slashes > 1) return `unexpected GroupVersion string: ${apiVersion}`;
  const group = slashes === 1 ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return group === '' && !takesCore ? 'apiVersion must specify API group' : undefined;
}

function checkReference(
  { kind = '', name = '', apiVersion = '' }: CrossVersionObjectReference,
  { any, core }: ApiVersionTolerance,
  path: string,
  errors: FieldError[],
): void {
  if (kind === '') errors.push(requiredValue(`${path}.kind`));
  else addInvalid(errors, `${path}.kind`, kind, pathSegmentName(kind));
  if (name === '') errors.push(requiredValue(`${path}.name`));
  else addInvalid(errors, `${path}.name`, name, pathSegmentName(name));
  const wrong = any ? undefined : apiVersionError(apiVersion, core);
  if (wrong !== undefined) errors.push(invalidValue(`${path}.apiVersion`, apiVersion, wrong));
}

function checkRules(rules: HPAScalingRules | undefined, path: string, errors: FieldError[]): void {
  if (rules === undefined) return;
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules;
  const refuseWindow = (why: string) =>
    errors.push(invalidValue(`${path}.stabilizationWindowSeconds`, window ?? 0, why));
  if (window !== undefined && window < 0) refuseWindow('must be greater than or equal to zero');
  if (window !== undefined && window > longestWindow) refuseWindow(`must be less than or equal to ${longestWindow}`);
  if (selectPolicy !== undefined && !selectPolicies.includes(selectPolicy)) {
    errors.push(unsupportedValue(`${path}.selectPolicy`, selectPolicy, selectPolicies));
  }
  if (policies.length === 0) errors.push(requiredValue(`${path}.policies`, 'must specify at least one Policy'));
  checkEach(policies, `${path}.policies`, errors, ({ type = '', value = 0, periodSeconds = 0 }, at) => {
    if (!policyTypes.includes(type)) errors.push(unsupportedValue(`${at}.type`, type, policyTypes));
    if (value <= 0) errors.push(invalidValue(`${at}.value`, value, 'must be greater than zero'));
    const refusePeriod = (why: string) => errors.push(invalidValue(`${at}.periodSeconds`, periodSeconds, why));
    if (periodSeconds <= 0) refusePeriod('must be greater than zero');
    if (periodSeconds > longestPeriod) refusePeriod(`must be less than or equal to ${longestPeriod}`);
  });
  if (tolerance !== undefined && parseQuantity(tolerance).mantissa < 0n) {
    errors.push(invalidValue(`${path}.tolerance`, tolerance, 'must be greater than or equal to 0'));
  }
}

/** All that is wrong with what a controller says of an autoscaler. */
export function validateAutoscalerStatus({ status = {} }: HorizontalPodAutoscaler): FieldError[] {
  const errors: FieldError[] = [];
  checkEach(status.conditions, 'status.conditions', errors, ({ observedGeneration }, at) =>
    checkCount(observedGeneration, `${at}.observedGeneration`, errors),
  );
  checkCount(status.currentReplicas, 'status.currentReplicas', errors);
  checkCount(status.desiredReplicas, 'status.desiredReplicas', errors);
  return errors;
}
