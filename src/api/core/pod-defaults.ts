import type { Container, Pod, PodSpec, PodTemplateSpec } from '../types/core-v1.generated.ts';
import { defaultContainer } from './container-defaults.ts';
import { pairAddresses } from './paired-fields.ts';
import { roundUpQuantities } from './rounded-quantities.ts';
import { defaultVolume } from './volume-defaults.ts';

/** What the API fills in where a pod spec is silent, in pods and in every pod template. */
export function defaultPodSpec(spec: PodSpec): void {
  const account = spec.serviceAccountName || spec.serviceAccount;
  if (account !== undefined && account !== '') {
    spec.serviceAccountName = account;
    spec.serviceAccount = account;
  }
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= 'default-scheduler';
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  for (const container of spec.initContainers ?? []) defaultContainer(container);
  for (const container of spec.containers ?? []) defaultContainer(container);
  for (const container of spec.ephemeralContainers ?? []) defaultContainer(container);
  roundUpQuantities(spec.overhead);
  roundUpQuantities(spec.resources?.limits);
  roundUpQuantities(spec.resources?.requests);
}

/** Who limits a resource and does not say how much of it he asks for asks for all of it. Of pods only. */
function requestLimits({ resources }: Container): void {
  const limits = resources?.limits;
  if (resources === undefined || limits === undefined) return;
  const requests = (resources.requests ??= {});
  for (const name of Object.keys(limits)) if (!Object.hasOwn(requests, name)) requests[name] = limits[name] ?? '';
}

/** A container on the host's network has its ports there. Of pods only. */
function openPortsOnHost({ ports }: Container): void {
  for (const port of ports ?? []) if ((port.hostPort ?? 0) === 0) port.hostPort = port.containerPort ?? 0;
}

/** A pod itself: as a template's, and what only pods get. */
export function defaultPod(pod: Pod): void {
  const spec = (pod.spec ??= {});
  // A template keeps what it says.
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1;
  for (const containers of [spec.containers, spec.initContainers]) {
    for (const container of containers ?? []) {
      requestLimits(container);
      if (spec.hostNetwork === true) openPortsOnHost(container);
    }
  }
  spec.enableServiceLinks ??= true;
  defaultPodSpec(spec);
  if (pod.status !== undefined) pairAddresses(pod.status, 'podIP', 'podIPs');
}

/** What describes the pods of a workload. */
export function defaultTemplate(template: PodTemplateSpec): void {
  template.metadata ??= {};
  defaultPodSpec((template.spec ??= {}));
}
