import type { TokenAnswer, TokenAuthenticator } from '../machinery/token-authenticator.ts';
import { invalidToken } from './unknown-tokens.ts';

/** Whoever knows a token first. */
export class TokenUnion implements TokenAuthenticator {
  readonly #authenticators: readonly TokenAuthenticator[];

  constructor(authenticators: readonly TokenAuthenticator[]) {
    this.#authenticators = authenticators;
  }

  async authenticate(token: string, audiences: readonly string[]): Promise<TokenAnswer> {
    let why = invalidToken;
    for (const authenticator of this.#authenticators) {
      const answer = await authenticator.authenticate(token, audiences);
      if (answer.user !== undefined) return answer;
      // That a token is not one's own says nothing.
      if (answer.why !== invalidToken) why = answer.why;
    }
    return { user: undefined, why };
  }
}
