import type { PolicyRule } from '../api/types/rbac-v1.generated.ts';

/**
 * What `rules` allow and `by` do not, in rules of one verb each, for one resource of one group, one name of it, or one path.
 * As Kubernetes compares the rules of roles when it adds what is missing in one.
 */
export function uncoveredRules(rules: readonly PolicyRule[], by: readonly PolicyRule[]): readonly PolicyRule[] {
  return rules.flatMap(brokenDown).filter((rule) => !by.some((other) => covers(other, rule)));
}

function brokenDown(rule: PolicyRule): readonly PolicyRule[] {
  const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const verbs = rule.verbs ?? [];
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

/** `rule`: one that was broken down. */
function covers(other: PolicyRule, rule: PolicyRule): boolean {
  const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = other;
  return (
    hasEach(other.verbs ?? [], rule.verbs) &&
    hasEach(apiGroups, rule.apiGroups) &&
    (rule.resources ?? []).every((resource) => hasResource(resources, resource)) &&
    (rule.nonResourceURLs ?? []).every((url) => nonResourceURLs.some((pattern) => isUrlOf(url, pattern))) &&
    // Of all names: covered by what is said of all names alone.
    (resourceNames.length === 0 || ((rule.resourceNames ?? []).length > 0 && hasAll(resourceNames, rule.resourceNames)))
  );
}

const hasAll = (list: readonly string[], wanted: readonly string[] = []): boolean =>
  wanted.every((one) => list.includes(one));

const hasEach = (list: readonly string[], wanted: readonly string[] | null | undefined): boolean =>
  list.includes('*') || hasAll(list, wanted ?? []);

/** A subresource may also be that of every resource: `*` + `/scale`. */
function hasResource(list: readonly string[], resource: string): boolean {
  const slash = resource.indexOf('/');
  return list.includes('*') || list.includes(resource) || (slash !== -1 && list.includes(`*${resource.slice(slash)}`));
}

const isUrlOf = (url: string, pattern: string): boolean =>
  url === pattern || (pattern.endsWith('*') && url.startsWith(pattern.replace(/\*+$/, '')));
