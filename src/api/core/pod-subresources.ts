import { only } from '../../machinery/apply/field-filter.ts';
import { type FieldError, forbiddenValue, invalidValue } from '../../machinery/field-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import type { JsonObject, JsonValue } from '../../machinery/json-value.ts';
import type { UpdateStrategy } from '../strategy/strategy.ts';
import type { Container, Pod, PodSpec, ResourceRequirements } from '../types/core-v1.generated.ts';
import { isSidecar } from './init-containers.ts';
import { checkKeptAnnotations, mirrorPod } from './pod-annotations.ts';
import { defaultWholePodResources } from './pod-level-resources.ts';
import { qosClassOf } from './pod-qos.ts';
import type { PodRules } from './pod-rules.ts';
import { validatePod } from './pod-validation.ts';
import { structDifference } from './struct-difference.ts';

/** `binding`: what the one who binds does, and nothing else. */
export const bindingStrategy: UpdateStrategy = {
  prepareForUpdate() {
    // What a binding is has been looked at.
  },
  validateUpdate: () => [],
};

const sameJson = (a: object | undefined, b: object | undefined): boolean =>
  jsonEqual((a ?? null) as JsonValue, (b ?? null) as JsonValue);

/** All but the spec is as it was; of metadata also what an update of the status leaves alone. */
function keepAllButSpec(pod: Pod, old: Pod): void {
  const metadata = (pod.metadata ??= {});
  for (const field of keptMetadata) {
    const value = old.metadata?.[field];
    if (value === undefined) delete metadata[field];
    else Object.assign(metadata, { [field]: value });
  }
  if (old.status === undefined) delete pod.status;
  else pod.status = old.status;
}

const keptMetadata = ['labels', 'annotations', 'finalizers', 'ownerReferences', 'deletionTimestamp'] as const;

function countGeneration(pod: Pod, old: Pod): void {
  if (sameJson(pod.spec, old.spec)) return;
  (pod.metadata ??= {}).generation = Number(old.metadata?.generation ?? 0) + 1;
}

/** `ephemeralcontainers`: containers are put in, and stay. */
export const ephemeralContainersStrategy = (rules: PodRules): UpdateStrategy => ({
  managedFields: only(['spec', 'ephemeralContainers']),
  prepareForUpdate(object: JsonObject, before: JsonObject) {
    const [pod, old]: [Pod, Pod] = [object, before];
    const added = pod.spec?.ephemeralContainers;
    const { ephemeralContainers: _before, ...others } = old.spec ?? {};
    pod.spec = { ...others, ...(added === undefined ? {} : { ephemeralContainers: added }) };
    keepAllButSpec(pod, old);
    countGeneration(pod, old);
  },
  validateUpdate(object: JsonObject, before: JsonObject) {
    const [pod, old]: [Pod, Pod] = [object, before];
    if (isMirror(old)) return [forbiddenValue('', 'static pods do not support ephemeral containers')];
    const errors = validatePod(pod, rules);
    checkKeptAnnotations(
      pod.metadata?.annotations ?? {},
      old.metadata?.annotations ?? {},
      'metadata.annotations',
      errors,
    );
    const now = new Map((pod.spec?.ephemeralContainers ?? []).map((container) => [container.name ?? '', container]));
    for (const container of old.spec?.ephemeralContainers ?? []) {
      const name = goQuote(container.name ?? '');
      const next = now.get(container.name ?? '');
      const refuse = (why: string) =>
        errors.push(forbiddenValue('spec.ephemeralContainers', `existing ephemeral containers ${name} ${why}`));
      if (next === undefined) refuse('may not be removed\n');
      else if (!sameJson(next, container)) {
        refuse(`may not be changed\n${structDifference(container, next, 'EphemeralContainer')}`);
      }
    }
    return errors;
  },
});

const isMirror = ({ metadata }: Pod): boolean => Object.hasOwn(metadata?.annotations ?? {}, mirrorPod);

/** `resize`: containers, and the pod as a whole, get more or less of cpu and memory. */
export const resizeStrategy = (rules: PodRules): UpdateStrategy => ({
  managedFields: only(
    ...['containers', 'initContainers'].flatMap((containers) => [
      ['spec', containers, '*', 'resources'],
      ['spec', containers, '*', 'resizePolicy'],
    ]),
  ),
  prepareForUpdate(object: JsonObject, before: JsonObject) {
    const [pod, old]: [Pod, Pod] = [object, before];
    const [spec, oldSpec] = [pod.spec ?? {}, old.spec ?? {}];
    // What was added or taken away is for validation to name.
    if (sameNames(spec.containers, oldSpec.containers) && sameNames(spec.initContainers, oldSpec.initContainers)) {
      const { resources: given, ...others } = oldSpec;
      const resources = spec.resources ?? given;
      const initContainers = withResources(oldSpec.initContainers, spec.initContainers);
      pod.spec = {
        ...others,
        containers: withResources(oldSpec.containers, spec.containers),
        ...(oldSpec.initContainers === undefined ? {} : { initContainers }),
        ...(resources === undefined ? {} : { resources }),
      };
      keepAllButSpec(pod, old);
    }
    if (pod.spec?.resources !== undefined) defaultWholePodResources(pod.spec);
    countGeneration(pod, old);
  },
  validateUpdate: (object: JsonObject, before: JsonObject) => validateResize(object, before, rules),
});

type Containers = readonly Container[] | null | undefined;

const sameNames = (a: Containers, b: Containers): boolean =>
  (a ?? []).length === (b ?? []).length && (a ?? []).every(({ name }, index) => name === b?.[index]?.name);

function withResources(old: Containers, given: Containers): Container[] {
  return (old ?? []).map((container, index) => {
    const { resources: _resources, resizePolicy: _policy, ...others } = container;
    const next = given?.[index];
    return {
      ...others,
      resources: next?.resources ?? {},
      ...(next?.resizePolicy === undefined ? {} : { resizePolicy: next.resizePolicy }),
    };
  });
}

function validateResize(pod: Pod, old: Pod, rules: PodRules): FieldError[] {
  if (isMirror(old)) return [forbiddenValue('', 'static pods cannot be resized')];
  if (old.spec?.os?.name === 'windows') return [forbiddenValue('', 'windows pods cannot be resized')];
  const errors = validatePod(pod, rules);
  const [spec, before] = [pod.spec ?? {}, old.spec ?? {}];
  const isStill = old.status?.qosClass ?? qosClassOf(old);
  if (qosClassOf(pod) !== isStill) {
    const why = 'Pod QOS Class may not change as a result of resizing';
    errors.push(invalidValue('spec', pod.status?.qosClass ?? '', why));
  }
  const running = old.status?.containerStatuses?.find(({ state }) => state?.running !== undefined);
  if (running !== undefined && running.resources === undefined) {
    errors.push(forbiddenValue('spec', 'Pod running on node without support for resize'));
  }
  const count = errors.length;
  checkOrder(spec.containers, before.containers, 'containers', errors);
  checkOrder(spec.initContainers, before.initContainers, 'initContainers', errors);
  if (errors.length > count) return errors;
  if (before.resources !== undefined) {
    checkNotRemoved(spec.resources, before.resources, 'spec.resources', 'pod-level resource', errors);
  }
  for (const field of ['initContainers', 'containers'] as const) {
    for (const [index, container] of (before[field] ?? []).entries()) {
      const path = `spec.${field}[${index}].resources`;
      checkNotRemoved(spec[field]?.[index]?.resources, container.resources ?? {}, path, 'resource', errors);
    }
  }
  checkOnlyComputed(spec, before, errors);
  return errors;
}

function checkOrder(now: Containers, before: Containers, field: string, errors: FieldError[]): void {
  if ((now ?? []).length !== (before ?? []).length) {
    errors.push(forbiddenValue(`spec.${field}`, `${field} may not be added or removed on resize`));
    return;
  }
  for (const [index, { name }] of (before ?? []).entries()) {
    if (now?.[index]?.name === name) continue;
    errors.push(forbiddenValue(`spec.${field}[${index}].name`, `${field} may not be renamed or reordered on resize`));
  }
}

function checkNotRemoved(
  now: ResourceRequirements | undefined,
  before: ResourceRequirements,
  path: string,
  what: string,
  errors: FieldError[],
): void {
  for (const kind of ['requests', 'limits'] as const) {
    const left = now?.[kind] ?? {};
    if (Object.keys(before[kind] ?? {}).every((name) => Object.hasOwn(left, name))) continue;
    errors.push(forbiddenValue(`${path}.${kind}`, `${what} ${kind} cannot be removed`));
  }
}

/** cpu and memory put back as they were, there is no difference left. */
function checkOnlyComputed(spec: PodSpec, before: PodSpec, errors: FieldError[]): void {
  for (const [index, container] of (before.containers ?? []).entries()) {
    const now = spec.containers?.[index] ?? {};
    if (sameJson(uncounted(now), uncounted(container))) continue;
    errors.push(forbiddenValue('spec', 'only cpu and memory resources are mutable'));
  }
  for (const [index, container] of (before.initContainers ?? []).entries()) {
    const now = spec.initContainers?.[index] ?? {};
    const path = `spec.initContainers[${index}]`;
    if (!sameJson(uncounted(now), uncounted(container))) {
      const why = 'only cpu and memory resources for init or sidecar containers are mutable';
      errors.push(forbiddenValue(path, why));
    }
    if (sameJson(now, container) || isSidecar(now)) continue;
    if ((now.resizePolicy ?? []).some(({ restartPolicy }) => restartPolicy === 'RestartContainer')) {
      const why = 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized';
      errors.push(forbiddenValue(path, why));
    }
  }
}

/** A container without what it asks for of cpu and memory. */
function uncounted(container: Container): Container {
  const { limits = {}, requests = {}, claims = [] } = container.resources ?? {};
  const rest = ({ cpu: _cpu, memory: _memory, ...others }: { [name: string]: string }) => others;
  return { ...container, resources: { limits: rest(limits), requests: rest(requests), claims } };
}
