import type { TokenAuthenticator } from '../../machinery/token-authenticator.ts';
import type { VirtualResource } from '../virtual-resource.ts';
import { selfSubjectReviews } from './self-subject-reviews.ts';
import { tokenReviews } from './token-reviews.ts';

export interface AuthenticationGroupOptions {
  readonly tokens: TokenAuthenticator;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
}

/** What `authentication.k8s.io` serves. */
export const authenticationGroup = ({ tokens, now }: AuthenticationGroupOptions): readonly VirtualResource[] => [
  selfSubjectReviews(now),
  tokenReviews(tokens),
];
