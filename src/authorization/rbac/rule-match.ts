import type { AccessAttributes, ResourceAccess } from '../../machinery/authorizer.ts';
import type { PolicyRule } from '../../machinery/policy/policy-rule.ts';

type Listed = readonly string[] | null | undefined;

/** Whether this rule alone lets it be done. */
export function ruleAllows(rule: PolicyRule, { verb, of }: AccessAttributes): boolean {
  if (!hasOrAll(rule.verbs, verb)) return false;
  if ('path' in of) return (rule.nonResourceURLs ?? []).some((pattern) => isPathOf(of.path, pattern));
  return hasOrAll(rule.apiGroups, of.group) && hasResource(rule.resources, of) && hasName(rule.resourceNames, of.name);
}

const hasOrAll = (list: Listed, wanted: string): boolean => list?.some((one) => one === '*' || one === wanted) === true;

/** `pods`, `pods/log`, `*` for all, or that subresource of all: `*` + `/log`. */
function hasResource(list: Listed, { resource, subresource }: ResourceAccess): boolean {
  const wanted = subresource === '' ? resource : `${resource}/${subresource}`;
  return (
    list?.some((one) => one === '*' || one === wanted || (subresource !== '' && one === `*/${subresource}`)) === true
  );
}

/** Who asks for no name, as in a list, is not allowed by a rule about names. */
const hasName = (list: Listed, name: string): boolean => list == null || list.length === 0 || list.includes(name);

const isPathOf = (path: string, pattern: string): boolean =>
  pattern === '*' || pattern === path || (pattern.endsWith('*') && path.startsWith(withoutEndStars(pattern)));

/** A loop: an expression would look at a row of stars in the middle once for each of them. */
function withoutEndStars(pattern: string): string {
  let end = pattern.length;
  while (pattern[end - 1] === '*') end--;
  return pattern.slice(0, end);
}
