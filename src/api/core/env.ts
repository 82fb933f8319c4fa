import { addInvalid, checkEach, type FieldError, invalidValue, requiredValue } from '../../machinery/field-error.ts';
import { configMapKey } from '../../machinery/validation/config-map-key.ts';
import { dns1123Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { envVarName } from '../../machinery/validation/env-var-name.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { checkNoBacksteps } from '../../machinery/validation/paths.ts';
import type {
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  FileKeySelector,
  SecretEnvSource,
  SecretKeySelector,
} from '../types/core-v1.generated.ts';
import { checkFieldRef, checkResourceFieldRef } from './field-refs.ts';

const fields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** Adds to `errors` what is wrong with the variables of a container's environment. */
export function checkEnv(variables: readonly EnvVar[] | undefined, path: string, errors: FieldError[]): void {
  checkEach(variables, path, errors, ({ name = '', value = '', valueFrom }, at) => {
    if (name === '') errors.push(requiredValue(`${at}.name`));
    else addInvalid(errors, `${at}.name`, name, envVarName(name));
    if (valueFrom !== undefined) checkValueFrom(valueFrom, value, `${at}.valueFrom`, errors);
  });
}

function checkValueFrom(source: EnvVarSource, value: string, path: string, errors: FieldError[]): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef !== undefined) checkFieldRef(fieldRef, fields, `${path}.fieldRef`, errors);
  if (resourceFieldRef !== undefined) {
    checkResourceFieldRef(resourceFieldRef, false, `${path}.resourceFieldRef`, errors);
  }
  if (configMapKeyRef !== undefined) checkKeyRef(configMapKeyRef, `${path}.configMapKeyRef`, errors);
  if (secretKeyRef !== undefined) checkKeyRef(secretKeyRef, `${path}.secretKeyRef`, errors);
  if (fileKeyRef !== undefined) checkFileKeyRef(fileKeyRef, `${path}.fileKeyRef`, errors);
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef];
  const count = sources.filter((one) => one !== undefined).length;
  if (count === 0) {
    const known = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    errors.push(invalidValue(path, '', `must specify one of: ${known}`));
  } else if (value !== '') {
    errors.push(invalidValue(path, '', 'may not be specified when `value` is not empty'));
  } else if (count > 1) errors.push(invalidValue(path, '', 'may not have more than one field specified at a time'));
}

/** A key of a ConfigMap or Secret. */
function checkKeyRef({ name = '', key = '' }: SecretKeySelector, path: string, errors: FieldError[]): void {
  addInvalid(errors, `${path}.name`, name, dns1123Subdomain(name));
  if (key === '') errors.push(requiredValue(`${path}.key`));
  else addInvalid(errors, `${path}.key`, key, configMapKey(key));
}

function checkFileKeyRef(source: FileKeySelector, path: string, errors: FieldError[]): void {
  const { key = '', volumeName = '', path: file = '' } = source;
  if (key === '') errors.push(requiredValue(`${path}.key`));
  else addInvalid(errors, `${path}.key`, key, envVarName(key));
  if (volumeName === '') errors.push(requiredValue(`${path}.volumeName`));
  else addInvalid(errors, `${path}.volumeName`, volumeName, dns1123Label(volumeName));
  if (file === '') errors.push(requiredValue(`${path}.path`));
  else checkNoBacksteps(file, `${path}.path`, errors);
}

/** Adds to `errors` what is wrong with what a container's environment is taken from as a whole. */
export function checkEnvFrom(sources: readonly EnvFromSource[] | undefined, path: string, errors: FieldError[]): void {
  checkEach(sources, path, errors, ({ prefix = '', configMapRef, secretRef }, at) => {
    if (prefix !== '') addInvalid(errors, `${at}.prefix`, prefix, envVarName(prefix));
    if (configMapRef !== undefined) checkRef(configMapRef, `${at}.configMapRef`, errors);
    if (secretRef !== undefined) checkRef(secretRef, `${at}.secretRef`, errors);
    // Told of the whole list, as the original does it.
    if (configMapRef === undefined && secretRef === undefined) {
      errors.push(invalidValue(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (configMapRef !== undefined && secretRef !== undefined) {
      errors.push(invalidValue(path, '', 'may not have more than one field specified at a time'));
    }
  });
}

function checkRef({ name = '' }: SecretEnvSource, path: string, errors: FieldError[]): void {
  if (name === '') errors.push(requiredValue(`${path}.name`));
  else addInvalid(errors, `${path}.name`, name, nameIsDnsSubdomain(name, true));
}
