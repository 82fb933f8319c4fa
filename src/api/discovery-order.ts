import type { Served } from './served-version.ts';

/** The groups that Kubernetes itself has, as discovery lists them; all others follow, by name. */
export const kubernetesGroups: readonly string[] = [
  '',
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'storagemigration.k8s.io',
];

const placeOf = (group: string): number => {
  const place = kubernetesGroups.indexOf(group);
  return place === -1 ? kubernetesGroups.length : place;
};

const stage = (text: string | undefined): number => (text === undefined ? 2 : text === 'beta' ? 1 : 0);

/** Kubernetes' order of versions, the preferred first: stable before beta before alpha, newer before older, then by name. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [a, b].map((text) => /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(text));
  if (!one || !other) return one ? -1 : other ? 1 : compareText(a, b);
  return (
    stage(other[2]) - stage(one[2]) || Number(other[1]) - Number(one[1]) || Number(other[3] ?? 0) - Number(one[3] ?? 0)
  );
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By group, version and name, as discovery lists them. */
export const inDiscoveryOrder = <T extends Served>(versions: Iterable<T>): readonly T[] =>
  [...versions].sort(
    (a, b) =>
      placeOf(a.group) - placeOf(b.group) ||
      compareText(a.group, b.group) ||
      compareVersions(a.version, b.version) ||
      compareText(a.resource, b.resource),
  );
