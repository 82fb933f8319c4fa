import {
  type FieldError,
  forbiddenValue,
  invalidValue,
  maxFieldErrors,
  requiredValue,
} from '../../machinery/field-error.ts';
import { keepEmptied } from '../../machinery/json/emptied.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import type { JsonValue } from '../../machinery/json-value.ts';
import { betweenText } from '../../machinery/validation/ports.ts';
import type { Container, NodeSelectorTerm, Pod, PodSpec, Toleration } from '../types/core-v1.generated.ts';
import { internalStruct, sorted } from './internal-structs.ts';
import { checkKeptAnnotations } from './pod-annotations.ts';
import type { PodRules } from './pod-rules.ts';
import { validatePod } from './pod-validation.ts';
import { structDifference } from './struct-difference.ts';
import { checkTolerations } from './tolerations.ts';

const maxInt32 = 2 ** 31 - 1;

/** All that is wrong with an update of a pod, of which most stays as it is for ever. */
export function validatePodUpdate(pod: Pod, old: Pod, rules: PodRules): FieldError[] {
  const { metadata = {}, spec = {} } = pod;
  const before = old.spec ?? {};
  const errors = validatePod(pod, rules);
  const [now, then] = [metadata.annotations ?? {}, old.metadata?.annotations ?? {}];
  checkKeptAnnotations(now, then, 'metadata.annotations', errors);
  if (!checkSameContainers(spec.containers, before.containers, 'spec.containers', errors)) return errors;
  if (!checkSameContainers(spec.initContainers, before.initContainers, 'spec.initContainers', errors)) return errors;
  if (!checkDeadline(spec, before, errors)) return errors;
  checkAddedTolerations(spec.tolerations, before.tolerations, errors);
  checkRemovedGates(spec, before, errors);
  if (!same(spec, before)) checkTheRest(spec, before, errors);
  return errors;
}

const same = (a: object | undefined, b: object | undefined): boolean => jsonEqual(a as JsonValue, b as JsonValue);

/** Containers have other images at most. False: nothing else is worth looking at. */
function checkSameContainers(
  now: readonly Container[] | null | undefined,
  before: readonly Container[] | null | undefined,
  path: string,
  errors: FieldError[],
): boolean {
  if ((now ?? []).length !== (before ?? []).length) {
    errors.push(forbiddenValue(path, 'pod updates may not add or remove containers'));
    return false;
  }
  for (const [index, { image = '' }] of (now ?? []).entries()) {
    if (errors.length >= maxFieldErrors) break;
    const field = `${path}[${index}].image`;
    if (image === '') errors.push(requiredValue(field));
    if (image.trim() !== image) {
      errors.push(invalidValue(field, image, 'must not have leading or trailing whitespace'));
    }
  }
  return true;
}

/** A deadline comes nearer at most. False: nothing else is worth looking at. */
function checkDeadline(spec: PodSpec, before: PodSpec, errors: FieldError[]): boolean {
  const { activeDeadlineSeconds: now } = spec;
  const { activeDeadlineSeconds: then } = before;
  const refuse = (why: string) => errors.push(invalidValue('spec.activeDeadlineSeconds', now ?? null, why));
  if (now === undefined) {
    if (then !== undefined) refuse('must not update from a positive integer to nil value');
    return true;
  }
  if (now < 0 || now > maxInt32) refuse(betweenText(0, maxInt32));
  else if (then !== undefined && then < now) refuse('must be less than or equal to previous value');
  else return true;
  return false;
}

/** Tolerations are added, and last for another time, at most. */
function checkAddedTolerations(
  now: readonly Toleration[] = [],
  before: readonly Toleration[] = [],
  errors: FieldError[],
): void {
  const path = 'spec.tolerations';
  const kept = new Set(now.map(lasting));
  if (!before.every((toleration) => kept.has(lasting(toleration)))) {
    errors.push(forbiddenValue(path, 'existing toleration can not be modified except its tolerationSeconds'));
    return;
  }
  checkTolerations(now, path, errors);
}

const lasting = ({ key = '', operator = '', value = '', effect = '' }: Toleration): string =>
  JSON.stringify([key, operator, value, effect]);

function checkRemovedGates({ schedulingGates = [] }: PodSpec, before: PodSpec, errors: FieldError[]): void {
  const known = new Set((before.schedulingGates ?? []).map(({ name = '' }) => name));
  for (const [index, { name = '' }] of schedulingGates.entries()) {
    if (known.has(name)) continue;
    const why = `only deletion is allowed, but found new scheduling gate '${name}'`;
    errors.push(forbiddenValue(`spec.schedulingGates[${index}].name`, why));
  }
}

const changeable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];

/** What may change put back as it was, there is no difference left. */
function checkTheRest(spec: PodSpec, before: PodSpec, errors: FieldError[]): void {
  const rest: PodSpec = keepEmptied(spec, { ...spec });
  const put = (key: keyof PodSpec) => {
    if (before[key] === undefined) delete rest[key];
    else Object.assign(rest, { [key]: before[key] });
  };
  rest.containers = withImages(spec.containers, before.containers);
  if (spec.initContainers !== undefined) {
    rest.initContainers = withImages(spec.initContainers, before.initContainers);
  }
  put('activeDeadlineSeconds');
  put('schedulingGates');
  put('tolerations');
  const grace = before.terminationGracePeriodSeconds;
  if (grace !== undefined && grace < 0 && spec.terminationGracePeriodSeconds === 1)
    put('terminationGracePeriodSeconds');
  if ((before.schedulingGates ?? []).length > 0) {
    checkGatedSelector(spec, before, errors);
    put('nodeSelector');
    checkGatedAffinity(spec, before, errors);
    const affinity = { ...spec.affinity };
    const own = before.affinity?.nodeAffinity;
    if (own === undefined) delete affinity.nodeAffinity;
    else affinity.nodeAffinity = own;
    if (before.affinity === undefined && Object.keys(affinity).length === 0) delete rest.affinity;
    else rest.affinity = affinity;
  }
  if (same(rest, before)) return;
  const why = `pod updates may not change fields other than ${changeable.join(',')}\n${structDifference(before, rest, 'PodSpec')}`;
  errors.push(forbiddenValue('spec', why));
}

const withImages = (
  now: readonly Container[] | null | undefined,
  before: readonly Container[] | null | undefined,
): Container[] =>
  (now ?? []).map((container, index) => ({ ...container, image: before?.[index]?.image ?? container.image ?? '' }));

/** As long as a pod waits for its gates, where it may run can be narrowed down. */
function checkGatedSelector({ nodeSelector = {} }: PodSpec, before: PodSpec, errors: FieldError[]): void {
  const old = Object.entries(before.nodeSelector ?? {});
  if (old.every(([key, value]) => nodeSelector[key] === value)) return;
  const why = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  errors.push(invalidValue('spec.nodeSelector', sorted(nodeSelector), why));
}

const required = 'requiredDuringSchedulingIgnoredDuringExecution';

function checkGatedAffinity({ affinity }: PodSpec, before: PodSpec, errors: FieldError[]): void {
  const old = before.affinity?.nodeAffinity?.[required]?.nodeSelectorTerms ?? [];
  const now = affinity?.nodeAffinity?.[required]?.nodeSelectorTerms ?? [];
  const field = `spec.affinity.nodeAffinity.${required}.nodeSelectorTerms`;
  const shown = (term: NodeSelectorTerm) => internalStruct('NodeSelectorTerm', term);
  if (old.length > 0 && old.length !== now.length) {
    const why = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    errors.push(invalidValue(field, now.length === 0 ? null : now.map(shown), why));
    return;
  }
  for (const [index, term] of old.entries()) {
    const next = now[index] ?? {};
    if (hasOnlyMore(next, term)) continue;
    const why = 'only additions are allowed (no mutations or deletions)';
    errors.push(invalidValue(`${field}[${index}]`, shown(next), why));
  }
}

function hasOnlyMore(now: NodeSelectorTerm, before: NodeSelectorTerm): boolean {
  const isNothing = (term: NodeSelectorTerm) =>
    (term.matchExpressions ?? []).length === 0 && (term.matchFields ?? []).length === 0;
  if (isNothing(before)) return isNothing(now);
  return (['matchExpressions', 'matchFields'] as const).every((field) => {
    const old = before[field] ?? [];
    return same((now[field] ?? []).slice(0, old.length), old);
  });
}
