import type { JsonObject } from '../../machinery/json-value.ts';
import { badRequest } from '../../machinery/status-errors.ts';
import type { TokenAnswer, TokenAuthenticator } from '../../machinery/token-authenticator.ts';
import { createOnly } from '../create-only.ts';
import type { TokenReview } from '../types/authentication-v1.generated.ts';
import type { VirtualResource } from '../virtual-resource.ts';
import { userInfoOf } from './user-info.ts';

/** `authentication.k8s.io/v1` TokenReview: whose a bearer token is. */
export const tokenReviews = (tokens: TokenAuthenticator): VirtualResource =>
  createOnly(
    {
      group: 'authentication.k8s.io',
      kind: 'TokenReview',
      resource: 'tokenreviews',
      singular: 'tokenreview',
      namespaced: false,
    },
    async (object) => {
      const { spec = {} }: TokenReview = object;
      const { token = '', audiences = [] } = spec;
      if (token === '') throw badRequest('token is required for TokenReview in authentication');
      object['status'] = statusOf(await tokens.authenticate(asSent(token), audiences ?? []));
      return object;
    },
  );

/** As it is read from the header of a request, where it would stand behind a space and ends with one. */
const asSent = (token: string): string => token.trimEnd().split(' ', 1)[0] ?? '';

function statusOf(answer: TokenAnswer): JsonObject {
  if (answer.user === undefined) return { user: {}, error: answer.why };
  const { user, audiences } = answer;
  return {
    authenticated: true,
    user: userInfoOf(user),
    ...(audiences.length > 0 && { audiences: [...audiences] }),
  };
}
