import type {
  Container,
  EphemeralContainer,
  HTTPGetAction,
  PodSpec,
  PodTemplateSpec,
  Volume,
} from '../types/core-v1.generated.ts';
import type { ObjectMeta } from '../types/meta-v1.generated.ts';
import { eachContainer } from './each-container.ts';

/**
 * Takes out of a pod's spec what Kubernetes has behind feature gates that are off by default, as it does itself: such
 * fields are in the schema, and gone without a word. What `old` has of them stays: another server stored it.
 */
export function dropUnservedFields(spec: PodSpec, old: PodSpec | undefined): void {
  if (old !== undefined && hasUnserved(old)) return;
  if (spec.evictionResponders !== undefined) delete spec.evictionResponders;
  if (spec.schedulingGroup !== undefined) delete spec.schedulingGroup;
  eachContainer(spec, '', dropOfContainer);
  for (const volume of spec.volumes ?? []) dropOfVolume(volume);
}

/** The same of a template of pods. */
export function dropUnservedTemplateFields(
  template: PodTemplateSpec | undefined,
  old: PodTemplateSpec | undefined,
): void {
  if (template?.spec !== undefined) dropUnservedFields(template.spec, old?.spec);
}

const hasUnserved = (spec: PodSpec): boolean => {
  const copy = structuredClone(spec);
  dropUnservedFields(copy, undefined);
  return JSON.stringify(copy) !== JSON.stringify(spec);
};

function dropOfContainer(container: Container | EphemeralContainer): void {
  const { lifecycle } = container;
  if (lifecycle?.stopSignal !== undefined) {
    delete lifecycle.stopSignal;
    // Nothing else was said.
    if (lifecycle.postStart === undefined && lifecycle.preStop === undefined) delete container.lifecycle;
  }
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (probe?.grpc?.mode !== undefined) delete probe.grpc.mode;
    dropProtocol(probe?.httpGet);
  }
  dropProtocol(lifecycle?.postStart?.httpGet);
  dropProtocol(lifecycle?.preStop?.httpGet);
  for (const mount of container.volumeMounts ?? [])
    if (mount.bindMountOptions !== undefined) delete mount.bindMountOptions;
}

function dropProtocol(action: HTTPGetAction | undefined): void {
  if (action?.protocol !== undefined) delete action.protocol;
}

function dropOfVolume({ emptyDir, secret, configMap, downwardAPI, projected }: Volume): void {
  if (emptyDir?.mode !== undefined) delete emptyDir.mode;
  for (const source of [secret, configMap, downwardAPI, projected]) {
    if (source?.defaultUser !== undefined) delete source.defaultUser;
  }
  dropUsers(secret?.items, configMap?.items, downwardAPI?.items);
  for (const source of projected?.sources ?? []) {
    dropUsers(source.secret?.items, source.configMap?.items, source.downwardAPI?.items);
    dropUsers(
      [source.serviceAccountToken, source.clusterTrustBundle, source.podCertificate].filter((one) => one !== undefined),
    );
  }
}

function dropUsers(...lists: readonly (readonly { user?: number | bigint }[] | undefined)[]): void {
  for (const list of lists) for (const item of list ?? []) if (item.user !== undefined) delete item.user;
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
