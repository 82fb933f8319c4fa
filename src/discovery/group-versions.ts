import type { ResourceRow } from '../api/resource-row.ts';

/** The rows of one version of a group, in their order. */
export interface VersionRows {
  readonly version: string;
  readonly rows: readonly ResourceRow[];
}

export interface GroupRows {
  /** '' for the core group. */
  readonly group: string;
  /** The preferred one first. */
  readonly versions: readonly VersionRows[];
}

/** Rows by group and version, each in the order in which it first appears: the table's order is the order of preference. */
export function groupVersions(rows: readonly ResourceRow[]): readonly GroupRows[] {
  const groups = new Map<string, Map<string, ResourceRow[]>>();
  for (const row of rows) {
    const versions = groups.get(row.group) ?? new Map<string, ResourceRow[]>();
    groups.set(row.group, versions);
    const sameVersion = versions.get(row.version) ?? [];
    versions.set(row.version, sameVersion);
    sameVersion.push(row);
  }
  return [...groups].map(([group, versions]) => ({
    group,
    versions: [...versions].map(([version, sameVersion]) => ({ version, rows: sameVersion })),
  }));
}
