import { addInvalid, checkEach, type FieldError, invalidValue, requiredValue } from '../../machinery/field-error.ts';
import { checkFilePath } from '../../machinery/validation/paths.ts';
import { userId } from '../../machinery/validation/user-id.ts';
import type { DownwardAPIVolumeFile, KeyToPath } from '../types/core-v1.generated.ts';
import { checkFieldRef, checkResourceFieldRef } from './field-refs.ts';

const fields = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];

/** Adds to `errors` what is wrong with the mode and the owner of files that do not say it themselves. */
export function checkDefaultMode(
  { defaultMode, defaultUser }: { readonly defaultMode?: number; readonly defaultUser?: number | bigint },
  path: string,
  errors: FieldError[],
): void {
  checkMode(defaultMode, `${path}.defaultMode`, errors);
  checkUser(defaultUser, `${path}.defaultUser`, errors);
}

function checkMode(mode: number | undefined, path: string, errors: FieldError[]): void {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return;
  errors.push(invalidValue(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive'));
}

export function checkUser(user: number | bigint | undefined, path: string, errors: FieldError[]): void {
  if (user !== undefined) addInvalid(errors, path, user, userId(user));
}

/** Files made of the keys of a ConfigMap or Secret. `also`: what else is asked of each. */
export function checkKeyFiles(
  items: readonly KeyToPath[] | undefined,
  path: string,
  errors: FieldError[],
  also?: (file: string) => void,
): void {
  checkEach(items, path, errors, ({ key = '', path: file = '', mode, user }, at) => {
    if (key === '') errors.push(requiredValue(`${at}.key`));
    if (file === '') errors.push(requiredValue(`${at}.path`));
    checkFilePath(file, `${at}.path`, errors);
    checkMode(mode, `${at}.mode`, errors);
    checkUser(user, `${at}.user`, errors);
    if (file !== '') also?.(file);
  });
}

/** Files that tell of the pod itself. All are told of at `path`, as the original does it. */
export function checkDownwardApiFiles(
  items: readonly DownwardAPIVolumeFile[] | undefined,
  path: string,
  errors: FieldError[],
  also?: (file: string) => void,
): void {
  checkEach(items, path, errors, ({ path: file = '', fieldRef, resourceFieldRef, mode, user }) => {
    if (file === '') errors.push(requiredValue(`${path}.path`));
    checkFilePath(file, `${path}.path`, errors);
    if (fieldRef !== undefined) {
      checkFieldRef(fieldRef, fields, `${path}.fieldRef`, errors);
      if (resourceFieldRef !== undefined) {
        const why = 'fieldRef and resourceFieldRef can not be specified simultaneously';
        errors.push(invalidValue(path, 'resource', why));
      }
    } else if (resourceFieldRef !== undefined) {
      checkResourceFieldRef(resourceFieldRef, true, `${path}.resourceFieldRef`, errors);
    } else errors.push(requiredValue(path, 'one of fieldRef and resourceFieldRef is required'));
    checkMode(mode, `${path}.mode`, errors);
    checkUser(user, `${path}.user`, errors);
    if (file !== '') also?.(file);
  });
}
