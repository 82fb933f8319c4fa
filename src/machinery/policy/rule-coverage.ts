import type { PolicyRule } from './policy-rule.ts';

/** Of one verb, for one resource of one group and at most one name of it, or for one path. */
export interface SmallestRule {
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
  verbs: string[];
}

/** What `rules` allow and `by` do not: as Kubernetes compares rules when it adds what is missing, or looks who may give what. */
export function uncoveredRules(rules: readonly PolicyRule[], by: readonly PolicyRule[]): readonly SmallestRule[] {
  return rules.flatMap(brokenDown).filter((rule) => !by.some((other) => covers(other, rule)));
}

function brokenDown(rule: PolicyRule): readonly SmallestRule[] {
  const [apiGroups, resources, verbs] = [rule.apiGroups ?? [], rule.resources ?? [], rule.verbs ?? []];
  const [resourceNames, nonResourceURLs] = [rule.resourceNames ?? [], rule.nonResourceURLs ?? []];
  const names = resourceNames.length === 0 ? [{}] : resourceNames.map((name) => ({ resourceNames: [name] }));
  return [
    ...apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) =>
          names.map((named) => ({ apiGroups: [group], resources: [resource], verbs: [verb], ...named })),
        ),
      ),
    ),
    ...nonResourceURLs.flatMap((url) => verbs.map((verb) => ({ nonResourceURLs: [url], verbs: [verb] }))),
  ];
}

function covers(other: PolicyRule, rule: SmallestRule): boolean {
  const [resources, urls, names] = [other.resources ?? [], other.nonResourceURLs ?? [], other.resourceNames ?? []];
  const wantedNames = rule.resourceNames ?? [];
  return (
    hasEach(other.verbs, rule.verbs) &&
    hasEach(other.apiGroups, rule.apiGroups) &&
    (rule.resources ?? []).every((resource) => hasResource(resources, resource)) &&
    (rule.nonResourceURLs ?? []).every((url) => urls.some((pattern) => isUrlOf(url, pattern))) &&
    // Of all names: covered by what is said of all names alone.
    (names.length === 0 || (wantedNames.length > 0 && hasAll(names, wantedNames)))
  );
}

type Listed = readonly string[] | null | undefined;

const hasAll = (list: Listed, wanted: Listed): boolean => (wanted ?? []).every((one) => list?.includes(one) === true);

const hasEach = (list: Listed, wanted: Listed): boolean => list?.includes('*') === true || hasAll(list, wanted);

/** A subresource may also be that of every resource: `*` + `/scale`. */
function hasResource(list: readonly string[], resource: string): boolean {
  const slash = resource.indexOf('/');
  return list.includes('*') || list.includes(resource) || (slash !== -1 && list.includes(`*${resource.slice(slash)}`));
}

const isUrlOf = (url: string, pattern: string): boolean =>
  url === pattern || (pattern.endsWith('*') && url.startsWith(pattern.replace(/\*+$/, '')));
