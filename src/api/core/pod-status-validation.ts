import {
  addInvalid,
  checkEach,
  duplicateValue,
  type FieldError,
  forbiddenValue,
  invalidValue,
} from '../../machinery/field-error.ts';
import { parseIp } from '../../machinery/ip-address.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { validateLegacyIp } from '../../machinery/validation/ip.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import { validateImmutableField } from '../../machinery/validation/values.ts';
import type { Container, ContainerStatus, Pod, PodSpec, PodStatus } from '../types/core-v1.generated.ts';
import { checkKeptAnnotations, checkPodAnnotations } from './pod-annotations.ts';

const systemConditions = ['PodScheduled', 'Ready', 'Initialized'];
const notNegative = 'must be a non-negative integer';

/** All that is wrong with what a node's agent says of a pod. */
export function validatePodStatus(pod: Pod, old: Pod): FieldError[] {
  const errors: FieldError[] = [];
  const [status, before, spec] = [pod.status ?? {}, old.status ?? {}, pod.spec ?? {}];
  const annotations = pod.metadata?.annotations ?? {};
  checkKeptAnnotations(annotations, old.metadata?.annotations ?? {}, 'metadata.annotations', errors);
  checkPodAnnotations(annotations, spec, 'metadata.annotations', errors);
  checkConditions(status, errors);
  checkNomination(status, before, (old.spec?.nodeName ?? '') !== '', errors);
  if ((status.observedGeneration ?? 0) < 0) {
    errors.push(invalidValue('status.observedGeneration', status.observedGeneration ?? 0, notNegative));
  }
  errors.push(...validateImmutableField(status.qosClass ?? '', before.qosClass ?? '', 'status.qosClass'));
  checkStates(status, before, old.spec ?? {}, errors);
  checkClaimStatuses(status, spec, errors);
  checkAddresses(status, before, errors);
  return errors;
}

function checkConditions({ conditions }: PodStatus, errors: FieldError[]): void {
  checkEach(conditions, 'status.conditions', errors, ({ type = '', observedGeneration = 0 }, at) => {
    if (observedGeneration < 0) {
      errors.push(invalidValue(`${at}.observedGeneration`, observedGeneration, notNegative));
    }
    // The capital is the original's.
    if (!systemConditions.includes(type)) addInvalid(errors, `${at}.Type`, type, labelKey(type));
  });
}

function checkNomination(status: PodStatus, before: PodStatus, isBound: boolean, errors: FieldError[]): void {
  const { nominatedNodeName: name = '' } = status;
  if (name === '' || name === before.nominatedNodeName) return;
  addInvalid(errors, 'status.nominatedNodeName', name, dns1123Subdomain(name));
  if (!isBound) return;
  errors.push(forbiddenValue('status.nominatedNodeName', 'may not be set on pods that are already bound to a node'));
}

/** A container that has ended for good does not run again. */
function checkStates(status: PodStatus, before: PodStatus, spec: PodSpec, errors: FieldError[]): void {
  const all = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const restartsAll = all.some(({ restartPolicyRules = [] }) =>
    restartPolicyRules.some(({ action }) => action === 'RestartAllContainers'),
  );
  for (const field of ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const) {
    if (restartsAll && field !== 'ephemeralContainerStatuses') continue;
    const now = new Map((status[field] ?? []).map((one) => [one.name ?? '', one]));
    const containers = { containerStatuses: spec.containers, initContainerStatuses: spec.initContainers };
    const known = field === 'ephemeralContainerStatuses' ? [] : (containers[field] ?? []);
    for (const [index, one] of (before[field] ?? []).entries()) {
      const next = now.get(one.name ?? '');
      if (one.state?.terminated === undefined || next === undefined) continue;
      if (next.state?.terminated !== undefined) continue;
      const container = known.find(({ name }) => name === one.name);
      if (container !== undefined && restarts(container, spec, one)) continue;
      errors.push(forbiddenValue(`status.${field}[${index}].state`, 'may not be transitioned to non-terminated state'));
    }
  }
}

function restarts(container: Container, spec: PodSpec, { state }: ContainerStatus): boolean {
  const exitCode = state?.terminated?.exitCode ?? 0;
  for (const { exitCodes } of container.restartPolicyRules ?? []) {
    if (exitCodes === undefined) continue;
    const listed = (exitCodes.values ?? []).includes(exitCode);
    if (listed === (exitCodes.operator === 'In')) return true;
  }
  const policy = container.restartPolicy ?? spec.restartPolicy;
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

function checkClaimStatuses({ resourceClaimStatuses }: PodStatus, spec: PodSpec, errors: FieldError[]): void {
  const known = new Set((spec.resourceClaims ?? []).map(({ name = '' }) => name));
  const seen = new Set<string>();
  checkEach(resourceClaimStatuses, 'status.resourceClaimStatuses', errors, ({ name = '', resourceClaimName }, at) => {
    if (!known.has(name)) {
      const why = 'must match the name of an entry in `spec.resourceClaims`';
      errors.push(invalidValue(`${at}.name`, name, why));
    }
    if (seen.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    seen.add(name);
    if (resourceClaimName === undefined) return;
    addInvalid(errors, `${at}.resourceClaimName`, resourceClaimName, dns1123Subdomain(resourceClaimName));
  });
}

function checkAddresses(status: PodStatus, before: PodStatus, errors: FieldError[]): void {
  const { podIP = '', podIPs = [], hostIP = '', hostIPs = [] } = status;
  checkEach(podIPs, 'status.podIPs', errors, ({ ip = '' }, at) =>
    errors.push(...validateLegacyIp(ip, at, ipsOf(before.podIPs))),
  );
  checkFamilies(podIPs, 'status.podIPs', errors);
  if ((podIP === '') !== (podIPs.length === 0)) {
    const why = 'podIP and podIPs must either both be set or both be unset';
    errors.push(invalidValue('status.podIPs', podIPs.length === 0 ? null : shown(podIPs), why));
  } else if (podIPs.length > 0 && podIPs[0]?.ip !== podIP) {
    errors.push(invalidValue('status.podIPs[0].ip', podIPs[0]?.ip ?? '', 'must be equal to `podIP`'));
  }
  if (hostIPs.length === 0) return;
  if (hostIPs[0]?.ip !== hostIP) {
    errors.push(invalidValue('status.hostIPs[0].ip', hostIPs[0]?.ip ?? '', 'must be equal to `hostIP`'));
  }
  checkEach(hostIPs, 'status.hostIPs', errors, ({ ip = '' }, at) =>
    errors.push(...validateLegacyIp(ip, at, ipsOf(before.hostIPs))),
  );
  checkFamilies(hostIPs, 'status.hostIPs', errors);
}

type Addresses = readonly { readonly ip?: string }[];

const ipsOf = (addresses: Addresses = []): string[] => addresses.map(({ ip = '' }) => ip);
const shown = (addresses: Addresses) => addresses.map(({ ip = '' }) => ({ IP: ip }));

function checkFamilies(addresses: Addresses, path: string, errors: FieldError[]): void {
  if (addresses.length < 2) return;
  const families = new Set(ipsOf(addresses).map((ip) => parseIp(ip)?.family));
  if (families.size === 2 && addresses.length === 2) return;
  errors.push(invalidValue(path, shown(addresses), 'may specify no more than one IP for each IP family'));
}
