import { stringsAt, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';

/** Requests of some kind, as a rule of a webhook or a policy names them. */
export interface AdmissionRule {
  readonly operations: readonly string[];
  readonly groups: readonly string[];
  readonly versions: readonly string[];
  /** `pods`, `pods/status`, `*`, `*` + `/scale`, `*` + `/` + `*`. */
  readonly resources: readonly string[];
  /** Of objects; none: whatever they are called. */
  readonly names: readonly string[];
  /** `Cluster`, `Namespaced` or `*`. */
  readonly scope: string;
}

export const readRule = (rule: JsonObject): AdmissionRule => ({
  operations: stringsAt(rule, 'operations'),
  groups: stringsAt(rule, 'apiGroups'),
  versions: stringsAt(rule, 'apiVersions'),
  resources: stringsAt(rule, 'resources'),
  names: stringsAt(rule, 'resourceNames'),
  scope: textAt(rule, 'scope') || '*',
});

/** What a rule is held against. */
export interface RuleSubject {
  readonly operation: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** Of a namespace itself its own name. '' for anything else of the cluster. */
  readonly namespace: string;
}

/** Whether a rule is about a request. */
export const ruleMatches = (rule: AdmissionRule, subject: RuleSubject): boolean =>
  isInScope(rule.scope, subject) &&
  hasOrAll(rule.operations, subject.operation) &&
  hasOrAll(rule.groups, subject.group) &&
  hasOrAll(rule.versions, subject.version) &&
  (rule.names.length === 0 || rule.names.includes(subject.name)) &&
  rule.resources.some((pattern) => isResourceOf(pattern, subject));

const hasOrAll = (list: readonly string[], wanted: string): boolean => list.includes('*') || list.includes(wanted);

function isInScope(scope: string, { group, resource, namespace }: RuleSubject): boolean {
  if (scope === '*') return true;
  const isOfCluster = namespace === '' || (group === '' && resource === 'namespaces');
  return scope === 'Cluster' ? isOfCluster : scope === 'Namespaced' && !isOfCluster;
}

/** `*` alone is for resources without their subresources. */
function isResourceOf(pattern: string, { resource, subresource }: RuleSubject): boolean {
  const slash = pattern.indexOf('/');
  const [own, sub] = slash === -1 ? [pattern, ''] : [pattern.slice(0, slash), pattern.slice(slash + 1)];
  return (own === '*' || own === resource) && (sub === '*' || sub === subresource);
}
