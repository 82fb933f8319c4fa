import { type FieldError, forbiddenValue, requiredValue } from '../../machinery/field-error.ts';
import type { PersistentVolumeSpec } from '../types/core-v1.generated.ts';
import { validateAccessModes } from './access-modes.ts';
import { validateVolumeSource } from './persistent-volume-sources.ts';
import { validateRecycledPath } from './persistent-volume-validation.ts';

/** A persistent volume inside of another object: one that some driver mounts, and that nobody claims. */
export function validateInlineVolume(spec: PersistentVolumeSpec, path: string): FieldError[] {
  const { accessModes = [], capacity = {}, persistentVolumeReclaimPolicy: policy = '', nodeAffinity, ...rest } = spec;
  const not = (field: string, why = 'may not be specified in the context of inline volumes') =>
    forbiddenValue(`${path}.${field}`, why);
  const errors: FieldError[] = [];
  if (spec.claimRef !== undefined) errors.push(not('claimRef'));
  if (Object.keys(capacity).length > 0) errors.push(not('capacity'));
  if (spec.csi === undefined)
    errors.push(requiredValue(`${path}.csi`, 'has to be specified in the context of inline volumes'));
  if (accessModes.length === 0) errors.push(requiredValue(`${path}.accessModes`));
  errors.push(...validateAccessModes(accessModes, `${path}.accessModes`));
  if (policy !== '' && policy !== 'Retain')
    errors.push(not('persistentVolumeReclaimPolicy', 'may only be Retain in the context of inline volumes'));
  if (nodeAffinity !== undefined) errors.push(not('nodeAffinity'));
  errors.push(...validateVolumeSource(rest, '', path), ...validateRecycledPath(spec, path));
  if ((spec.storageClassName ?? '') !== '') errors.push(not('storageClassName'));
  if (spec.volumeMode !== undefined && spec.volumeMode !== 'Filesystem') {
    const why = 'may not specify volumeMode other than Filesystem in the context of inline volumes';
    errors.push(not('volumeMode', why));
  }
  return errors;
}
