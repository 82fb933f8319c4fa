import {
  duplicateValue,
  errorsOfEach,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { parseCidr } from '../../machinery/ip-address.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { validateLegacyCidr } from '../../machinery/validation/ip.ts';
import { labelKey, labelValue } from '../../machinery/validation/label.ts';
import { validateText } from '../../machinery/validation/values.ts';
import type { Node, Taint } from '../types/core-v1.generated.ts';
import { validateResourceValue } from './resource-values.ts';

const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** The path is the original's: taints are not in metadata. */
const taintsPath = 'metadata.taints';

function validateTaint({ key = '', value = '', effect = '' }: Taint, path: string): FieldError[] {
  const wrongValue = labelValue(value);
  const wrongEffect =
    effect === '' ? requiredValue(`${path}.effect`) : unsupportedValue(`${path}.effect`, effect, taintEffects);
  return [
    ...validateText(key, `${path}.key`, labelKey),
    ...(wrongValue.length === 0 ? [] : [invalidValue(`${path}.value`, value, wrongValue.join(';'))]),
    ...(taintEffects.includes(effect) ? [] : [wrongEffect]),
  ];
}

/** Shown as the original shows it: by the names of Go's fields. */
function duplicateTaint({ key = '', value = '', effect = '', timeAdded }: Taint, path: string): FieldError {
  const shown = { Key: key, Value: value, Effect: effect, TimeAdded: timeAdded ?? null };
  const { message, ...error } = duplicateValue(path, shown);
  return { ...error, message: `${message}: taints must be unique by key and effect pair` };
}

function validateTaints(taints: readonly Taint[]): FieldError[] {
  const seen = new Set<string>();
  return errorsOfEach(taints, (taint, index) => {
    const path = `${taintsPath}[${index}]`;
    const pair = JSON.stringify([taint.key ?? '', taint.effect ?? '']);
    const twice = seen.has(pair);
    seen.add(pair);
    return [...validateTaint(taint, path), ...(twice ? [duplicateTaint(taint, path)] : [])];
  });
}

function validateResources({ status = {} }: Node): FieldError[] {
  const of = (field: 'capacity' | 'allocatable') =>
    errorsOfEach(Object.entries(status[field] ?? {}), ([name, value]) =>
      validateResourceValue(name, value, `status.${field}.${name}`),
    );
  return [...of('capacity'), ...of('allocatable')];
}

const featureName = /^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/;
const maxFeatureName = 253;

function wrongFeature(name: string): string[] {
  const what = `invalid feature name ${goQuote(name)}: must`;
  if (name.length > maxFeatureName) return [`${what} be no more than ${maxFeatureName} characters`];
  if (featureName.test(name)) return [];
  return [
    `${what} start with an UpperCamelCase segment, with subsequent segments separated by '/' ` +
      '(e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes',
  ];
}

function validateDeclaredFeatures({ status = {} }: Node): FieldError[] {
  const features = status.declaredFeatures ?? [];
  const path = 'status.declaredFeatures';
  return errorsOfEach(features, (feature, index) => {
    const next = features[index + 1];
    const errors = validateText(feature, `${path}[${index}]`, wrongFeature);
    if (next === feature) errors.push(duplicateValue(`${path}[${index + 1}]`, next));
    else if (next !== undefined && feature > next)
      errors.push(invalidValue(`${path}[${index + 1}]`, next, 'list must be sorted alphabetically'));
    return errors;
  });
}

function validatePodCidrs({ spec = {} }: Node): FieldError[] {
  const ranges = spec.podCIDRs ?? [];
  const errors = errorsOfEach(ranges, (range, index) => validateLegacyCidr(range, `spec.podCIDRs[${index}]`));
  const families = new Set(ranges.map((range) => parseCidr(range)?.address.family));
  if (ranges.length > 1 && (families.size !== 2 || ranges.length > 2))
    errors.push(invalidValue('spec.podCIDRs', ranges, 'may specify no more than one CIDR for each IP family'));
  return errors;
}

export const validateNode = (node: Node): FieldError[] => [
  ...validateTaints(node.spec?.taints ?? []),
  ...validateResources(node),
  ...validateSwap(node),
  ...validateDeclaredFeatures(node),
  ...validatePodCidrs(node),
];

/** The path is the original's. */
function validateSwap({ status }: Node): FieldError[] {
  const capacity = status?.nodeInfo?.swap?.capacity;
  if (capacity === undefined || capacity > 0) return [];
  return [invalidValue('metadata.nodeSwapStatus.capacity', capacity, 'must be greater than zero')];
}

/** What a status write is asked, and a write of the object after `validateNode`. */
export function validateNodeUpdate(node: Node, old: Node): FieldError[] {
  const errors = [...validateResources(node), ...validateDeclaredFeatures(node)];
  const addresses = new Set<string>();
  for (const [index, { type = '', address = '' }] of (node.status?.addresses ?? []).entries()) {
    const key = JSON.stringify([type, address]);
    if (addresses.has(key)) errors.push(duplicateValue(`status.addresses[${index}]`, { Type: type, Address: address }));
    addresses.add(key);
  }
  const [spec, oldSpec] = [node.spec ?? {}, old.spec ?? {}];
  if ((oldSpec.podCIDRs ?? []).length > 0 && !jsonEqual(oldSpec.podCIDRs, spec.podCIDRs ?? []))
    errors.push(forbiddenValue('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'));
  const [provider = '', oldProvider = ''] = [spec.providerID, oldSpec.providerID];
  if (oldProvider !== '' && provider !== oldProvider) {
    const why = `field cannot be ${provider === '' ? 'cleared' : 'modified'} once set`;
    errors.push(invalidValue('spec.providerID', null, why));
  }
  errors.push(...validateTaints(spec.taints ?? []));
  if ((spec.externalID ?? '') !== (oldSpec.externalID ?? ''))
    errors.push(forbiddenValue('spec.externalID', 'may not be updated'));
  return errors;
}
