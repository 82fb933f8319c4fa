import {
  addInvalid,
  checkEach,
  duplicateValue,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  tooLong,
  unsupportedValue,
  valueNotFound,
} from '../../machinery/field-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { dns1123Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import { checkLabels } from '../../machinery/validation/labels.ts';
import { betweenText } from '../../machinery/validation/ports.ts';
import type { PodSpec } from '../types/core-v1.generated.ts';
import { checkAffinity } from './affinity.ts';
import { checkContainers } from './containers.ts';
import { eachContainer } from './each-container.ts';
import { checkEphemeralContainers } from './ephemeral-containers.ts';
import { checkInitContainers } from './init-containers.ts';
import { checkDnsConfig, checkHostAliases } from './pod-dns.ts';
import { checkWholePodResources } from './pod-level-resources.ts';
import { checkOs } from './pod-os.ts';
import { checkPodResourceClaims } from './pod-resource-claims.ts';
import type { PodRules } from './pod-rules.ts';
import { checkContainerResources } from './resources.ts';
import { checkPodSecurityContext } from './security-contexts.ts';
import { checkTolerations } from './tolerations.ts';
import { checkTopologySpread } from './topology-spread.ts';
import { checkVolumes } from './volumes.ts';
import { checkHostProcesses } from './windows-options.ts';

/** Where the spec stands. */
export interface PodSpecPlace {
  readonly path: string;
  /** The name of the pod that it is of; '' of a template. */
  readonly podName: string;
  readonly isPod: boolean;
  readonly rules: PodRules;
}

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const preemptionPolicies = ['PreemptLowerPriority', 'Never'];
const noClaims: ReadonlySet<string> = new Set();

/** Adds to `errors` all that is wrong with a pod's spec, in the original's order. */
export function checkPodSpec(spec: PodSpec, place: PodSpecPlace, errors: FieldError[]): void {
  const { path, podName, rules } = place;
  if (spec.terminationGracePeriodSeconds === undefined) {
    errors.push(requiredValue(`${path}.terminationGracePeriodSeconds`));
  }
  const hostUsers = spec.hostUsers !== false;
  const volumes = checkVolumes(spec.volumes, podName, `${path}.volumes`, errors);
  const claims =
    spec.resourceClaims === undefined
      ? noClaims
      : new Set(spec.resourceClaims.map(({ name = '' }) => name).filter((name) => name !== ''));
  checkPodResourceClaims(spec.resourceClaims, `${path}.resourceClaims`, errors);
  const around = { spec, volumes, claims, hostUsers, rules };
  checkContainers(around, `${path}.containers`, errors);
  checkInitContainers(around, `${path}.initContainers`, errors);
  checkEphemeralContainers(around, `${path}.ephemeralContainers`, errors);
  if (spec.resources !== undefined) checkWholePodResources(spec, claims, path, errors);
  if (spec.hostNetwork === true) checkHostNetworkPorts(spec, place, errors);
  checkChoice(spec.restartPolicy, restartPolicies, `${path}.restartPolicy`, errors);
  checkChoice(spec.dnsPolicy, dnsPolicies, `${path}.dnsPolicy`, errors);
  checkLabels(spec.nodeSelector, `${path}.nodeSelector`, errors);
  checkPodSecurityContext(spec, `${path}.securityContext`, errors);
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    const why = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalidValue(`${path}.shareProcessNamespace`, true, why));
  }
  checkAffinity(spec.affinity, `${path}.affinity`, errors);
  checkDnsConfig(spec, `${path}.dnsConfig`, errors);
  checkGates(spec, path, errors);
  checkTopologySpread(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`, errors);
  checkHostProcesses(spec, rules, path, errors);
  if (!hostUsers) checkOwnUsers(spec, path, errors);
  checkNames(spec, path, errors);
  checkTolerations(spec.tolerations, `${path}.tolerations`, errors);
  checkHostAliases(spec.hostAliases, `${path}.hostAliases`, errors);
  checkClasses(spec, path, errors);
  if (spec.overhead !== undefined) {
    checkContainerResources({ limits: spec.overhead }, noClaims, `${path}.overhead`, errors);
  }
  checkOs(spec, path, errors);
  checkFileKeyVolumes(spec, path, errors);
}

function checkChoice(
  value: string | undefined,
  supported: readonly string[],
  path: string,
  errors: FieldError[],
): void {
  if (value === undefined || value === '') errors.push(requiredValue(path));
  else if (!supported.includes(value)) errors.push(unsupportedValue(path, value, supported));
}

/** On the host's network a port of a container is one of the host. A template may leave it to its pods to say so. */
function checkHostNetworkPorts(spec: PodSpec, { path, isPod }: PodSpecPlace, errors: FieldError[]): void {
  checkEach(spec.containers, `${path}.containers`, errors, ({ ports }, container) =>
    checkEach(ports, `${container}.ports`, errors, ({ hostPort = 0, containerPort = 0 }, at) => {
      if (hostPort === containerPort || (!isPod && hostPort === 0)) return;
      const why = 'must match `containerPort` when `hostNetwork` is true';
      errors.push(invalidValue(`${at}.hostPort`, hostPort, why));
    }),
  );
}

/** What a pod is not ready, and not scheduled, without. */
function checkGates({ readinessGates, schedulingGates }: PodSpec, path: string, errors: FieldError[]): void {
  checkEach(readinessGates, `${path}.readinessGates`, errors, ({ conditionType = '' }, at) =>
    addInvalid(errors, `${at}.conditionType`, conditionType, labelKey(conditionType)),
  );
  const seen = new Set<string>();
  checkEach(schedulingGates, `${path}.schedulingGates`, errors, ({ name = '' }, at) => {
    addInvalid(errors, at, name, labelKey(name));
    if (seen.has(name)) errors.push(duplicateValue(at, name));
    seen.add(name);
  });
}

/** What a pod with users of its own cannot share with its host. */
function checkOwnUsers(spec: PodSpec, path: string, errors: FieldError[]): void {
  const refuse = (field: string) => errors.push(forbiddenValue(field, 'when `hostUsers` is false'));
  if (spec.hostNetwork === true) refuse(`${path}.hostNetwork`);
  // The capitals are the original's.
  if (spec.hostPID === true) refuse(`${path}.HostPID`);
  if (spec.hostIPC === true) refuse(`${path}.HostIPC`);
  eachContainer(spec, path, ({ volumeDevices = [] }, at) => {
    if (volumeDevices.length > 0) refuse(`${at}.volumeDevices`);
  });
}

function checkNames(spec: PodSpec, path: string, errors: FieldError[]): void {
  const { hostnameOverride, serviceAccountName = '', serviceAccount = '', activeDeadlineSeconds } = spec;
  if (hostnameOverride !== undefined) {
    const field = `${path}.hostnameOverride`;
    const refuse = (when: string) => errors.push(forbiddenValue(field, `may not be specified when ${when} is true`));
    if (spec.setHostnameAsFQDN === true) refuse('setHostnameAsFQDN');
    if (spec.hostNetwork === true) refuse('hostNetwork');
    if (Buffer.byteLength(hostnameOverride) > 64) errors.push(tooLong(field, 64));
    addInvalid(errors, field, hostnameOverride, dns1123Subdomain(hostnameOverride));
  }
  checkName(serviceAccountName, dns1123Subdomain, `${path}.serviceAccountName`, errors);
  if (serviceAccount !== serviceAccountName) {
    const why = `must be the same as serviceAccountName: ${goQuote(serviceAccountName)}`;
    errors.push(invalidValue(`${path}.deprecatedServiceAccount`, serviceAccount, why));
  }
  checkName(spec.nodeName, dns1123Subdomain, `${path}.nodeName`, errors);
  if (activeDeadlineSeconds !== undefined && (activeDeadlineSeconds < 1 || activeDeadlineSeconds > maxInt32)) {
    errors.push(invalidValue(`${path}.activeDeadlineSeconds`, activeDeadlineSeconds, betweenText(1, maxInt32)));
  }
  checkName(spec.hostname, dns1123Label, `${path}.hostname`, errors);
  checkName(spec.subdomain, dns1123Label, `${path}.subdomain`, errors);
}

const maxInt32 = 2 ** 31 - 1;

/** None is all right. */
function checkName(
  name: string | undefined,
  rule: (name: string) => readonly string[],
  path: string,
  errors: FieldError[],
): void {
  if (name !== undefined && name !== '') addInvalid(errors, path, name, rule(name));
}

function checkClasses(spec: PodSpec, path: string, errors: FieldError[]): void {
  const { runtimeClassName, preemptionPolicy } = spec;
  checkName(spec.priorityClassName, dns1123Subdomain, `${path}.priorityClassName`, errors);
  if (runtimeClassName !== undefined) {
    addInvalid(errors, `${path}.runtimeClassName`, runtimeClassName, dns1123Subdomain(runtimeClassName));
  }
  if (preemptionPolicy !== undefined) {
    checkChoice(preemptionPolicy, preemptionPolicies, `${path}.preemptionPolicy`, errors);
  }
}

/** Variables that are read from a file lie in an empty directory of the pod. */
function checkFileKeyVolumes(spec: PodSpec, path: string, errors: FieldError[]): void {
  eachContainer(spec, path, ({ env }, container) => {
    if (env?.some(({ valueFrom }) => valueFrom?.fileKeyRef !== undefined) !== true) return;
    const volumes = new Map((spec.volumes ?? []).map((volume) => [volume.name ?? '', volume]));
    checkEach(env, `${container}.env`, errors, ({ valueFrom }, at) => {
      if (valueFrom?.fileKeyRef === undefined) return;
      const { volumeName = '' } = valueFrom.fileKeyRef;
      const field = `${at}.valueFrom.fileKeyRef.volumeName`;
      const volume = volumes.get(volumeName);
      if (volume === undefined) errors.push(valueNotFound(field, volumeName));
      else if (volume.emptyDir === undefined) {
        errors.push(invalidValue(field, volumeName, 'referenced volume must be of type emptyDir'));
      }
    });
  });
}
