import { type FieldError, invalidValue, requiredValue, unsupportedValue } from '../../machinery/field-error.ts';
import { hasBackstep } from '../../machinery/validation/paths.ts';
import type { HostPathVolumeSource } from '../types/core-v1.generated.ts';

/** A path that leads nowhere but down. */
export const validatePathNoBacksteps = (path: string, field: string): FieldError[] =>
  hasBackstep(path) ? [invalidValue(field, path, "must not contain '..'")] : [];

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

export function validateHostPath({ path = '', type }: HostPathVolumeSource, at: string): FieldError[] {
  if (path === '') return [requiredValue(`${at}.path`)];
  return [
    ...validatePathNoBacksteps(path, `${at}.path`),
    ...(type === undefined || hostPathTypes.includes(type)
      ? []
      : [unsupportedValue(`${at}.type`, type, hostPathTypes)]),
  ];
}
