import type { AccessAttributes, AccessDecision, Authorizer, SubjectRules } from '../machinery/authorizer.ts';
import type { UserInfo } from '../machinery/request-context.ts';

/** With what its reasons begin where nobody allows what was asked for. */
export interface NamedAuthorizer {
  readonly name: string;
  readonly authorizer: Authorizer;
}

/** One after the other: who first has an opinion decides. Nobody's is a refusal, for the reasons of all of them. */
export class AuthorizerChain implements Authorizer {
  readonly #chain: readonly NamedAuthorizer[];

  constructor(chain: readonly NamedAuthorizer[]) {
    this.#chain = chain;
  }

  async authorize(attributes: AccessAttributes): Promise<AccessDecision> {
    const reasons: string[] = [];
    for (const { name, authorizer } of this.#chain) {
      const decision = await authorizer.authorize(attributes);
      if (decision.decision !== 'noOpinion') return decision;
      if (decision.reason !== '') reasons.push(`${name}: ${decision.reason}`);
    }
    return { decision: 'noOpinion', reason: reasons.join('\n') };
  }

  async rulesFor(user: UserInfo, namespace: string): Promise<SubjectRules> {
    const all = await Promise.all(this.#chain.map(({ authorizer }) => authorizer.rulesFor(user, namespace)));
    const problems = all.flatMap(({ evaluationError }) => (evaluationError === undefined ? [] : [evaluationError]));
    return {
      resourceRules: all.flatMap(({ resourceRules }) => resourceRules),
      nonResourceRules: all.flatMap(({ nonResourceRules }) => nonResourceRules),
      incomplete: all.some(({ incomplete }) => incomplete),
      ...(problems.length > 0 && { evaluationError: problems.join(', ') }),
    };
  }
}
