import { type FieldError, invalidValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import type { JsonObject, JsonValue } from '../../machinery/json-value.ts';
import { fieldIsImmutable, validateImmutableField } from '../../machinery/validation/values.ts';
import { internalStruct } from '../core/internal-structs.ts';
import type { PodRules } from '../core/pod-rules.ts';
import { shown } from '../core/workload.ts';
import type { Job, JobSpec } from '../types/batch-v1.generated.ts';
import type { Affinity, Container, PodSpec, PodTemplateSpec } from '../types/core-v1.generated.ts';
import { hasCondition } from './job-conditions.ts';
import { checkNameForIndexes, checkOwnSpec, isReadable } from './job-validation.ts';

/** What is wrong with a change of a job. */
export function validateJobUpdate(job: Job, old: Job, rules: PodRules): FieldError[] {
  const errors: FieldError[] = [];
  const [spec, before] = [job.spec ?? {}, old.spec ?? {}];
  const hadAnyValues = before.selector !== undefined && !isReadable(before.selector);
  checkOwnSpec(spec, rules, hadAnyValues, errors);
  checkCompletions(spec, before, errors);
  errors.push(...validateImmutableField(shown(spec.selector), shown(before.selector), 'spec.selector'));
  checkTemplate(spec, before, isAtRest(old), errors);
  for (const field of [
    'completionMode',
    'podFailurePolicy',
    'backoffLimitPerIndex',
    'managedBy',
    'successPolicy',
  ] as const)
    if (!jsonEqual(spec[field] ?? null, before[field] ?? null))
      errors.push(invalidValue(`spec.${field}`, fieldOf(spec, field), fieldIsImmutable));
  checkNameForIndexes(job, errors);
  return errors;
}

function fieldOf(spec: JobSpec, field: keyof JobSpec): JsonValue {
  const { podFailurePolicy, successPolicy } = spec;
  if (field === 'podFailurePolicy')
    return podFailurePolicy ? internalStruct('PodFailurePolicy', podFailurePolicy) : null;
  if (field === 'successPolicy') return successPolicy ? internalStruct('SuccessPolicy', successPolicy) : null;
  return spec[field] ?? null;
}

/** How much there is to do is changed of Indexed jobs only, and together with how much of it is done at a time. */
function checkCompletions(spec: JobSpec, before: JobSpec, errors: FieldError[]): void {
  const { completions, parallelism } = spec;
  if (spec.completionMode !== 'Indexed') {
    errors.push(...validateImmutableField(completions, before.completions, 'spec.completions'));
  } else if (completions !== before.completions && completions !== undefined && completions !== parallelism) {
    const why = 'can only be modified in tandem with spec.parallelism';
    errors.push(invalidValue('spec.completions', completions, why));
  }
}

/** It is suspended, and nothing of it runs. */
function isAtRest({ spec = {}, status = {} }: Job): boolean {
  const hasBegun = status.startTime !== undefined && !hasCondition(status, 'Suspended');
  return spec.suspend === true && !hasBegun && (status.active ?? 0) === 0;
}

/** A job at rest may get other nodes and resources for its pods; else a template stays as it is. */
function checkTemplate(spec: JobSpec, before: JobSpec, isAtRest: boolean, errors: FieldError[]): void {
  const [template, old] = [spec.template ?? {}, before.template ?? {}];
  if (!isAtRest) {
    if (same(template, old)) return;
    const all = internalStruct('PodTemplateSpec', template);
    errors.push(invalidValue('spec.template', all, fieldIsImmutable));
    return;
  }
  const [pod, oldPod] = [template.spec ?? {}, withResources(withScheduling(old, template), template.spec ?? {})];
  if (same(pod, oldPod)) return;
  errors.push(invalidValue('spec.template.spec', internalStruct('PodSpec', pod), fieldIsImmutable));
}

const same = (a: object, b: object): boolean => jsonEqual(a as JsonObject, b as JsonObject);

/** `old` with where `template` wants its pods to be. */
function withScheduling({ spec: old = {} }: PodTemplateSpec, { spec = {} }: PodTemplateSpec): PodSpec {
  const affinity = withNodeAffinity(old.affinity, spec.affinity);
  return take({ ...old }, { ...spec, affinity }, ['affinity', 'nodeSelector', 'tolerations', 'schedulingGates']);
}

function withNodeAffinity(old: Affinity | undefined, now: Affinity | undefined): Affinity | undefined {
  if (now === undefined) {
    if (old === undefined) return undefined;
    const { nodeAffinity: _, ...rest } = old;
    return Object.keys(rest).length === 0 ? undefined : rest;
  }
  return take({ ...old }, now, ['nodeAffinity']);
}

/** `old` with what the containers of `pod` take. */
function withResources(old: PodSpec, pod: PodSpec): PodSpec {
  const next = { ...old };
  for (const field of ['containers', 'initContainers'] as const) {
    const [before, now] = [old[field] ?? [], pod[field] ?? []];
    if (before.length !== now.length || before.length === 0) continue;
    next[field] = before.map((container, index): Container => {
      const changed = now[index];
      const isOther = changed === undefined || changed.name !== container.name;
      return isOther ? container : take({ ...container }, changed, ['resources']);
    });
  }
  return next;
}

/** Gives `target` some fields as `source` has them, or has them not. */
function take<T extends object>(
  target: T,
  source: { readonly [K in keyof T]?: T[K] | undefined },
  fields: readonly (keyof T)[],
): T {
  for (const field of fields) {
    const value = source[field];
    if (value === undefined) delete target[field];
    else target[field] = value;
  }
  return target;
}
