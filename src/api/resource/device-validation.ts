import {
  addInvalid,
  checkEach,
  type FieldError,
  invalidValue,
  requiredValue,
  tooMany,
} from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import type { JsonValue } from '../../machinery/json-value.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import type { RuleErrors } from '../../machinery/validation/rule-errors.ts';
import { validateNodeSelector } from '../core/node-selector-validation.ts';
import type { Device } from '../types/resource-v1.generated.ts';
import { checkBindingConditions } from './binding-conditions.ts';
import { checkCapacity } from './capacity-policy.ts';
import { checkAttribute, countValues } from './device-attributes.ts';
import { checkConsumptions } from './device-counters.ts';
import { checkDeviceTaint } from './device-taints.ts';
import { checkLabelName, checkQualifiedName } from './resource-names.ts';

const maxAttributesAndCapacities = 32;
const maxAttributeValues = 48;
const maxTaints = 16;
/** A domain, a slash and a name: what is longer is shown without its middle. */
const maxKeyLength = 96;

export interface DeviceContext {
  /** The device of that name that was there before. */
  readonly old: Device | undefined;
  /** Each device says for itself which nodes have it. */
  readonly onNodes: boolean;
}

const same = (a: unknown, b: unknown): boolean => jsonEqual((a ?? null) as JsonValue, (b ?? null) as JsonValue);

/** Looks at one device of a slice. */
export function checkDevice(device: Device, path: string, errors: RuleErrors, { old, onNodes }: DeviceContext): void {
  const { written } = errors;
  const { attributes = {}, capacity = {}, taints = [] } = device;
  checkLabelName(device.name ?? '', `${path}.name`, written);
  checkCounts(device, path, written);
  for (const [name, attribute] of Object.entries(attributes)) {
    checkQualifiedName(name, `${path}.attributes`, written);
    checkAttribute(attribute, `${path}.attributes[${shortened(name)}]`, errors);
  }
  if (old === undefined || !same(old.capacity, device.capacity)) {
    for (const [name, item] of Object.entries(capacity)) {
      checkQualifiedName(name, `${path}.capacity`, written);
      checkCapacity(item, `${path}.capacity[${shortened(name)}]`, device.allowMultipleAllocations === true, written);
    }
  }
  // Functions look at taints before counters, declarations after them.
  if (old === undefined || !same(old.taints, device.taints)) {
    if (taints.length > maxTaints) written.push(tooMany(`${path}.taints`, taints.length, maxTaints));
    else checkTaints(taints, `${path}.taints`, errors.writtenOnly);
  }
  checkConsumptions(device.consumesCounters, `${path}.consumesCounters`, errors);
  checkTaints(taints, `${path}.taints`, errors.declaredOnly);
  checkNodes(device, path, onNodes, written);
  checkBindingConditions(device, path, errors);
}

const checkTaints = (taints: NonNullable<Device['taints']>, path: string, errors: RuleErrors): void =>
  checkEach(taints, path, errors.written, (taint, at) => checkDeviceTaint(taint, at, errors));

function checkCounts({ attributes = {}, capacity = {} }: Device, path: string, errors: FieldError[]): void {
  const count = Object.keys(attributes).length + Object.keys(capacity).length;
  const limit = (actual: number, what: string, max: number) => {
    if (actual > max) errors.push(invalidValue(path, actual, `the total number of ${what} must not exceed ${max}`));
  };
  limit(count, 'attributes and capacities', maxAttributesAndCapacities);
  const values = Object.values(attributes).reduce((sum, attribute) => sum + countValues(attribute), 0);
  limit(values, 'attribute values', maxAttributeValues);
}

/** A key in a path. */
function shortened(key: string): string {
  if (key.length <= maxKeyLength) return key;
  const left = maxKeyLength - 3;
  return `${key.slice(0, Math.ceil(left / 2))}...${key.slice(key.length - Math.floor(left / 2))}`;
}

function checkNodes(device: Device, path: string, onNodes: boolean, errors: FieldError[]): void {
  const { nodeName, nodeSelector, allNodes } = device;
  if (!onNodes) {
    if (nodeName !== undefined || nodeSelector !== undefined || allNodes !== undefined) {
      const why =
        '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
      errors.push(invalidValue(path, null, why));
    }
    return;
  }
  const given: string[] = [];
  if (nodeName === '') errors.push(invalidValue(`${path}.nodeName`, nodeName, 'must not be empty'));
  else if (nodeName !== undefined) {
    given.push('`nodeName`');
    addInvalid(errors, `${path}.nodeName`, nodeName, dns1123Subdomain(nodeName));
  }
  if (nodeSelector !== undefined) {
    given.push('`nodeSelector`');
    errors.push(...validateNodeSelector(nodeSelector, `${path}.nodeSelector`));
  }
  if (allNodes === true) given.push('`allNodes`');
  if (allNodes === false) {
    errors.push(invalidValue(`${path}.allNodes`, allNodes, 'must be either unset or set to true'));
  }
  const why =
    'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
  if (given.length === 0) errors.push(requiredValue(path, why));
  if (given.length > 1) errors.push(invalidValue(path, `{${given.join(', ')}}`, why));
}
