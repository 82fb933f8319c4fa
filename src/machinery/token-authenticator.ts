import type { UserInfo } from './request-context.ts';

/** Whose a bearer token is; or why it is nobody's. */
export type TokenAnswer =
  | { readonly user: UserInfo; readonly audiences: readonly string[] }
  | { readonly user: undefined; readonly why: string };

/** Tells whose a bearer token is. */
export interface TokenAuthenticator {
  /** `audiences`: who asks; the token must be for one of them. None: the server itself. */
  authenticate(token: string, audiences: readonly string[]): Promise<TokenAnswer>;
}
