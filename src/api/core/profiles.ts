import {
  type FieldError,
  invalidValue,
  requiredValue,
  tooLong,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { checkDescendingPath } from '../../machinery/validation/paths.ts';
import type { AppArmorProfile, SeccompProfile } from '../types/core-v1.generated.ts';
import { internalStruct } from './internal-structs.ts';

const types = ['Localhost', 'RuntimeDefault', 'Unconfined'];
/** Of a path. */
const maxProfileLength = 4_095;

/** Adds to `errors` what is wrong with a seccomp profile. */
export function checkSeccompProfile(profile: SeccompProfile | undefined, path: string, errors: FieldError[]): void {
  if (profile === undefined) return;
  const { type = '', localhostProfile } = profile;
  if (type === '') errors.push(requiredValue(`${path}.type`, 'type is required when seccompProfile is set'));
  else if (!types.includes(type)) errors.push(unsupportedValue(`${path}.type`, type, types));
  const field = `${path}.localhostProfile`;
  if (type !== 'Localhost') {
    if (localhostProfile === undefined) return;
    const why = 'can only be set when seccomp type is Localhost';
    errors.push(invalidValue(field, internalStruct('SeccompProfile', profile), why));
  } else if (localhostProfile === undefined) {
    errors.push(requiredValue(field, 'must be set when seccomp type is Localhost'));
  } else checkDescendingPath(localhostProfile, field, errors);
}

/** Adds to `errors` what is wrong with an AppArmor profile. */
export function checkAppArmorProfile(profile: AppArmorProfile | undefined, path: string, errors: FieldError[]): void {
  if (profile === undefined) return;
  const { type = '', localhostProfile } = profile;
  const field = `${path}.localhostProfile`;
  if (type === 'Localhost') {
    const trimmed = localhostProfile?.trim();
    if (localhostProfile !== undefined && trimmed !== localhostProfile) {
      errors.push(invalidValue(field, localhostProfile, 'must not be padded with whitespace'));
    } else if (localhostProfile === undefined || localhostProfile === '') {
      errors.push(requiredValue(field, 'must be set when AppArmor type is Localhost'));
    }
    if (Buffer.byteLength(localhostProfile ?? '') > maxProfileLength) errors.push(tooLong(field, maxProfileLength));
  } else if (type === '') errors.push(requiredValue(`${path}.type`, 'type is required when appArmorProfile is set'));
  else if (!types.includes(type)) errors.push(unsupportedValue(`${path}.type`, type, types));
  else if (localhostProfile !== undefined) {
    errors.push(invalidValue(field, localhostProfile, 'can only be set when AppArmor type is Localhost'));
  }
}
