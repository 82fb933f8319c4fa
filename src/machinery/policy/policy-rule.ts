import { goQuote, goQuoteAll } from '../go-quote.ts';

/** What a role lets do. rbac.PolicyRule: what is absent or null is empty. */
export interface PolicyRule {
  readonly verbs?: readonly string[] | null;
  readonly apiGroups?: readonly string[] | null;
  readonly resources?: readonly string[] | null;
  readonly resourceNames?: readonly string[] | null;
  readonly nonResourceURLs?: readonly string[] | null;
}

/** Whose rules somebody is given. rbac.RoleRef. */
export interface RoleReference {
  readonly kind: string;
  readonly name: string;
}

/** Somebody's rules, and the roles that he is given and that are not there. */
export interface KnownRules {
  readonly rules: readonly PolicyRule[];
  readonly missing: readonly RoleReference[];
}

/** Looks up what roles let people do, as of now. */
export interface RoleResolver {
  /** All that this user may do in a namespace; '' for what he may in the whole cluster. */
  rulesOf(user: { readonly name: string; readonly groups: readonly string[] }, namespace: string): KnownRules;
  /** undefined: there is no such role. `namespace`: of the binding that refers to it. */
  rulesOfRole(role: RoleReference, namespace: string): readonly PolicyRule[] | undefined;
}

/** Why the rules of a role are not known. `resource`: as which it was looked for. */
export const missingRole = ({ kind, name }: RoleReference, resource: string): string =>
  kind === 'Role' || kind === 'ClusterRole'
    ? `${resource}.rbac.authorization.k8s.io ${goQuote(name)} not found`
    : `unsupported role reference kind: ${goQuote(kind)}`;

/** Each once: `a`, or `[a, b]`. */
export function joinedProblems(problems: readonly string[]): string {
  const texts = [...new Set(problems)];
  return texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
}

/** As Go prints it where somebody is told which rights he lacks. */
export const describeRule = (rule: PolicyRule): string => {
  const parts = (
    [
      ['APIGroups', rule.apiGroups],
      ['Resources', rule.resources],
      ['NonResourceURLs', rule.nonResourceURLs],
      ['ResourceNames', rule.resourceNames],
      ['Verbs', rule.verbs],
    ] as const
  ).flatMap(([name, values]) => (values == null || values.length === 0 ? [] : [`${name}:${goQuoteAll(values)}`]));
  return `{${parts.join(', ')}}`;
};
