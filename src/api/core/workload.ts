import {
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { emptiedAt } from '../../machinery/json/emptied.ts';
import type { JsonValue } from '../../machinery/json-value.ts';
import { validateImmutableField } from '../../machinery/validation/values.ts';
import { checkLabelSelector } from '../label-selector-validation.ts';
import type { PodTemplateSpec } from '../types/core-v1.generated.ts';
import type { LabelSelector, LabelSelectorRequirement, ObjectMeta } from '../types/meta-v1.generated.ts';
import { sorted } from './internal-structs.ts';
import type { PodRules } from './pod-rules.ts';
import { checkPodTemplate } from './pod-template-validation.ts';
import { templateWarnings } from './pod-warnings.ts';

type Labels = { readonly [key: string]: string };

function expressionHolds({ key = '', operator, values = [] }: LabelSelectorRequirement, labels: Labels): boolean {
  const has = Object.hasOwn(labels, key);
  const listed = has && values.includes(labels[key] ?? '');
  switch (operator) {
    case 'In':
      return listed;
    case 'NotIn':
      return !listed;
    case 'Exists':
      return has;
    default:
      return !has;
  }
}

/** What is not there selects nothing. */
export function selects(selector: LabelSelector | null | undefined, labels: Labels): boolean {
  if (selector === undefined || selector === null) return false;
  const wanted = Object.entries(selector.matchLabels ?? {});
  return (
    wanted.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value) &&
    (selector.matchExpressions ?? []).every((expression) => expressionHolds(expression, labels))
  );
}

const sizeOf = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): number =>
  Object.keys(matchLabels).length + matchExpressions.length;

/** A struct or map in a message; null when it is not there. */
export const shown = (value: object | null | undefined): JsonValue => sorted((value ?? null) as JsonValue);

/**
 * Adds to `errors` what is wrong with how a workload finds its pods. `kind`: as messages call it. True when it can be read,
 * so that it makes sense to compare it with the template.
 */
export function checkSelector(selector: LabelSelector | null | undefined, kind: string, errors: FieldError[]): boolean {
  if (selector === undefined || selector === null) {
    errors.push(requiredValue('spec.selector'));
    return true;
  }
  const before = errors.length;
  checkLabelSelector(selector, 'spec.selector', errors);
  const isReadable = errors.length === before;
  if (sizeOf(selector) === 0) {
    errors.push(invalidValue('spec.selector', shown(selector), `empty selector is invalid for ${kind}`));
  }
  return isReadable;
}

/** Adds to `errors` unless a workload's pods are among what it selects. An empty selector has been refused already. */
export function checkSelectsTemplate(
  selector: LabelSelector | null | undefined,
  template: PodTemplateSpec,
  errors: FieldError[],
): void {
  if (selector !== undefined && selector !== null && sizeOf(selector) === 0) return;
  const { labels } = template.metadata ?? {};
  if (selects(selector, labels ?? {})) return;
  const why = '`selector` does not match template `labels`';
  errors.push(
    invalidValue('spec.template.metadata.labels', shown(labels ?? emptiedAt(template.metadata, 'labels')), why),
  );
}

/** Adds to `errors` what is wrong with the template of pods that run for ever. `kind`: as messages call it. */
export function checkLastingTemplate(
  template: PodTemplateSpec,
  { kind, rules }: { readonly kind: string; readonly rules: PodRules },
  errors: FieldError[],
): void {
  checkPodTemplate(template, rules, 'spec.template', errors);
  checkLasting(template, kind, errors);
}

/** Its pods run for ever. */
export function checkLasting({ spec = {} }: PodTemplateSpec, kind: string, errors: FieldError[]): void {
  const { restartPolicy = '', activeDeadlineSeconds } = spec;
  const at = 'spec.template.spec';
  if (restartPolicy !== 'Always') errors.push(unsupportedValue(`${at}.restartPolicy`, restartPolicy, ['Always']));
  if (activeDeadlineSeconds !== undefined) {
    errors.push(forbiddenValue(`${at}.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`));
  }
}

/** Adds to `errors` when it is below zero. Absent is all right. */
export function checkCount(value: number | bigint | undefined, path: string, errors: FieldError[]): void {
  if (value !== undefined && value < 0) {
    errors.push(invalidValue(path, value, 'must be greater than or equal to 0'));
  }
}

interface Workload {
  readonly metadata?: ObjectMeta;
  readonly spec?: { readonly selector?: LabelSelector | null; readonly template?: PodTemplateSpec };
}

/** What a workload's pods are found by stays as it is. */
export const validateSameSelector = (workload: Workload, old: Workload): FieldError[] => {
  const [now, before] = [shown(workload.spec?.selector), shown(old.spec?.selector)];
  return validateImmutableField(now, before, 'spec.selector');
};

/** A workload's template is looked at again when anything of it changed. */
export const warningsOnUpdate = (workload: Workload, old: Workload): readonly string[] =>
  workload.metadata?.generation === old.metadata?.generation ? [] : templateWarnings(workload);
