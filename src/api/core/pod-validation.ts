import { type FieldError, forbiddenValue, invalidValue } from '../../machinery/field-error.ts';
import type { Pod } from '../types/core-v1.generated.ts';
import { checkImages } from './containers.ts';
import { checkPodAnnotations, checkProfilesMatch } from './pod-annotations.ts';
import type { PodRules } from './pod-rules.ts';
import { checkPodSpec } from './pod-spec-validation.ts';

/** All that is wrong with a pod's annotations and spec, in the original's order; on every way it is written. */
function checkPod(pod: Pod, rules: PodRules, errors: FieldError[]): void {
  const { metadata = {}, spec = {} } = pod;
  checkPodAnnotations(metadata.annotations ?? {}, spec, 'metadata.annotations', errors);
  checkPodSpec(spec, { path: 'spec', podName: metadata.name ?? '', isPod: true, rules }, errors);
  if ((spec.serviceAccountName ?? '') === '') {
    for (const [index, { projected }] of (spec.volumes ?? []).entries()) {
      for (const [source, { serviceAccountToken }] of (projected?.sources ?? []).entries()) {
        if (serviceAccountToken === undefined) continue;
        const field = `spec.volumes[${index}].projected.sources[${source}].serviceAccountToken`;
        errors.push(forbiddenValue(field, 'must not be specified when serviceAccountName is not set'));
      }
    }
  }
  const grace = spec.terminationGracePeriodSeconds;
  if (grace !== undefined && grace < 0) {
    errors.push(invalidValue('spec.terminationGracePeriodSeconds', grace, 'must be greater than or equal to 0'));
  }
  checkImages(spec.containers, 'spec.containers', errors);
  checkImages(spec.initContainers, 'spec.initContainers', errors);
}

/** What is wrong with a pod that was there, besides its metadata. */
export function validatePod(pod: Pod, rules: PodRules): FieldError[] {
  const errors: FieldError[] = [];
  checkPod(pod, rules, errors);
  return errors;
}

/** What is wrong with a new pod, besides its metadata. */
export function validateNewPod(pod: Pod, rules: PodRules): FieldError[] {
  const errors: FieldError[] = [];
  const { metadata = {}, spec = {} } = pod;
  checkPod(pod, rules, errors);
  if ((spec.ephemeralContainers ?? []).length > 0) {
    errors.push(forbiddenValue('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if ((spec.nodeName ?? '') !== '' && (spec.schedulingGates ?? []).length > 0) {
    errors.push(forbiddenValue('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  checkProfilesMatch(metadata.annotations ?? {}, spec, 'spec', errors);
  return errors;
}
