import type { Container, EphemeralContainer, PodSpec, PodTemplateSpec, Volume } from '../types/core-v1.generated.ts';
import type { ObjectMeta } from '../types/meta-v1.generated.ts';
import { eachContainer } from './each-container.ts';

/**
 * Takes out of a pod's spec what Kubernetes has behind feature gates that are off by default, as it does itself: such
 * fields are in the schema, and gone without a word. What `old` has of them stays: another server stored it.
 */
export function dropUnservedFields(spec: PodSpec, old: PodSpec | undefined): void {
  if (old !== undefined && hasUnserved(old)) return;
  eachContainer(spec, '', dropBareStopSignal);
  eachUnserved(spec, (holder, field) => {
    delete holder[field];
  });
}

/** The same of a template of pods. */
export function dropUnservedTemplateFields(
  template: PodTemplateSpec | undefined,
  old: PodTemplateSpec | undefined,
): void {
  if (template?.spec !== undefined) dropUnservedFields(template.spec, old?.spec);
}

function hasUnserved(spec: PodSpec): boolean {
  let found = false;
  eachUnserved(spec, () => {
    found = true;
  });
  return found;
}

/** Told of each such field that is there. */
type Visit = <Field extends string>(holder: { [Key in Field]?: unknown }, field: Field) => void;

function eachUnserved(spec: PodSpec, visit: Visit): void {
  const look: Visit = (holder, field) => {
    if (holder[field] !== undefined) visit(holder, field);
  };
  look(spec, 'evictionResponders');
  look(spec, 'schedulingGroup');
  eachContainer(spec, '', (container) => lookAtContainer(container, look));
  for (const volume of spec.volumes ?? []) lookAtVolume(volume, look);
}

function lookAtContainer(container: Container | EphemeralContainer, look: Visit): void {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  if (lifecycle) look(lifecycle, 'stopSignal');
  for (const probe of [livenessProbe, readinessProbe, startupProbe]) {
    if (probe?.grpc) look(probe.grpc, 'mode');
    if (probe?.httpGet) look(probe.httpGet, 'protocol');
  }
  for (const handler of [lifecycle?.postStart, lifecycle?.preStop]) {
    if (handler?.httpGet) look(handler.httpGet, 'protocol');
  }
  for (const mount of container.volumeMounts ?? []) look(mount, 'bindMountOptions');
}

function lookAtVolume({ emptyDir, secret, configMap, downwardAPI, projected }: Volume, look: Visit): void {
  if (emptyDir) look(emptyDir, 'mode');
  for (const source of [secret, configMap, downwardAPI, projected]) if (source) look(source, 'defaultUser');
  const sources = [{ secret, configMap, downwardAPI }, ...(projected?.sources ?? [])];
  for (const { secret: ofSecret, configMap: ofConfigMap, downwardAPI: ofPod } of sources) {
    for (const items of [ofSecret?.items, ofConfigMap?.items, ofPod?.items]) {
      for (const item of items ?? []) look(item, 'user');
    }
  }
  for (const { serviceAccountToken, clusterTrustBundle, podCertificate } of projected?.sources ?? []) {
    for (const file of [serviceAccountToken, clusterTrustBundle, podCertificate]) if (file) look(file, 'user');
  }
}

/** A lifecycle that says nothing else goes with it. */
function dropBareStopSignal(container: Container | EphemeralContainer): void {
  const { lifecycle } = container;
  if (lifecycle?.stopSignal === undefined) return;
  if (lifecycle.postStart === undefined && lifecycle.preStop === undefined) delete container.lifecycle;
}

/** Annotations in which init containers once were. */
const initContainerAnnotations = ['init-containers', 'init-container-statuses'].flatMap((name) =>
  ['alpha', 'beta'].map((stage) => `pod.${stage}.kubernetes.io/${name}`),
);

export function dropInitContainerAnnotations(metadata: ObjectMeta): void {
  const { annotations } = metadata;
  if (annotations === undefined) return;
  for (const key of initContainerAnnotations) if (Object.hasOwn(annotations, key)) delete annotations[key];
  if (Object.keys(annotations).length === 0) delete metadata.annotations;
}
