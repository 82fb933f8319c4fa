import type { Authorizer } from '../../machinery/authorizer.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { badRequest } from '../../machinery/status-errors.ts';
import { createOnly } from '../create-only.ts';
import type { SelfSubjectRulesReview } from '../types/authorization-v1.generated.ts';
import type { VirtualResource } from '../virtual-resource.ts';

/** `authorization.k8s.io/v1` SelfSubjectRulesReview: what whoever asks may do in a namespace. */
export const selfSubjectRulesReviews = (authorizer: Authorizer): VirtualResource =>
  createOnly(
    {
      group: 'authorization.k8s.io',
      kind: 'SelfSubjectRulesReview',
      resource: 'selfsubjectrulesreviews',
      singular: 'selfsubjectrulesreview',
      namespaced: false,
    },
    async (object, _namespace, { user }) => {
      const { spec = {} }: SelfSubjectRulesReview = object;
      const { namespace = '' } = spec;
      if (namespace === '') throw badRequest('no namespace on request');
      const known = await authorizer.rulesFor(user, namespace);
      const { resourceRules, nonResourceRules, incomplete, evaluationError } = known;
      const listed = (rules: readonly Readonly<Record<string, readonly string[] | undefined>>[]) =>
        rules.map(
          (rule): JsonObject =>
            Object.fromEntries(
              Object.entries(rule).flatMap(([field, values]) => (values === undefined ? [] : [[field, [...values]]])),
            ),
        );
      return {
        metadata: {},
        spec: {},
        status: {
          resourceRules: listed(resourceRules),
          nonResourceRules: listed(nonResourceRules),
          incomplete,
          ...(evaluationError !== undefined && { evaluationError }),
        },
      };
    },
  );
