import type { UserInfo } from './request-context.ts';

/** Who wants to do what: of a resource, or of a path that is none. authorizer.Attributes. */
export interface AccessAttributes {
  readonly user: UserInfo;
  readonly verb: string;
  readonly of: ResourceAccess | { readonly path: string };
}

export interface ResourceAccess {
  readonly group: string;
  /** `*`: nobody said which. */
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  /** '' for the cluster, or for all. */
  readonly namespace: string;
  /** '' for all. */
  readonly name: string;
}

export interface AccessDecision {
  /** Neither: whoever has an opinion decides, and nobody's is a refusal. */
  readonly decision: 'allow' | 'deny' | 'noOpinion';
  /** For people; '' when there is none. */
  readonly reason: string;
}

/** What somebody may do in a namespace, as far as it is known. */
export interface SubjectRules {
  readonly resourceRules: readonly {
    readonly verbs: readonly string[];
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
  readonly nonResourceRules: readonly {
    readonly verbs: readonly string[];
    readonly nonResourceURLs: readonly string[];
  }[];
  /** There may be more. */
  readonly incomplete: boolean;
  /** What stood in the way of knowing all. */
  readonly evaluationError?: string;
}

/** Decides who may do what. */
export interface Authorizer {
  authorize(attributes: AccessAttributes): Promise<AccessDecision>;
  rulesFor(user: UserInfo, namespace: string): Promise<SubjectRules>;
}

/** Why somebody may not be somebody else: what was asked for, and what was said to it. */
export interface ImpersonationRefusal {
  readonly attributes: AccessAttributes;
  readonly reason: string;
}

/** As whom a request goes on. */
export type Impersonation = { readonly user: UserInfo } | { readonly refusal: ImpersonationRefusal };

/** Whether whoever sent a request, `attributes.user`, may be `wanted` for it, and who that then is. */
export type Impersonator = (wanted: UserInfo, attributes: AccessAttributes) => Promise<Impersonation>;
