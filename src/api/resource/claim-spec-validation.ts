import {
  addInvalid,
  type FieldError,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { checkDeclaredList, type RuleErrors } from '../../machinery/validation/rule-errors.ts';
import { versionedStruct } from '../core/internal-structs.ts';
import type {
  DeviceClaimConfiguration,
  DeviceConstraint,
  DeviceRequest,
  DeviceSubRequest,
  ExactDeviceRequest,
  ResourceClaimSpec,
} from '../types/resource-v1.generated.ts';
import { checkDeviceConfiguration, checkDeviceSelectors, maxConfigurations } from './device-configuration.ts';
import { checkDeviceTolerations, defaultTolerations } from './device-taints.ts';
import { maxRequests, RequestNames } from './request-names.ts';
import { checkDeclaredFullName, checkLabelName } from './resource-names.ts';

const maxConstraints = 32;
const maxAlternatives = 8;
const allocationModes = ['All', 'ExactCount'];

/** What claims, and templates of them, may leave out. */
export function defaultClaimSpec(spec: ResourceClaimSpec | undefined): void {
  for (const { exactly, firstAvailable = [] } of spec?.devices?.requests ?? []) {
    for (const request of exactly === undefined ? firstAvailable : [exactly, ...firstAvailable]) {
      request.allocationMode ||= 'ExactCount';
      if (request.allocationMode === 'ExactCount') request.count ||= 1;
      defaultTolerations(request.tolerations);
    }
  }
}

/** Nobody derives attributes here; what was stored with some keeps them. */
export function dropDisabledClaimFields(spec: ResourceClaimSpec | undefined, old?: ResourceClaimSpec): void {
  const derives = (request: DeviceSubRequest | ExactDeviceRequest) => (request.derivedAttributes ?? []).length > 0;
  if (requestsOf(old).some(derives)) return;
  for (const request of requestsOf(spec)) delete request.derivedAttributes;
}

const requestsOf = (spec: ResourceClaimSpec | undefined): readonly (DeviceSubRequest | ExactDeviceRequest)[] =>
  (spec?.devices?.requests ?? []).flatMap(({ exactly, firstAvailable = [] }) =>
    exactly === undefined ? firstAvailable : [exactly, ...firstAvailable],
  );

/** `old`: what the declared rules need not look at where it is the same. */
export function checkClaimSpec(
  { devices = {} }: ResourceClaimSpec,
  path: string,
  errors: RuleErrors,
  old?: ResourceClaimSpec,
): void {
  const at = `${path}.devices`;
  const names = new RequestNames(devices);
  const requests = {
    max: maxRequests,
    keyOf: ({ name = '' }: DeviceRequest) => name,
    shown: (request: DeviceRequest) => versionedStruct('DeviceRequest', request),
    before: old?.devices?.requests ?? [],
  };
  checkDeclaredList(devices.requests, `${at}.requests`, errors, requests, checkRequest);
  checkDeclaredList(devices.constraints, `${at}.constraints`, errors, { max: maxConstraints }, (constraint, field) =>
    checkConstraint(constraint, field, errors, names),
  );
  checkDeclaredList(devices.config, `${at}.config`, errors, { max: maxConfigurations }, (config, field) =>
    checkConfiguration(config, field, errors, names),
  );
}

function checkRequest(request: DeviceRequest, path: string, errors: RuleErrors): void {
  const { name = '', exactly, firstAvailable = [] } = request;
  checkLabelName(name, `${path}.name`, errors.written);
  const [hasExact, hasAlternatives] = [exactly !== undefined, firstAvailable.length > 0];
  const why = 'exactly one of `exactly` or `firstAvailable` is required';
  if (!hasExact && !hasAlternatives) errors.written.push(requiredValue(path, why));
  if (hasExact && hasAlternatives) {
    errors.written.push(invalidValue(path, null, `${why}, but multiple fields are set`));
  }
  const inside = hasExact && hasAlternatives ? errors.declaredOnly : errors;
  if (exactly !== undefined) {
    checkClassName(exactly.deviceClassName ?? '', `${path}.exactly.deviceClassName`, inside.written);
    checkDemand(exactly, `${path}.exactly`, inside);
  }
  const alternatives = {
    max: maxAlternatives,
    keyOf: (alternative: DeviceSubRequest) => alternative.name ?? '',
    shown: (alternative: DeviceSubRequest) => versionedStruct('DeviceSubRequest', alternative),
  };
  checkDeclaredList(firstAvailable, `${path}.firstAvailable`, inside, alternatives, (alternative, at) => {
    checkLabelName(alternative.name ?? '', `${at}.name`, inside.written);
    checkClassName(alternative.deviceClassName ?? '', `${at}.deviceClassName`, inside.declared, 'bytes');
    checkDemand(alternative, at, inside);
  });
}

/** `unit`: how the text about its length counts. */
function checkClassName(name: string, path: string, errors: FieldError[], unit?: 'bytes'): void {
  if (name === '') errors.push(requiredValue(path));
  else addInvalid(errors, path, name, dns1123Subdomain(name, unit));
}

/** What is asked for of a class of devices. */
function checkDemand(request: ExactDeviceRequest | DeviceSubRequest, path: string, errors: RuleErrors): void {
  checkDeviceSelectors(request.selectors, `${path}.selectors`, errors);
  const { allocationMode = '', count = 0 } = request;
  const field = `${path}.count`;
  if (allocationMode === 'All') {
    if (count !== 0) {
      errors.written.push(invalidValue(field, count, "must not be specified when allocationMode is 'All'"));
    }
  } else if (allocationMode === 'ExactCount') {
    if (count <= 0) errors.written.push(invalidValue(field, count, 'must be greater than zero'));
  } else errors.declared.push(unsupportedValue(`${path}.allocationMode`, allocationMode, allocationModes));
  checkDeviceTolerations(request.tolerations, `${path}.tolerations`, errors);
}

function checkConstraint(constraint: DeviceConstraint, path: string, errors: RuleErrors, names: RequestNames): void {
  const { matchAttribute, distinctAttribute } = constraint;
  names.check(constraint.requests, `${path}.requests`, errors);
  if (matchAttribute === undefined && distinctAttribute === undefined) {
    const why = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';
    errors.written.push(requiredValue(path, why));
  }
  if (matchAttribute !== undefined) checkDeclaredFullName(matchAttribute, `${path}.matchAttribute`, errors);
  if (distinctAttribute !== undefined) checkDeclaredFullName(distinctAttribute, `${path}.distinctAttribute`, errors);
}

function checkConfiguration(
  config: DeviceClaimConfiguration,
  path: string,
  errors: RuleErrors,
  names: RequestNames,
): void {
  names.check(config.requests, `${path}.requests`, errors);
  checkDeviceConfiguration(config, path, errors);
}
