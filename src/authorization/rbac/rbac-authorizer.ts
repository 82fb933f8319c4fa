import type { AccessAttributes, AccessDecision, Authorizer, SubjectRules } from '../../machinery/authorizer.ts';
import { joinedProblems, missingRole, type RoleReference } from '../../machinery/policy/policy-rule.ts';
import type { UserInfo } from '../../machinery/request-context.ts';
import type { PolicyIndex } from './policy-index.ts';
import { describeBinding, keysOfUser } from './role-binding.ts';
import { ruleAllows } from './rule-match.ts';

/** Who may do what by roles and who has them: kube-apiserver's `--authorization-mode=RBAC`. It allows, and never denies. */
export class RbacAuthorizer implements Authorizer {
  readonly #policy: PolicyIndex;

  constructor(policy: PolicyIndex) {
    this.#policy = policy;
  }

  async authorize(attributes: AccessAttributes): Promise<AccessDecision> {
    const { user, of } = attributes;
    const keys = keysOfUser(user);
    const problems: string[] = [];
    for (const grant of this.#policy.grantsTo(keys, 'path' in of ? '' : of.namespace)) {
      if ('missing' in grant) problems.push(inTheWordsOfAuthorizers(grant.missing));
      else if (grant.rules.some((rule) => ruleAllows(rule, attributes))) {
        return { decision: 'allow', reason: `RBAC: allowed by ${describeBinding(grant.binding, keys)}` };
      }
    }
    return { decision: 'noOpinion', reason: problems.length === 0 ? '' : `RBAC: ${joinedProblems(problems)}` };
  }

  async rulesFor(user: UserInfo, namespace: string): Promise<SubjectRules> {
    const { rules, missing } = this.#policy.rulesOf(user, namespace);
    return {
      resourceRules: rules
        .filter(({ resources }) => (resources ?? []).length > 0)
        .map(({ verbs, apiGroups, resources, resourceNames }) => ({
          verbs: verbs ?? [],
          apiGroups: apiGroups ?? [],
          resources: resources ?? [],
          ...(resourceNames != null && resourceNames.length > 0 && { resourceNames }),
        })),
      nonResourceRules: rules
        .filter(({ nonResourceURLs }) => (nonResourceURLs ?? []).length > 0)
        .map(({ verbs, nonResourceURLs }) => ({ verbs: verbs ?? [], nonResourceURLs: nonResourceURLs ?? [] })),
      incomplete: false,
      ...(missing.length > 0 && { evaluationError: joinedProblems(missing.map(inTheWordsOfAuthorizers)) }),
    };
  }
}

const inTheWordsOfAuthorizers = (role: RoleReference): string => missingRole(role, role.kind.toLowerCase());
