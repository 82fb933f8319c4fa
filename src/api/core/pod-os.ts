import { type FieldError, forbiddenValue, requiredValue, unsupportedValue } from '../../machinery/field-error.ts';
import type { PodSpec } from '../types/core-v1.generated.ts';
import { eachContainer } from './each-container.ts';

const systems = ['linux', 'windows'];

const podContextOfLinux = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
] as const;
const contextOfLinux = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;

/** Adds to `errors` what a pod says that its operating system does not know. */
export function checkOs(spec: PodSpec, path: string, errors: FieldError[]): void {
  if (spec.os === undefined) return;
  const { name = '' } = spec.os;
  if (name === '') errors.push(requiredValue(`${path}.os.name`));
  else if (!systems.includes(name)) errors.push(unsupportedValue(`${path}.os`, name, systems));
  else if (name === 'linux') checkLinux(spec, path, errors);
  else checkWindows(spec, path, errors);
}

function checkLinux(spec: PodSpec, path: string, errors: FieldError[]): void {
  const refuse = (at: string) =>
    errors.push(
      forbiddenValue(`${at}.securityContext.windowsOptions`, 'windows options cannot be set for a linux pod'),
    );
  if (spec.securityContext?.windowsOptions !== undefined) refuse(path);
  eachContainer(spec, path, (container, at) => {
    if (container.securityContext?.windowsOptions !== undefined) refuse(at);
  });
}

function checkWindows(spec: PodSpec, path: string, errors: FieldError[]): void {
  const refuse = (at: string) => errors.push(forbiddenValue(at, 'cannot be set for a windows pod'));
  for (const field of podContextOfLinux) {
    if (spec.securityContext?.[field] !== undefined) refuse(`${path}.securityContext.${field}`);
  }
  if (spec.hostUsers !== undefined) refuse(`${path}.hostUsers`);
  if (spec.hostPID === true) refuse(`${path}.hostPID`);
  if (spec.hostIPC === true) refuse(`${path}.hostIPC`);
  if (spec.shareProcessNamespace !== undefined) refuse(`${path}.shareProcessNamespace`);
  eachContainer(spec, path, ({ securityContext }, at) => {
    for (const field of contextOfLinux) {
      if (securityContext?.[field] !== undefined) refuse(`${at}.securityContext.${field}`);
    }
  });
}
