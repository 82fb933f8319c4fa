import {
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { keepEmptied } from '../../machinery/json/emptied.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { dns1123Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import { fieldIsImmutable, validateImmutableField, validateText } from '../../machinery/validation/values.ts';
import { validateLabelSelector } from '../label-selector-validation.ts';
import type {
  PersistentVolumeClaim,
  PersistentVolumeClaimSpec,
  TypedObjectReference,
} from '../types/core-v1.generated.ts';
import { validateAccessModes, volumeModes } from './access-modes.ts';
import {
  compareAmounts,
  validateBasicQuantity,
  validatePositiveQuantity,
  validateResourceValue,
} from './resource-values.ts';
import { structDifference } from './struct-difference.ts';

/** What was wrong in a claim before there were rules for it, and may stay. */
export interface ClaimTolerance {
  readonly anySelectorValues: boolean;
  readonly anyDataSourceGroup: boolean;
}

const strict: ClaimTolerance = { anySelectorValues: false, anyDataSourceGroup: false };

export const toleranceOf = ({ selector, dataSource, dataSourceRef }: PersistentVolumeClaimSpec): ClaimTolerance => ({
  anySelectorValues: selector !== undefined && validateLabelSelector(selector, '').length > 0,
  anyDataSourceGroup: (dataSource?.apiGroup ?? dataSourceRef?.apiGroup ?? null) !== null,
});

/** The spec of a claim, or of a template of claims at `path`. */
export function validateClaimSpec(
  spec: PersistentVolumeClaimSpec,
  path: string,
  tolerance: ClaimTolerance = strict,
): FieldError[] {
  const { accessModes = [], selector, storageClassName = '', volumeMode, volumeAttributesClassName = '' } = spec;
  const errors: FieldError[] = [];
  if (accessModes.length === 0) errors.push(requiredValue(`${path}.accessModes`, 'at least 1 access mode is required'));
  if (selector !== undefined)
    errors.push(...validateLabelSelector(selector, `${path}.selector`, tolerance.anySelectorValues));
  errors.push(...validateAccessModes(accessModes, `${path}.accessModes`));
  errors.push(...validateRequest(spec.resources?.requests?.['storage'], `${path}.resources[storage]`));
  if (storageClassName !== '')
    errors.push(...validateText(storageClassName, `${path}.storageClassName`, dns1123Subdomain));
  if (volumeMode !== undefined && !volumeModes.includes(volumeMode))
    errors.push(unsupportedValue(`${path}.volumeMode`, volumeMode, volumeModes));
  errors.push(...validateDataSources(spec, path, tolerance));
  if (volumeAttributesClassName !== '')
    errors.push(...validateText(volumeAttributesClassName, `${path}.volumeAttributesClassName`, dns1123Subdomain));
  return errors;
}

function validateRequest(storage: string | undefined, field: string): FieldError[] {
  if (storage === undefined) return [requiredValue(field)];
  const errors = validatePositiveQuantity(storage, field);
  return errors.length > 0 ? errors : validateResourceValue('storage', storage, field);
}

function validateDataSources(
  { dataSource, dataSourceRef }: PersistentVolumeClaimSpec,
  path: string,
  { anyDataSourceGroup }: ClaimTolerance,
): FieldError[] {
  const errors: FieldError[] = [];
  if (dataSource !== undefined)
    errors.push(...validateDataSource(dataSource, `${path}.dataSource`, anyDataSourceGroup));
  if (dataSourceRef === undefined) return errors;
  errors.push(...validateDataSource(dataSourceRef, `${path}.dataSourceRef`, anyDataSourceGroup));
  if (dataSource === undefined) return errors;
  // The value is the path of the field, which shows as nothing: as in the original.
  const wrong = (why: string) => invalidValue(path, {}, why);
  if ((dataSourceRef.namespace ?? '') !== '')
    errors.push(wrong('may not be specified when dataSourceRef.namespace is specified'));
  else if (!isSameSource(dataSource, dataSourceRef)) errors.push(wrong('must match dataSourceRef'));
  return errors;
}

const isSameSource = (a: TypedObjectReference, b: TypedObjectReference): boolean =>
  (a.apiGroup ?? null) === (b.apiGroup ?? null) &&
  (a.kind ?? '') === (b.kind ?? '') &&
  (a.name ?? '') === (b.name ?? '');

function validateDataSource(
  { apiGroup: group, kind = '', name = '', namespace = '' }: TypedObjectReference,
  path: string,
  anyGroup: boolean,
): FieldError[] {
  const apiGroup = group ?? '';
  const errors: FieldError[] = [];
  if (name === '') errors.push(requiredValue(`${path}.name`));
  if (kind === '') errors.push(requiredValue(`${path}.kind`));
  if (apiGroup === '' && kind !== 'PersistentVolumeClaim') {
    const why = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.push(invalidValue(path, kind, why));
  }
  if (apiGroup !== '' && !anyGroup) errors.push(...validateText(apiGroup, `${path}.apiGroup`, dns1123Subdomain));
  if (namespace !== '') errors.push(...validateText(namespace, `${path}.namespace`, dns1123Label));
  return errors;
}

const classAnnotation = 'volume.beta.kubernetes.io/storage-class';

/** After `validateClaimSpec`: a claim stays what it is, but may be bound once, grow, and get a class that it had not. */
export function validateClaimChange(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const errors: FieldError[] = [];
  const spec: PersistentVolumeClaimSpec = keepEmptied(claim.spec, { ...claim.spec });
  const before: PersistentVolumeClaimSpec = { ...old.spec };
  if ((before.volumeName ?? '') === '') copyField(before, spec, 'volumeName');
  const annotation = claim.metadata?.annotations?.[classAnnotation];
  const oldAnnotation = old.metadata?.annotations?.[classAnnotation];
  const hadNoClass = before.storageClassName === undefined;
  const upgrades = hadNoClass && oldAnnotation !== undefined && spec.storageClassName === oldAnnotation;
  if (upgrades && (annotation === undefined || annotation === oldAnnotation)) delete spec.storageClassName;
  else {
    if ((annotation ?? '') !== (oldAnnotation ?? ''))
      errors.push(invalidValue(`metadata.annotations.${classAnnotation}`, annotation ?? '', fieldIsImmutable));
    const isNew = hadNoClass && spec.storageClassName !== undefined;
    if (isNew && (oldAnnotation === undefined || oldAnnotation === spec.storageClassName)) delete spec.storageClassName;
  }
  const [size, oldSize] = [spec.resources?.requests?.['storage'], before.resources?.requests?.['storage']];
  if (claim.status?.phase === 'Bound') {
    if (spec.resources?.requests !== undefined && oldSize !== undefined)
      spec.resources = { ...spec.resources, requests: { ...spec.resources.requests, storage: oldSize } };
    copyField(spec, before, 'volumeAttributesClassName');
  }
  if (!jsonEqual(spec, before)) {
    const why =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    errors.push(forbiddenValue('spec', `${why}\n${structDifference(before, spec, 'PersistentVolumeClaimSpec')}`));
  }
  if (compareAmounts(size, oldSize) < 0 && compareAmounts(size, old.status?.capacity?.['storage']) <= 0)
    errors.push(forbiddenValue('spec.resources.requests.storage', 'field can not be less than status.capacity'));
  errors.push(...validateImmutableField(claim.spec?.volumeMode, old.spec?.volumeMode, 'volumeMode'));
  return [...errors, ...validateAttributesClassChange(claim, old)];
}

function copyField(
  to: PersistentVolumeClaimSpec,
  from: PersistentVolumeClaimSpec,
  key: 'volumeName' | 'volumeAttributesClassName',
): void {
  const value = from[key];
  if (value === undefined) delete to[key];
  else to[key] = value;
}

function validateAttributesClassChange(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const [name, before] = [claim.spec?.volumeAttributesClassName, old.spec?.volumeAttributesClassName];
  if (name === before || old.status?.currentVolumeAttributesClassName === undefined) return [];
  if (name !== undefined && name !== '') return [];
  const what = name === undefined ? 'nil' : 'empty string';
  const why = `update to ${what} is forbidden when status.currentVolumeAttributesClassName is not nil`;
  return [forbiddenValue('spec.volumeAttributesClassName', why)];
}

const resizeStatuses = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
];

export function validateClaimStatus({ spec, status = {} }: PersistentVolumeClaim): FieldError[] {
  const errors: FieldError[] = [];
  // The capital is the original's.
  if ((spec?.accessModes ?? []).length === 0) errors.push(requiredValue('Spec.accessModes'));
  for (const [name, amount] of Object.entries(status.capacity ?? {}))
    errors.push(...validateBasicQuantity(amount, `status.capacity[${name}]`));
  const statuses = 'status.allocatedResourceStatuses';
  for (const [name, state] of Object.entries(status.allocatedResourceStatuses ?? {})) {
    errors.push(...validateResourceKey(name, statuses));
    if (!resizeStatuses.includes(state)) errors.push(unsupportedValue(statuses, name, resizeStatuses));
  }
  const allocated = 'status.allocatedResources';
  for (const [name, amount] of Object.entries(status.allocatedResources ?? {})) {
    const wrongKey = validateResourceKey(name, allocated);
    const wrongAmount = validateBasicQuantity(amount, `${allocated}[${name}]`);
    if (wrongKey.length > 0) errors.push(...wrongKey);
    else if (wrongAmount.length > 0) errors.push(...wrongAmount);
    else errors.push(...validateResourceValue('storage', amount, `${allocated}[${name}]`));
  }
  return errors;
}

/** Of Kubernetes' own resources a claim has only storage. */
function validateResourceKey(name: string, field: string): FieldError[] {
  const errors = validateText(name, field, labelKey);
  if (errors.length > 0) return errors;
  const isNative = !name.includes('/') || name.includes('kubernetes.io/');
  return isNative && name !== 'storage' ? [unsupportedValue(field, name, ['storage'])] : [];
}
