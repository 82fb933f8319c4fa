import type { TokenAuthenticator } from '../machinery/token-authenticator.ts';

/** What is said of a token that nobody knows. */
export const invalidToken = 'invalid bearer token';

/** Without a key no token is anybody's. */
export const unknownTokens: TokenAuthenticator = {
  authenticate: async () => ({ user: undefined, why: invalidToken }),
};
