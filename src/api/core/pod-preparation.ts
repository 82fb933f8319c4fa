import type {
  AppArmorProfile,
  Container,
  EphemeralContainer,
  Pod,
  PodAffinityTerm,
  PodSpec,
} from '../types/core-v1.generated.ts';
import type { LabelSelector } from '../types/meta-v1.generated.ts';
import { eachContainer } from './each-container.ts';
import { appArmorOfContainer } from './pod-annotations.ts';
import { defaultWholePodResources } from './pod-level-resources.ts';
import { qosClassOf } from './pod-qos.ts';
import { dropInitContainerAnnotations, dropUnservedFields } from './unserved-pod-fields.ts';

/** What a new pod gets besides defaults: what its labels and annotations say goes to where it is read. */
export function prepareNewPod(pod: Pod): void {
  const { metadata = {}, spec = {} } = pod;
  dropUnservedFields(spec, undefined);
  dropInitContainerAnnotations(metadata);
  const { labels = {}, annotations = {} } = metadata;
  for (const affinity of [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity]) {
    for (const { podAffinityTerm } of affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) {
      if (podAffinityTerm !== undefined) selectByLabels(podAffinityTerm, labels);
    }
    for (const term of affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) selectByLabels(term, labels);
  }
  for (const constraint of spec.topologySpreadConstraints ?? []) selectByLabels(constraint, labels);
  takeAppArmorProfiles(spec, annotations);
  defaultWholePodResources(spec);
  if (pod.status !== undefined) pod.status.qosClass = qosClassOf(pod);
}

type Selecting = Pick<PodAffinityTerm, 'matchLabelKeys' | 'mismatchLabelKeys'> & { labelSelector?: LabelSelector };

/** What an update may not bring. What a pod takes as a whole stays when a client that does not know of it leaves it out. */
export function prepareChangedPod({ metadata = {}, spec = {} }: Pod, old: Pod): void {
  if (spec.resources === undefined && old.spec?.resources !== undefined) spec.resources = old.spec.resources;
  dropUnservedFields(spec, old.spec);
  dropInitContainerAnnotations(metadata);
}

/** Pods are selected by the values that this one has of some labels, or by others than those. */
function selectByLabels(selecting: Selecting, labels: { readonly [key: string]: string }): void {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = selecting;
  if (labelSelector === undefined) return;
  const add = (keys: readonly string[], operator: string) => {
    for (const key of keys) {
      const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
      if (value === undefined) continue;
      (labelSelector.matchExpressions ??= []).push({ key, operator, values: [value] });
    }
  };
  add(matchLabelKeys, 'In');
  add(mismatchLabelKeys, 'NotIn');
}

/** An AppArmor profile was an annotation before it was a field. */
function takeAppArmorProfiles(spec: PodSpec, annotations: { readonly [key: string]: string }): void {
  if (spec.os?.name === 'windows') return;
  if (!Object.keys(annotations).some((key) => key.startsWith(appArmorOfContainer))) return;
  const ofPod = spec.securityContext?.appArmorProfile;
  eachContainer(spec, '', (container: Container | EphemeralContainer) => {
    const key = appArmorOfContainer + (container.name ?? '');
    const annotation = Object.hasOwn(annotations, key) ? annotations[key] : undefined;
    if (annotation === undefined || container.securityContext?.appArmorProfile !== undefined) return;
    const profile = profileOf(annotation);
    const isSame = profile?.type === ofPod?.type && profile?.localhostProfile === ofPod?.localhostProfile;
    if (profile !== undefined && !isSame) (container.securityContext ??= {}).appArmorProfile = profile;
  });
}

/** undefined: it says nothing that a field can say. */
function profileOf(annotation: string): AppArmorProfile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  const [, localhostProfile = ''] = /^localhost\/(.*)$/s.exec(annotation) ?? [];
  if (localhostProfile.trim() !== localhostProfile || localhostProfile === '') return undefined;
  return { type: 'Localhost', localhostProfile };
}
