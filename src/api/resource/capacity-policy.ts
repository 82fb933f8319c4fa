import {
  duplicateValue,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  tooMany,
} from '../../machinery/field-error.ts';
import {
  addQuantities,
  ceilQuantity,
  compareQuantities,
  parseQuantity,
  type Quantity,
} from '../../machinery/quantity.ts';
import type {
  CapacityRequestPolicy,
  CapacityRequestPolicyRange,
  DeviceCapacity,
} from '../types/resource-v1.generated.ts';

const maxOptions = 10;
const maxInt64 = 2n ** 63n - 1n;

/** Looks at how much of a capacity a request may take. Only a device that several claims may have at a time has a policy. */
export function checkCapacity(
  { value = '0', requestPolicy }: DeviceCapacity,
  path: string,
  isShared: boolean,
  errors: FieldError[],
): void {
  if (requestPolicy === undefined) return;
  const at = `${path}.requestPolicy`;
  if (isShared) checkPolicy(requestPolicy, parseQuantity(value), at, errors);
  else errors.push(forbiddenValue(at, 'allowMultipleAllocations must be true'));
}

function checkPolicy(policy: CapacityRequestPolicy, most: Quantity, path: string, errors: FieldError[]): void {
  const { validValues = [], validRange } = policy;
  if (validValues.length > 0 && validRange !== undefined) {
    const why = 'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time';
    errors.push(forbiddenValue(path, why));
    return;
  }
  const kind = validValues.length > 0 ? 'validValues' : validRange === undefined ? undefined : 'validRange';
  if (kind === undefined) return;
  if (policy.default === undefined || policy.default === null) {
    errors.push(requiredValue(`${path}.default`, `required when ${kind} is defined`));
    return;
  }
  const standard = parseQuantity(policy.default);
  if (validRange === undefined) checkValues(validValues.map(parseQuantity), standard, most, `${path}.${kind}`, errors);
  else checkRange(validRange, standard, most, `${path}.${kind}`, errors);
}

function checkValues(
  values: readonly Quantity[],
  standard: Quantity,
  most: Quantity,
  path: string,
  errors: FieldError[],
): void {
  for (const [index, value] of values.entries()) {
    const before = values[index - 1];
    if (before !== undefined && compareQuantities(before, value) > 0) {
      errors.push(invalidValue(`${path}[${index}]`, value.text, 'values must be sorted in ascending order'));
    }
  }
  const isFew = values.length <= maxOptions;
  if (isFew) checkOptions(values, most, path, errors);
  else errors.push(tooMany(path, values.length, maxOptions));
  if (!isFew || !values.some((value) => compareQuantities(value, standard) === 0)) {
    errors.push(invalidValue(path, standard.text, 'default value is not valid according to the requestPolicy'));
  }
}

function checkOptions(values: readonly Quantity[], most: Quantity, path: string, errors: FieldError[]): void {
  for (const [index, value] of values.entries()) {
    if (compareQuantities(value, most) > 0) {
      errors.push(invalidValue(`${path}[${index}]`, value.text, `option is larger than capacity value: ${most.text}`));
    }
  }
  const taken = new Set<string>();
  for (const [index, value] of values.entries()) {
    const whole = String(ceilQuantity(value));
    if (taken.has(whole)) errors.push(duplicateValue(`${path}[${index}]`, whole));
    taken.add(whole);
  }
}

function checkRange(
  range: CapacityRequestPolicyRange,
  standard: Quantity,
  most: Quantity,
  path: string,
  errors: FieldError[],
): void {
  if (range.min === undefined) {
    errors.push(requiredValue(`${path}.min`, 'required when validRange is defined'));
    return;
  }
  const [min, max] = [parseQuantity(range.min), range.max === undefined ? undefined : parseQuantity(range.max)];
  const isAbove = (a: Quantity, b: Quantity) => compareQuantities(a, b) > 0;
  const wrong = (field: string, value: Quantity, why: string) =>
    errors.push(invalidValue(`${path}.${field}`, value.text, why));
  if (isAbove(min, most)) wrong('min', min, `min is larger than capacity value: ${most.text}`);
  if (isAbove(min, standard)) wrong('default', standard, `default is less than min: ${min.text}`);
  if (max !== undefined) {
    if (isAbove(min, max)) wrong('max', min, `min is larger than max: ${max.text}`);
    if (isAbove(max, most)) wrong('max', max, `max is larger than capacity value: ${most.text}`);
    if (isAbove(standard, max)) wrong('default', standard, `default is more than max: ${max.text}`);
  }
  if (range.step === undefined) return;
  const step = parseQuantity(range.step);
  if (step.mantissa <= 0n) {
    wrong('step', step, 'must be greater than zero');
    return;
  }
  const once = addQuantities(min, step);
  if (isAbove(once, most)) wrong('step', step, `one step ${once.text} is larger than capacity value: ${most.text}`);
  const before = errors.length;
  for (const [field, value] of Object.entries({ default: standard, min, max, step })) {
    if (value === undefined) continue;
    if (value.mantissa < 0n) wrong(field, value, 'must be greater than or equal to 0');
    else if (compareQuantities(value, { mantissa: maxInt64, exponent: 0, text: '' }) > 0) {
      wrong(field, value, 'must not be larger than 9223372036854775807');
    }
  }
  if (errors.length > before) return;
  for (const value of max === undefined ? [standard] : [standard, max]) {
    if ((ceilQuantity(value) - ceilQuantity(min)) % ceilQuantity(step) === 0n) continue;
    wrong('step', value, `value is not a multiple of a given step (${step.text}) from (${min.text})`);
  }
}
