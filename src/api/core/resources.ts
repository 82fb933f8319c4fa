import {
  addInvalid,
  checkEach,
  duplicateValue,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
  valueNotFound,
} from '../../machinery/field-error.ts';
import { compareQuantities, parseQuantity, type Quantity, QuantityError } from '../../machinery/quantity.ts';
import { dns1123Label } from '../../machinery/validation/dns.ts';
import type { ResourceClaim, ResourceRequirements } from '../types/core-v1.generated.ts';
import {
  containerResourceName,
  isHugePages,
  isOvercommitAllowed,
  pageSizeText,
  resourceName,
} from './resource-names.ts';
import { validateResourceValue } from './resource-values.ts';

/** Amounts by the names of resources; each in its one spelling. */
export type Resources = { [name: string]: string };

/** Adds to `errors` what is wrong with what a container asks for. `claims`: the names of the pod's resource claims. */
export function checkContainerResources(
  requirements: ResourceRequirements | undefined,
  claims: ReadonlySet<string>,
  path: string,
  errors: FieldError[],
): void {
  if (requirements === undefined) return;
  checkRequirements(
    requirements,
    (name, at) => addInvalid(errors, at, name, containerResourceName(name)),
    path,
    errors,
  );
  checkClaims(requirements.claims, claims, `${path}.claims`, errors);
}

/** The same for a pod as a whole. */
export function checkPodLevelResources(
  requirements: ResourceRequirements,
  claims: ReadonlySet<string>,
  path: string,
  errors: FieldError[],
): void {
  checkRequirements(requirements, (name, at) => checkPodLevelName(name, at, errors), path, errors);
  checkClaims(requirements.claims, claims, `${path}.claims`, errors);
}

const podLevelResources = ['cpu', 'hugepages-', 'memory'];

/** A pod as a whole can ask for it. */
export const isPodLevelResource = (name: string): boolean => name === 'cpu' || name === 'memory' || isHugePages(name);

function checkPodLevelName(name: string, path: string, errors: FieldError[]): void {
  if (isPodLevelResource(name)) return;
  const wrong = resourceName(name);
  if (wrong.length > 0) addInvalid(errors, path, name, wrong);
  else errors.push(unsupportedValue(path, name, podLevelResources));
}

const isComputeResource = (name: string): boolean => name === 'cpu' || name === 'memory';

function checkRequirements(
  { limits = {}, requests = {} }: ResourceRequirements,
  checkName: (name: string, path: string) => void,
  path: string,
  errors: FieldError[],
): void {
  const [limited, requested] = [Object.keys(limits), Object.keys(requests)];
  if (limited.length === 0 && requested.length === 0) return;
  for (const name of limited) {
    const at = `${path}.limits[${name}]`;
    checkName(name, at);
    checkAmount(name, limits[name] ?? '', at, errors);
    checkPages(name, limits[name] ?? '', at, errors);
  }
  for (const name of requested) {
    const at = `${path}.requests[${name}]`;
    const request = requests[name] ?? '';
    checkName(name, at);
    checkAmount(name, request, at, errors);
    if (Object.hasOwn(limits, name)) checkWithinLimit(name, request, limits[name] ?? '', `${path}.requests`, errors);
    else if (!isOvercommitAllowed(name)) {
      errors.push(requiredValue(`${path}.limits`, 'Limit must be set for non overcommitable resources'));
    }
    checkPages(name, request, at, errors);
  }
  const all = [...limited, ...requested];
  if (all.some(isHugePages) && !all.some(isComputeResource)) {
    errors.push(forbiddenValue(path, 'HugePages require cpu or memory'));
  }
}

function checkWithinLimit(name: string, request: string, limit: string, path: string, errors: FieldError[]): void {
  if (request === limit) return;
  const order = compareQuantities(amountOf(request), amountOf(limit));
  if (order === 0) return;
  if (!isOvercommitAllowed(name)) {
    errors.push(invalidValue(path, request, `must be equal to ${name} limit of ${limit}`));
  } else if (order > 0) {
    errors.push(invalidValue(path, request, `must be less than or equal to ${name} limit of ${limit}`));
  }
}

/** No amount is below zero, and what is counted is counted in whole ones. */
function checkAmount(name: string, text: string, path: string, errors: FieldError[]): void {
  if (!plainAmount.test(text)) errors.push(...validateResourceValue(name, text, path));
}

/** Most amounts are such, and right. */
const plainAmount = /^\d+(?:[KMGTPE]i?)?$/;

function checkPages(name: string, text: string, path: string, errors: FieldError[]): void {
  if (!isHugePages(name) || holdsPages(text, pageSizeText(name))) return;
  errors.push(invalidValue(path, text, `${text} is not positive integer multiple of ${name}`));
}

function holdsPages(text: string, pageSize: string): boolean {
  try {
    const [amount, page] = [wholeOf(parseQuantity(text)), parseQuantity(pageSize)];
    return isWhole(page) && page.mantissa > 0n && amount % wholeOf(page) === 0n;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

const isWhole = ({ mantissa, exponent }: Quantity): boolean =>
  exponent >= 0 || mantissa === 0n || mantissa % 10n ** BigInt(-exponent) === 0n;

/** Rounded up. An amount beyond int64 is one that no machine has, and the largest. */
function wholeOf({ mantissa, exponent }: Quantity): bigint {
  if (mantissa === 0n) return 0n;
  if (exponent > 18) return 2n ** 63n - 1n;
  if (exponent >= 0) return mantissa * 10n ** BigInt(exponent);
  const unit = 10n ** BigInt(-exponent);
  return (mantissa + (mantissa > 0n ? unit - 1n : 0n)) / unit;
}

/** What the decoder let through is a quantity. */
export function amountOf(text: string): Quantity {
  return parseQuantity(text);
}

function checkClaims(
  claims: readonly ResourceClaim[] | undefined,
  known: ReadonlySet<string>,
  path: string,
  errors: FieldError[],
): void {
  if (claims === undefined) return;
  const seen = new Set<string>();
  /** Names of which some request was named. */
  const inParts = new Set<string>();
  checkEach(claims, path, errors, ({ name = '', request = '' }, at) => {
    if (name === '') {
      errors.push(requiredValue(at));
      return;
    }
    if (seen.has(name)) errors.push(duplicateValue(at, name));
    else {
      if (request !== '') addInvalid(errors, `${at}.request`, request, dns1123Label(request));
      const key = request === '' ? name : `${name}/${request}`;
      if (seen.has(key)) errors.push(duplicateValue(at, key));
      else if (request === '' && inParts.has(name)) errors.push(duplicateValue(at, name));
      if (request !== '') inParts.add(name);
      seen.add(key);
    }
    if (known.has(name)) return;
    const names = known.size === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`;
    errors.push(valueNotFound(at, name, `must be one of the names in pod.spec.resourceClaims${names}`));
  });
}
