import {
  addInvalid,
  checkEach,
  duplicateValue,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
} from '../../machinery/field-error.ts';
import { compareQuantities, parseQuantity, type Quantity } from '../../machinery/quantity.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import type { LimitRange, LimitRangeItem } from '../types/core-v1.generated.ts';
import { containerResourceName, isOvercommitAllowed, resourceName } from './resource-names.ts';
import { thousandthsOf, unitsOf } from './resource-values.ts';

/** So many units are still an int64 in thousandths. */
const mostInThousandths = Number((2n ** 63n - 1n) / 1000n);

const limitTypes = ['Pod', 'Container', 'PersistentVolumeClaim'];

export function validateLimitRange({ spec }: LimitRange): FieldError[] {
  const errors: FieldError[] = [];
  const types = new Set<string>();
  checkEach(spec?.limits, 'spec.limits', errors, (item, path) => {
    const { type = '' } = item;
    addInvalid(errors, `${path}.type`, type, limitType(type));
    if (types.has(type)) errors.push(duplicateValue(`${path}.type`, type));
    types.add(type);
    checkItem(item, path, errors);
  });
  return errors;
}

function limitType(type: string): readonly string[] {
  const wrong = labelKey(type);
  if (wrong.length > 0 || type.includes('/') || limitTypes.includes(type)) return wrong;
  return ['must be a standard limit type or fully qualified'];
}

/** The names of the fields of an item, with its amounts by resource. */
const amountFields = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

function checkItem(item: LimitRangeItem, path: string, errors: FieldError[]): void {
  const { type } = item;
  const ofPod = type === 'Pod';
  const nameRule = ofPod || type === 'Container' ? containerResourceName : resourceName;
  const names = new Set<string>();
  for (const field of amountFields) {
    const amounts = item[field] ?? {};
    if (field === 'maxLimitRequestRatio') checkStorageIsLimited(item, path, errors);
    if (ofPod && (field === 'default' || field === 'defaultRequest')) {
      const why = "may not be specified when `type` is 'Pod'";
      if (Object.keys(amounts).length > 0) errors.push(forbiddenValue(`${path}.${field}`, why));
      continue;
    }
    for (const name of Object.keys(amounts)) {
      addInvalid(errors, `${path}.${field}[${name}]`, name, nameRule(name));
      names.add(name);
    }
  }
  for (const name of names)
    checkResource(ofPod ? { ...item, default: {}, defaultRequest: {} } : item, name, path, errors);
}

function checkStorageIsLimited({ type, min = {}, max = {} }: LimitRangeItem, path: string, errors: FieldError[]): void {
  if (type !== 'PersistentVolumeClaim' || min['storage'] !== undefined || max['storage'] !== undefined) return;
  const why = 'either minimum or maximum storage value is required, but neither was provided';
  errors.push(requiredValue(`${path}.limits`, why));
}

const one = parseQuantity('1');

/** The amounts of one resource fit together. */
function checkResource(item: LimitRangeItem, name: string, path: string, errors: FieldError[]): void {
  const of = (field: (typeof amountFields)[number]): Quantity | undefined => {
    const text = item[field]?.[name];
    return text === undefined ? undefined : parseQuantity(text);
  };
  const [max, min, limit, request, ratio] = [
    of('max'),
    of('min'),
    of('default'),
    of('defaultRequest'),
    of('maxLimitRequestRatio'),
  ];
  const wrong = (field: string, value: Quantity, why: string) =>
    errors.push(invalidValue(`${path}.${field}[${name}]`, value.text, why));
  /** Told of `shown` when there are both and the first is more. */
  const checkOrder = (
    [lessName, less]: readonly [string, Quantity | undefined],
    [moreName, more]: readonly [string, Quantity | undefined],
    field: string,
    shown: Quantity | undefined,
  ) => {
    if (less === undefined || more === undefined || shown === undefined || compareQuantities(less, more) <= 0) return;
    wrong(field, shown, `${lessName} value ${less.text} is greater than ${moreName} value ${more.text}`);
  };
  checkOrder(['min', min], ['max', max], 'min', min);
  checkOrder(['min', min], ['default request', request], 'defaultRequest', request);
  checkOrder(['default request', request], ['max', max], 'defaultRequest', request);
  checkOrder(['default request', request], ['default limit', limit], 'defaultRequest', request);
  // Of these two the original shows the value that is not the field's.
  checkOrder(['min', min], ['default', limit], 'default', min);
  checkOrder(['default', limit], ['max', max], 'default', max);
  if (ratio !== undefined && compareQuantities(ratio, one) < 0)
    wrong('maxLimitRequestRatio', ratio, `ratio ${ratio.text} is less than 1`);
  if (ratio !== undefined && min !== undefined && max !== undefined) {
    // In thousandths, unless one of them is too many for that: then in whole units, rounded up.
    const fine = [ratio, min, max].every((quantity) => unitsOf(quantity) < mostInThousandths);
    const amountOf = fine ? thousandthsOf : unitsOf;
    const most = amountOf(max) / amountOf(min);
    if (amountOf(ratio) / (fine ? 1000 : 1) > most)
      wrong('maxLimitRequestRatio', ratio, `ratio ${ratio.text} is greater than max/min = ${most.toFixed(6)}`);
  }
  if (limit === undefined || request === undefined || isOvercommitAllowed(name)) return;
  const why = `default value ${limit.text} must equal to defaultRequest value ${request.text} in ${name}`;
  if (compareQuantities(limit, request) !== 0) wrong('defaultRequest', request, why);
}
