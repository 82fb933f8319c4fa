import { dropUnservedTemplateFields } from '../core/unserved-pod-fields.ts';
import type { JobSpec } from '../types/batch-v1.generated.ts';

/** What no job's spec may bring, since the server does not know it. `old`: the spec that was there. */
export function dropUnservedJobFields(spec: JobSpec | undefined, old: JobSpec | undefined): void {
  if (spec === undefined) return;
  if (spec.scheduling !== undefined && old?.scheduling === undefined) delete spec.scheduling;
  dropUnservedTemplateFields(spec.template, old?.template);
}

/** Every template of a job has these, whatever makes jobs of it. */
export function defaultJobPolicies(spec: JobSpec): void {
  for (const { onPodConditions } of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of onPodConditions ?? []) pattern.status ||= 'True';
  }
}
