import { type FieldError, forbiddenValue, invalidValue } from '../../machinery/field-error.ts';
import { addQuantities, compareQuantities, maxQuantity, type Quantity } from '../../machinery/quantity.ts';
import type { Container, PodSpec, ResourceRequirements } from '../types/core-v1.generated.ts';
import { isSidecar } from './init-containers.ts';
import { isHugePages, isOvercommitAllowed } from './resource-names.ts';
import { amountOf, checkPodLevelResources, isPodLevelResource, type Resources } from './resources.ts';

/** Amounts by the names of resources. */
type Amounts = Map<string, Quantity>;

/**
 * What the containers of a pod take together: all that run at a time, or more where one that runs before them needs more.
 * Sidecars run beside those that start after them.
 */
export function togetherOf(spec: PodSpec, kind: 'requests' | 'limits'): ReadonlyMap<string, Quantity> {
  const total: Amounts = new Map();
  for (const container of spec.containers ?? []) add(total, container, kind);
  const sidecars: Amounts = new Map();
  const before: Amounts = new Map();
  for (const container of spec.initContainers ?? []) {
    if (isSidecar(container)) {
      add(total, container, kind);
      add(sidecars, container, kind);
      raise(before, sidecars);
    } else {
      const now: Amounts = new Map(sidecars);
      add(now, container, kind);
      raise(before, now);
    }
  }
  raise(total, before);
  return total;
}

function add(amounts: Amounts, { resources }: Container, kind: 'requests' | 'limits'): void {
  for (const [name, text] of Object.entries(resources?.[kind] ?? {})) {
    const sum = amounts.get(name);
    amounts.set(name, sum === undefined ? amountOf(text) : addQuantities(sum, amountOf(text)));
  }
}

function raise(amounts: Amounts, to: Amounts): void {
  for (const [name, amount] of to) {
    const present = amounts.get(name);
    amounts.set(name, present === undefined ? amount : maxQuantity(present, amount));
  }
}

/** Adds to `errors` what is wrong with what a pod asks for as a whole, beside what its containers do. */
export function checkWholePodResources(
  spec: PodSpec,
  claims: ReadonlySet<string>,
  path: string,
  errors: FieldError[],
): void {
  const { resources } = spec;
  const at = `${path}.resources`;
  if (resources === undefined) return;
  if (spec.os?.name === 'windows') {
    errors.push(forbiddenValue(at, 'may not be set for a windows pod'));
    return;
  }
  if (resources.claims !== undefined) {
    errors.push(forbiddenValue(`${at}.claims`, 'claims may not be set for Resources at pod-level'));
  }
  checkPodLevelResources(resources, claims, at, errors);
  checkAgainstContainers(spec, resources, at, errors);
}

function checkAgainstContainers(
  spec: PodSpec,
  { requests = {}, limits = {} }: ResourceRequirements,
  path: string,
  errors: FieldError[],
): void {
  const tooSmall = (field: string, own: string, what: string, sum: Quantity) => {
    const why = `must be greater than or equal to aggregate container ${what} of ${sum.text}`;
    if (compareQuantities(sum, amountOf(own)) > 0) errors.push(invalidValue(field, own, why));
  };
  for (const [name, sum] of togetherOf(spec, 'requests')) {
    const own = Object.hasOwn(requests, name) ? requests[name] : undefined;
    if (own !== undefined) tooSmall(`${path}.requests[${name}]`, own, 'requests', sum);
  }
  for (const [name, sum] of togetherOf(spec, 'limits')) {
    const own = isHugePages(name) && Object.hasOwn(limits, name) ? limits[name] : undefined;
    if (own !== undefined) tooSmall(`${path}.limits[${name}]`, own, 'limits', sum);
  }
  for (const [index, container] of (spec.containers ?? []).entries()) {
    for (const [name, limit] of Object.entries(container.resources?.limits ?? {})) {
      const own = Object.hasOwn(limits, name) ? limits[name] : undefined;
      if (own === undefined || compareQuantities(amountOf(limit), amountOf(own)) <= 0) continue;
      const why = `must be less than or equal to pod limits of ${own}`;
      errors.push(invalidValue(`${path}.containers[${index}][${name}].limits`, limit, why));
    }
  }
}

/** A pod that says something of what it takes as a whole says the rest of it by what its containers say. */
export function defaultWholePodResources(spec: PodSpec): void {
  const { resources } = spec;
  if (resources === undefined) return;
  const [given, bounded] = [resources.requests ?? {}, resources.limits ?? {}];
  if (Object.keys(given).length === 0 && Object.keys(bounded).length === 0) return;
  const requests: Resources = { ...given };
  const limits: Resources = { ...bounded };
  const limited = togetherOf(spec, 'limits');
  for (const [name, sum] of limited) {
    if (isHugePages(name) && !(name in requests) && !(name in limits)) limits[name] = sum.text;
  }
  for (const [name, sum] of togetherOf(spec, 'requests')) {
    if (!(name in requests) && isPodLevelResource(name) && isOvercommitAllowed(name)) requests[name] = sum.text;
  }
  for (const [name, limit] of Object.entries(limits)) {
    if (!(name in requests) && isPodLevelResource(name)) requests[name] = limit;
  }
  for (const [name, request] of Object.entries(requests)) {
    const sum = everyContainerLimits(spec, name) ? limited.get(name) : undefined;
    if (sum === undefined || name in limits || !isPodLevelResource(name)) continue;
    limits[name] = maxQuantity(sum, amountOf(request)).text;
  }
  if (Object.keys(requests).length > 0) resources.requests = requests;
  if (Object.keys(limits).length > 0) resources.limits = limits;
}

const everyContainerLimits = ({ containers, initContainers }: PodSpec, name: string): boolean =>
  [...(containers ?? []), ...(initContainers ?? [])].every(
    ({ resources }) => resources?.limits !== undefined && Object.hasOwn(resources.limits, name),
  );
