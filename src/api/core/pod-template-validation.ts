import { type FieldError, forbiddenValue } from '../../machinery/field-error.ts';
import { checkLabels } from '../../machinery/validation/labels.ts';
import { validateAnnotations } from '../../machinery/validation/object-meta.ts';
import type { PodTemplateSpec } from '../types/core-v1.generated.ts';
import { checkPodAnnotations, checkProfilesMatch } from './pod-annotations.ts';
import type { PodRules } from './pod-rules.ts';
import { checkPodSpec } from './pod-spec-validation.ts';

/** Adds to `errors` what is wrong with a template of pods, of whatever kind makes pods of it. */
export function checkPodTemplate(template: PodTemplateSpec, rules: PodRules, path: string, errors: FieldError[]): void {
  const { metadata = {}, spec = {} } = template;
  const annotations = metadata.annotations ?? {};
  checkLabels(metadata.labels, `${path}.labels`, errors);
  errors.push(...validateAnnotations(annotations, `${path}.annotations`));
  checkPodAnnotations(annotations, spec, `${path}.annotations`, errors);
  checkPodSpec(spec, { path: `${path}.spec`, podName: '', isPod: false, rules }, errors);
  checkProfilesMatch(annotations, spec, `${path}.spec`, errors);
  if ((spec.ephemeralContainers ?? []).length > 0) {
    errors.push(forbiddenValue(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'));
  }
}
