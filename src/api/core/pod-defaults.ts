import { numberAt, objectIn, objectsAt, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { objectOrNew, setDefault } from '../strategy/set-default.ts';
import { pairAddresses } from './paired-fields.ts';

/** `latest` and no tag are pulled each time: what they name may change. A digest never changes. */
function pullPolicyOf(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'];

function defaultContainer(container: JsonObject): void {
  objectOrNew(container, 'resources');
  setDefault(container, 'terminationMessagePath', '/dev/termination-log');
  setDefault(container, 'terminationMessagePolicy', 'File');
  setDefault(container, 'imagePullPolicy', pullPolicyOf(textAt(container, 'image')));
  for (const port of objectsAt(container, 'ports')) setDefault(port, 'protocol', 'TCP');
  for (const name of probes) {
    if (!Object.hasOwn(container, name)) continue;
    const probe = objectOrNew(container, name);
    for (const [key, value] of [
      ['timeoutSeconds', 1],
      ['periodSeconds', 10],
      ['successThreshold', 1],
      ['failureThreshold', 3],
    ] as const) {
      if (numberAt(probe, key) === 0) probe[key] = value;
    }
  }
}

/** What the API fills in where a pod spec is silent, in pods and in every pod template. */
export function defaultPodSpec(spec: JsonObject): void {
  setDefault(spec, 'restartPolicy', 'Always');
  setDefault(spec, 'terminationGracePeriodSeconds', 30);
  setDefault(spec, 'dnsPolicy', 'ClusterFirst');
  objectOrNew(spec, 'securityContext');
  setDefault(spec, 'schedulerName', 'default-scheduler');
  if (textAt(spec, 'serviceAccountName') !== '') spec['serviceAccount'] = textAt(spec, 'serviceAccountName');
  else if (textAt(spec, 'serviceAccount') !== '') spec['serviceAccountName'] = textAt(spec, 'serviceAccount');
  for (const container of objectsAt(spec, 'containers')) defaultContainer(container);
  for (const container of objectsAt(spec, 'initContainers')) defaultContainer(container);
}

/** A pod itself: as a template's, and what only pods get. */
export function defaultPod(pod: JsonObject): void {
  const spec = objectOrNew(pod, 'spec');
  setDefault(spec, 'enableServiceLinks', true);
  // Of a pod only: a template keeps what it says.
  if (numberAt(spec, 'terminationGracePeriodSeconds') < 0) spec['terminationGracePeriodSeconds'] = 1;
  defaultPodSpec(spec);
  const status = objectIn(pod, 'status');
  if (status !== undefined) pairAddresses(status, 'podIP', 'podIPs');
}

/** A workload's `spec.template`. */
export function defaultTemplate(workload: JsonObject): void {
  const template = objectOrNew(objectOrNew(workload, 'spec'), 'template');
  objectOrNew(template, 'metadata');
  defaultPodSpec(objectOrNew(template, 'spec'));
}
