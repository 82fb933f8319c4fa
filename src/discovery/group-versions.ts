import type { Served } from '../api/served-version.ts';

/** The resources of one version of a group, in their order. */
export interface VersionResources {
  readonly version: string;
  readonly resources: readonly Served[];
}

export interface GroupResources {
  /** '' for the core group. */
  readonly group: string;
  /** The preferred one first. */
  readonly versions: readonly VersionResources[];
}

/** Rows by group and version, each in the order in which it first appears: the table's order is the order of preference. */
export function groupVersions(resources: readonly Served[]): readonly GroupResources[] {
  const groups = new Map<string, Map<string, Served[]>>();
  for (const served of resources) {
    const versions = groups.get(served.group) ?? new Map<string, Served[]>();
    groups.set(served.group, versions);
    const sameVersion = versions.get(served.version) ?? [];
    versions.set(served.version, sameVersion);
    sameVersion.push(served);
  }
  return [...groups].map(([group, versions]) => ({
    group,
    versions: [...versions].map(([version, sameVersion]) => ({ version, resources: sameVersion })),
  }));
}
