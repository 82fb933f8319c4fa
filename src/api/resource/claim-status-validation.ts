import {
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  tooLong,
  tooMany,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import type { JsonObject, JsonValue } from '../../machinery/json-value.ts';
import { validateInterfaceAddress } from '../../machinery/validation/ip.ts';
import { checkDeclaredList, RuleErrors } from '../../machinery/validation/rule-errors.ts';
import { checkConditions } from '../condition-validation.ts';
import { versionedStruct } from '../core/internal-structs.ts';
import { validateNodeSelector } from '../core/node-selector-validation.ts';
import type {
  AllocatedDeviceStatus,
  AllocationResult,
  DeviceAllocationConfiguration,
  DeviceRequestAllocationResult,
  NetworkDeviceData,
  ResourceClaim,
  ResourceClaimConsumerReference,
} from '../types/resource-v1.generated.ts';
import { checkBindingConditions } from './binding-conditions.ts';
import { checkDeviceConfiguration, checkRawObject, maxConfigurations } from './device-configuration.ts';
import { checkDeviceTolerations } from './device-taints.ts';
import { RequestNames } from './request-names.ts';
import {
  checkDeclaredDriverName,
  checkDeclaredPoolName,
  checkDeclaredUuid,
  checkDriverName,
  checkLabelName,
  checkPoolName,
} from './resource-names.ts';

const maxConsumers = 256;
const maxResults = 32;
const maxDeviceConditions = 8;
const maxAddresses = 16;
const maxInterfaceNameBytes = 256;
const maxHardwareAddressBytes = 128;

/** How messages show a device; also what tells two apart. */
const deviceId = ({ driver = '', pool = '', device = '', shareID = '' }: AllocatedDeviceStatus): JsonObject => ({
  Driver: driver,
  Pool: pool,
  Device: device,
  ShareID: shareID,
});

const keyOf = (device: AllocatedDeviceStatus): string => JSON.stringify(deviceId(device));

/** What nobody allocated any more is not reported on either. */
export function dropDeallocatedDevices(claim: ResourceClaim, old: ResourceClaim): void {
  const { status } = claim;
  if (status?.devices === undefined) return;
  const gone = new Set((old.status?.allocation?.devices?.results ?? []).map(keyOf));
  for (const result of status.allocation?.devices?.results ?? []) gone.delete(keyOf(result));
  const devices = status.devices.filter((device) => !gone.has(keyOf(device)));
  if (devices.length === 0) delete status.devices;
  else status.devices = devices;
}

/** Nobody skips operations of the node here; what was stored with some keeps them. */
export function dropDisabledStatusFields(claim: ResourceClaim, old: ResourceClaim): void {
  const resultsOf = ({ status }: ResourceClaim) => status?.allocation?.devices?.results ?? [];
  if (resultsOf(old).some(({ skipNodeOperations = [] }) => skipNodeOperations.length > 0)) return;
  for (const result of resultsOf(claim)) delete result.skipNodeOperations;
}

/** What is wrong with a new status. What an allocation is, it stays until it goes. */
export function validateClaimStatus(claim: ResourceClaim, old: ResourceClaim): FieldError[] {
  const [status, before] = [claim.status ?? {}, old.status ?? {}];
  const [consumers, devices, allocation] = [new RuleErrors(), new RuleErrors(), new RuleErrors()];
  const names = new RequestNames(claim.spec?.devices ?? {});
  checkConsumers(status.reservedFor, before.reservedFor, consumers);
  checkDevices(status.devices, before.devices, status.allocation, devices);
  const written: FieldError[] = [];
  checkReservation(claim, before.reservedFor ?? [], written);
  if (status.allocation !== undefined && before.allocation !== undefined) {
    if (!jsonEqual(status.allocation, before.allocation)) {
      allocation.declared.push(invalidValue('status.allocation', null, 'field cannot be modified once set'));
    }
  } else if (status.allocation !== undefined)
    checkAllocation(status.allocation, 'status.allocation', allocation, names);
  return [
    consumers.written,
    devices.written,
    written,
    allocation.written,
    allocation.declared,
    consumers.declared,
    devices.declared,
  ].flat();
}

function checkConsumers(
  consumers: readonly ResourceClaimConsumerReference[] | undefined,
  old: readonly ResourceClaimConsumerReference[] | undefined,
  errors: RuleErrors,
): void {
  const same = jsonEqual((consumers ?? []) as JsonValue, (old ?? []) as JsonValue);
  const list = {
    max: maxConsumers,
    keyOf: ({ uid = '' }: ResourceClaimConsumerReference) => uid,
    shown: (consumer: ResourceClaimConsumerReference) => versionedStruct('ResourceClaimConsumerReference', consumer),
  };
  const as = same ? errors.writtenOnly : errors;
  checkDeclaredList(consumers, 'status.reservedFor', as, list, (consumer, at, { written }) => {
    for (const field of ['resource', 'name', 'uid'] as const) {
      if ((consumer[field] ?? '') === '') written.push(requiredValue(`${at}.${field}`));
    }
  });
}

function checkReservation(
  { metadata, status = {} }: ResourceClaim,
  old: readonly ResourceClaimConsumerReference[],
  errors: FieldError[],
): void {
  const { reservedFor = [], allocation } = status;
  if (reservedFor.length === 0) return;
  const path = 'status.reservedFor';
  if (allocation === undefined) {
    errors.push(forbiddenValue(path, 'may not be specified when `allocated` is not set'));
  } else if (metadata?.deletionTimestamp !== undefined) {
    const known = new Set(
      old.map((consumer) => JSON.stringify(versionedStruct('ResourceClaimConsumerReference', consumer))),
    );
    const isNew = (consumer: ResourceClaimConsumerReference) =>
      !known.has(JSON.stringify(versionedStruct('ResourceClaimConsumerReference', consumer)));
    const why = 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set';
    if (reservedFor.some(isNew)) errors.push(forbiddenValue(path, why));
  }
}

function checkDevices(
  devices: readonly AllocatedDeviceStatus[] | undefined,
  before: readonly AllocatedDeviceStatus[] | undefined,
  allocation: AllocationResult | undefined,
  errors: RuleErrors,
): void {
  const allocated = new Set((allocation?.devices?.results ?? []).map(keyOf));
  const same = jsonEqual((devices ?? []) as JsonValue, (before ?? []) as JsonValue);
  const list = {
    keyOf: deviceId,
    shown: (device: AllocatedDeviceStatus) => versionedStruct('AllocatedDeviceStatus', device),
    before,
  };
  checkDeclaredList(devices, 'status.devices', same ? errors.writtenOnly : errors, list, (device, at, inside) => {
    const { written } = inside;
    checkDriverName(device.driver ?? '', `${at}.driver`, written);
    checkPoolName(device.pool ?? '', `${at}.pool`, written);
    checkLabelName(device.device ?? '', `${at}.device`, written);
    checkDeclaredUuid(device.shareID, `${at}.shareID`, inside);
    if (!allocated.has(keyOf(device))) {
      written.push(invalidValue(at, deviceId(device), 'must be an allocated device in the claim'));
    }
    const conditions = device.conditions ?? [];
    if (conditions.length > maxDeviceConditions) {
      written.push(tooMany(`${at}.conditions`, conditions.length, maxDeviceConditions));
    }
    checkConditions(conditions, `${at}.conditions`, written);
    if (device.data !== undefined && device.data !== null) checkRawObject(device.data, `${at}.data`, written);
    if (device.networkData !== undefined) checkNetworkData(device.networkData, `${at}.networkData`, inside);
  });
}

function checkNetworkData(data: NetworkDeviceData, path: string, errors: RuleErrors): void {
  const { interfaceName = '', hardwareAddress = '', ips } = data;
  if (Buffer.byteLength(interfaceName) > maxInterfaceNameBytes) {
    errors.declared.push(tooLong(`${path}.interfaceName`, maxInterfaceNameBytes));
  }
  checkDeclaredList(ips, `${path}.ips`, errors, { max: maxAddresses, keyOf: (ip) => ip }, (ip, at, { written }) =>
    written.push(...validateInterfaceAddress(ip, at)),
  );
  if (Buffer.byteLength(hardwareAddress) > maxHardwareAddressBytes) {
    errors.declared.push(tooLong(`${path}.hardwareAddress`, maxHardwareAddressBytes));
  }
}

function checkAllocation(allocation: AllocationResult, path: string, errors: RuleErrors, names: RequestNames): void {
  const { devices = {}, nodeSelector } = allocation;
  const at = `${path}.devices`;
  checkDeclaredList(devices.results, `${at}.results`, errors, { max: maxResults }, (result, field) =>
    checkResult(result, field, errors, names),
  );
  checkDeclaredList(devices.config, `${at}.config`, errors, { max: 2 * maxConfigurations }, (config, field) =>
    checkAllocatedConfiguration(config, field, errors, names),
  );
  if (nodeSelector !== undefined) errors.written.push(...validateNodeSelector(nodeSelector, `${path}.nodeSelector`));
}

function checkResult(
  result: DeviceRequestAllocationResult,
  path: string,
  errors: RuleErrors,
  names: RequestNames,
): void {
  names.checkOne(result.request ?? '', `${path}.request`, errors.written);
  checkDeclaredDriverName(result.driver ?? '', `${path}.driver`, errors);
  checkDeclaredPoolName(result.pool ?? '', `${path}.pool`, errors);
  checkLabelName(result.device ?? '', `${path}.device`, errors.written);
  // Functions look at tolerations last, declarations first.
  checkDeviceTolerations(result.tolerations, `${path}.tolerations`, errors.declaredOnly);
  checkBindingConditions(result, path, errors);
  checkDeviceTolerations(result.tolerations, `${path}.tolerations`, errors.writtenOnly);
  checkDeclaredUuid(result.shareID, `${path}.shareID`, errors);
}

function checkAllocatedConfiguration(
  config: DeviceAllocationConfiguration,
  path: string,
  errors: RuleErrors,
  names: RequestNames,
): void {
  const { source = '' } = config;
  if (source === '') errors.declared.push(requiredValue(`${path}.source`));
  else if (!sources.includes(source)) errors.declared.push(unsupportedValue(`${path}.source`, source, sources));
  names.check(config.requests, `${path}.requests`, errors);
  checkDeviceConfiguration(config, path, errors);
}

const sources = ['FromClaim', 'FromClass'];

/** The place of the first result that gives its consumer the rights of an administrator. */
export function adminResult({ status }: ResourceClaim): string | undefined {
  const index = (status?.allocation?.devices?.results ?? []).findIndex(({ adminAccess }) => adminAccess === true);
  return index === -1 ? undefined : `status.allocation.devices.results[${index}].adminAccess`;
}
