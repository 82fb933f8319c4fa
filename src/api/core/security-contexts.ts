import {
  addInvalid,
  checkEach,
  duplicateValue,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { userId } from '../../machinery/validation/user-id.ts';
import type { PodSecurityContext, PodSpec, SecurityContext } from '../types/core-v1.generated.ts';
import { internalStruct } from './internal-structs.ts';
import type { PodRules } from './pod-rules.ts';
import { checkAppArmorProfile, checkSeccompProfile } from './profiles.ts';
import { checkWindowsOptions } from './windows-options.ts';

const procMounts = ['Default', 'Unmasked'];

/** Adds to `errors` what is wrong with how a container is confined. `hostUsers`: its users are those of the host. */
export function checkSecurityContext(
  context: SecurityContext | undefined,
  { hostUsers, rules }: { readonly hostUsers: boolean; readonly rules: PodRules },
  path: string,
  errors: FieldError[],
): void {
  if (context === undefined) return;
  const { privileged, procMount, allowPrivilegeEscalation } = context;
  if (privileged === true && !rules.allowPrivileged) {
    errors.push(forbiddenValue(`${path}.privileged`, 'disallowed by cluster policy'));
  }
  checkIds(context, path, errors);
  if (procMount !== undefined) {
    const field = `${path}.procMount`;
    if (!procMounts.includes(procMount)) errors.push(unsupportedValue(field, procMount, procMounts));
    if (hostUsers && procMount === 'Unmasked') {
      errors.push(invalidValue(field, procMount, '`hostUsers` must be false to use `Unmasked`'));
    }
  }
  checkSeccompProfile(context.seccompProfile, `${path}.seccompProfile`, errors);
  if (allowPrivilegeEscalation === false) {
    const cannot = (what: string) => {
      const why = `cannot set \`allowPrivilegeEscalation\` to false and ${what}`;
      errors.push(invalidValue(path, internalStruct('SecurityContext', context), why));
    };
    if (privileged === true) cannot('`privileged` to true');
    const isAdmin = context.capabilities?.add?.includes('CAP_SYS_ADMIN') === true;
    if (isAdmin) cannot('`capabilities.Add` CAP_SYS_ADMIN');
  }
  checkWindowsOptions(context.windowsOptions, `${path}.windowsOptions`, errors);
  checkAppArmorProfile(context.appArmorProfile, `${path}.appArmorProfile`, errors);
}

function checkIds(context: SecurityContext | PodSecurityContext, path: string, errors: FieldError[]): void {
  const { runAsUser, runAsGroup } = context;
  if (runAsUser !== undefined) addInvalid(errors, `${path}.runAsUser`, runAsUser, userId(runAsUser));
  if (runAsGroup !== undefined) addInvalid(errors, `${path}.runAsGroup`, runAsGroup, userId(runAsGroup));
}

const changePolicies = ['Always', 'OnRootMismatch'];
const groupPolicies = ['Merge', 'Strict'];
const seLinuxPolicies = ['MountOption', 'Recursive'];

/** The same for what a pod says for all its containers. `path`: of `spec.securityContext`. */
export function checkPodSecurityContext(spec: PodSpec, path: string, errors: FieldError[]): void {
  const context = spec.securityContext;
  if (context === undefined) return;
  const { fsGroup, supplementalGroups, sysctls } = context;
  if (fsGroup !== undefined) addInvalid(errors, `${path}.fsGroup`, fsGroup, userId(fsGroup));
  checkIds(context, path, errors);
  checkEach(supplementalGroups, `${path}.supplementalGroups`, errors, (group, at) =>
    addInvalid(errors, at, group, userId(group)),
  );
  if (sysctls !== undefined) checkSysctls(spec, `${path}.sysctls`, errors);
  checkPolicy(context.fsGroupChangePolicy, changePolicies, `${path}.fsGroupChangePolicy`, errors);
  checkSeccompProfile(context.seccompProfile, `${path}.seccompProfile`, errors);
  checkWindowsOptions(context.windowsOptions, `${path}.windowsOptions`, errors);
  checkAppArmorProfile(context.appArmorProfile, `${path}.appArmorProfile`, errors);
  checkPolicy(context.supplementalGroupsPolicy, groupPolicies, `${path}.supplementalGroupsPolicy`, errors);
  checkPolicy(context.seLinuxChangePolicy, seLinuxPolicies, `${path}.seLinuxChangePolicy`, errors);
}

function checkPolicy(
  policy: string | undefined,
  supported: readonly string[],
  path: string,
  errors: FieldError[],
): void {
  if (policy !== undefined && !supported.includes(policy)) errors.push(unsupportedValue(path, policy, supported));
}

const sysctlPattern = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const sysctlSegment = /^[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?$/;
const maxSysctlLength = 253;

function checkSysctls(spec: PodSpec, path: string, errors: FieldError[]): void {
  const names = new Set<string>();
  checkEach(spec.securityContext?.sysctls, path, errors, ({ name = '' }, at) => {
    const field = `${at}.name`;
    if (name === '') errors.push(requiredValue(field));
    else if (name.length > maxSysctlLength || !name.split(/[./]/).every((segment) => sysctlSegment.test(segment))) {
      const why = `must have at most ${maxSysctlLength} characters and match regex ${sysctlPattern}`;
      errors.push(invalidValue(field, name, why));
    } else if (names.has(name)) errors.push(duplicateValue(field, name));
    names.add(name);
    if (spec.hostNetwork === true && isOfNetwork(name)) {
      errors.push(invalidValue(field, name, "may not be specified when 'hostNetwork' is true"));
    } else if (spec.hostIPC === true && isOfIpc(name)) {
      errors.push(invalidValue(field, name, "may not be specified when 'hostIPC' is true"));
    }
  });
}

/** With dots for slashes. */
const dotted = (name: string): string => name.replaceAll('/', '.');
const isOfNetwork = (name: string): boolean => dotted(name).startsWith('net.');
const isOfIpc = (name: string): boolean =>
  ['kernel.sem', 'kernel.shm_rmid_forced', 'kernel.shmall', 'kernel.shmmax', 'kernel.shmmni'].includes(dotted(name)) ||
  dotted(name).startsWith('kernel.msg') ||
  dotted(name).startsWith('fs.mqueue.');
