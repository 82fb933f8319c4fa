import { addInvalid, type FieldError, invalidValue, requiredValue, tooMany } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import type { JsonValue } from '../../machinery/json-value.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { checkDeclaredList, RuleErrors } from '../../machinery/validation/rule-errors.ts';
import { validateImmutableField } from '../../machinery/validation/values.ts';
import { internalStruct } from '../core/internal-structs.ts';
import { validateNodeSelector } from '../core/node-selector-validation.ts';
import type { Device, ResourceSlice, ResourceSliceSpec } from '../types/resource-v1.generated.ts';
import { hasList } from './device-attributes.ts';
import { checkCounterSets } from './device-counters.ts';
import { checkDevice } from './device-validation.ts';
import { checkDriverName, checkPoolName } from './resource-names.ts';

const maxDevices = 128;
/** Where devices have more to them, there are fewer. */
const maxAdvancedDevices = 64;

const same = (a: unknown, b: unknown): boolean => jsonEqual((a ?? null) as JsonValue, (b ?? null) as JsonValue);

/** `old`: undefined for a create. */
export function validateSlice({ spec = {} }: ResourceSlice, old?: ResourceSlice): FieldError[] {
  const errors = new RuleErrors();
  const { written } = errors;
  const { driver = '', pool = {} } = spec;
  checkDriverName(driver, 'spec.driver', written);
  checkPoolName(pool.name ?? '', 'spec.pool.name', written);
  const { resourceSliceCount = 0, generation = 0 } = pool;
  if (resourceSliceCount <= 0) {
    written.push(invalidValue('spec.pool.resourceSliceCount', resourceSliceCount, 'must be greater than zero'));
  }
  if (generation < 0) {
    written.push(invalidValue('spec.pool.generation', generation, 'must be greater than or equal to zero'));
  }
  const before = old?.spec ?? {};
  if (old !== undefined) {
    written.push(
      ...validateImmutableField(pool.name, before.pool?.name, 'spec.pool.name'),
      ...validateImmutableField(driver, before.driver, 'spec.driver'),
      ...validateImmutableField(spec.nodeName, before.nodeName, 'spec.nodeName'),
    );
  }
  checkNodes(spec, written);
  if (spec.sharedCounters !== undefined && spec.devices !== undefined) {
    written.push(invalidValue('spec', '', 'only one of `sharedCounters` or `devices` is allowed'));
  }
  checkDevices(spec, old, errors);
  const counters = same(spec.sharedCounters, before.sharedCounters) ? errors.writtenOnly : errors;
  checkCounterSets(spec.sharedCounters, 'spec.sharedCounters', counters, before.sharedCounters);
  return errors.all;
}

/** Which nodes have the devices. */
function checkNodes(spec: ResourceSliceSpec, errors: FieldError[]): void {
  const { nodeName, nodeSelector, allNodes, perDeviceNodeSelection } = spec;
  const given: string[] = [];
  if (nodeName === '') {
    errors.push(invalidValue('spec.nodeName', nodeName, 'must be either unset or set to a non-empty string'));
  } else if (nodeName !== undefined) {
    given.push('`nodeName`');
    addInvalid(errors, 'spec.nodeName', nodeName, dns1123Subdomain(nodeName));
  }
  if (nodeSelector !== undefined) {
    given.push('`nodeSelector`');
    errors.push(...validateNodeSelector(nodeSelector, 'spec.nodeSelector'));
    const terms = nodeSelector.nodeSelectorTerms ?? [];
    if (terms.length !== 1) {
      const shown = terms.length === 0 ? null : terms.map((term) => internalStruct('NodeSelectorTerm', term));
      const path = 'spec.nodeSelector.nodeSelectorTerms';
      errors.push(invalidValue(path, shown, 'must have exactly one node selector term'));
    }
  }
  for (const [field, flag] of Object.entries({ allNodes, perDeviceNodeSelection })) {
    if (flag === true) given.push(`\`${field}\``);
    if (flag === false) errors.push(invalidValue(`spec.${field}`, flag, 'must be either unset or set to true'));
  }
  const why = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
  if (given.length === 0) errors.push(requiredValue('spec', why));
  if (given.length > 1) {
    errors.push(invalidValue('spec', `{${given.join(', ')}}`, `${why}, but multiple fields are set`));
  }
}

const isAdvanced = ({ taints = [], consumesCounters = [], attributes = {} }: Device): boolean =>
  taints.length > 0 || consumesCounters.length > 0 || Object.values(attributes).some(hasList);

function checkDevices(spec: ResourceSliceSpec, old: ResourceSlice | undefined, errors: RuleErrors): void {
  const { devices = [] } = spec;
  const before = new Map((old?.spec?.devices ?? []).map((device) => [device.name ?? '', device]));
  const isSame = old !== undefined && same(spec.devices, old.spec?.devices);
  const path = 'spec.devices';
  const max = devices.some(isAdvanced) ? maxAdvancedDevices : maxDevices;
  const isTooMany = devices.length > max;
  if (isTooMany) errors.written.push(tooMany(path, devices.length, max));
  const inside = isTooMany ? errors.declaredOnly : errors;
  const looked = isSame ? inside.writtenOnly : inside;
  checkDeclaredList(devices, path, looked, {}, (device, at, found) =>
    checkDevice(device, at, found, {
      old: before.get(device.name ?? ''),
      onNodes: spec.perDeviceNodeSelection === true,
    }),
  );
  if (isTooMany) return;
  const repeated = new RuleErrors();
  checkDeclaredList(devices, path, repeated, { keyOf: ({ name = '' }) => name, shown: ({ name = '' }) => name });
  errors.written.push(...repeated.declared);
}
