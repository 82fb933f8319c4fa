import type { Authorizer } from '../../machinery/authorizer.ts';
import type { VirtualResource } from '../virtual-resource.ts';
import { localSubjectAccessReviews, selfSubjectAccessReviews, subjectAccessReviews } from './access-reviews.ts';
import { selfSubjectRulesReviews } from './self-subject-rules-reviews.ts';

/** What `authorization.k8s.io` serves. */
export const authorizationGroup = (authorizer: Authorizer): readonly VirtualResource[] => [
  localSubjectAccessReviews(authorizer),
  selfSubjectAccessReviews(authorizer),
  selfSubjectRulesReviews(authorizer),
  subjectAccessReviews(authorizer),
];
