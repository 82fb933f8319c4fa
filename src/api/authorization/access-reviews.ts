import type { AccessAttributes, Authorizer } from '../../machinery/authorizer.ts';
import type { FieldError } from '../../machinery/field-error.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import type { UserInfo } from '../../machinery/request-context.ts';
import { badRequest, invalid } from '../../machinery/status-errors.ts';
import { createOnly } from '../create-only.ts';
import type { SubjectAccessReview, SubjectAccessReviewSpec } from '../types/authorization-v1.generated.ts';
import type { VirtualResource } from '../virtual-resource.ts';
import { validateLocalReview, validateReview, validateSelfReview } from './access-review-validation.ts';
import { selectorProblems } from './review-selectors.ts';

const group = 'authorization.k8s.io';

/** Whoever is asked about. */
const subjectOf = ({ user = '', uid = '', groups = [], extra = {} }: SubjectAccessReviewSpec): UserInfo => ({
  name: user,
  uid,
  groups: groups ?? [],
  extra: extra ?? {},
});

function attributesOf(user: UserInfo, spec: SubjectAccessReviewSpec): AccessAttributes {
  const { resourceAttributes: asked, nonResourceAttributes: other } = spec;
  if (asked === undefined) return { user, verb: other?.verb ?? '', of: { path: other?.path ?? '' } };
  const { verb = '', version = '', resource = '', subresource = '', namespace = '', name = '' } = asked;
  // Who does not say which version asks about all.
  const of = { group: asked.group ?? '', version: version || '*', resource, subresource, namespace, name };
  return { user, verb, of };
}

/** @throws {ApiError} 422, without the kind, as in the original */
function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group, kind: '' }, '', errors);
}

async function answered(object: JsonObject, authorizer: Authorizer, user: UserInfo): Promise<JsonObject> {
  const { spec = {} }: SubjectAccessReview = object;
  const { decision, reason } = await authorizer.authorize(attributesOf(user, spec));
  const problems = selectorProblems(spec.resourceAttributes);
  object['status'] = {
    allowed: decision === 'allow',
    ...(decision === 'deny' && { denied: true }),
    ...(reason !== '' && { reason }),
    ...(problems.length > 0 && { evaluationError: problems.join('; ') }),
  };
  return object;
}

/** `authorization.k8s.io/v1` SubjectAccessReview: whether somebody may do something. */
export const subjectAccessReviews = (authorizer: Authorizer): VirtualResource =>
  createOnly(
    {
      group,
      kind: 'SubjectAccessReview',
      resource: 'subjectaccessreviews',
      singular: 'subjectaccessreview',
      namespaced: false,
    },
    (object) => {
      const sent: SubjectAccessReview = object;
      refuse(validateReview(sent));
      return answered(object, authorizer, subjectOf(sent.spec ?? {}));
    },
  );

/** `authorization.k8s.io/v1` SelfSubjectAccessReview: whether whoever asks may. */
export const selfSubjectAccessReviews = (authorizer: Authorizer): VirtualResource =>
  createOnly(
    {
      group,
      kind: 'SelfSubjectAccessReview',
      resource: 'selfsubjectaccessreviews',
      singular: 'selfsubjectaccessreview',
      namespaced: false,
    },
    (object, _namespace, { user }) => {
      refuse(validateSelfReview(object));
      return answered(object, authorizer, user);
    },
  );

/** `authorization.k8s.io/v1` LocalSubjectAccessReview: whether somebody may do something in this namespace. */
export const localSubjectAccessReviews = (authorizer: Authorizer): VirtualResource =>
  createOnly(
    {
      group,
      kind: 'LocalSubjectAccessReview',
      resource: 'localsubjectaccessreviews',
      singular: 'localsubjectaccessreview',
      namespaced: true,
    },
    (object, namespace) => {
      const sent: SubjectAccessReview = object;
      refuse(validateLocalReview(sent));
      if (namespace === '') throw badRequest('namespace is required on this type: ');
      return answered(object, authorizer, subjectOf(sent.spec ?? {}));
    },
  );
