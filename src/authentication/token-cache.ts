import type { Clock } from '../base/clock.ts';
import type { TokenAnswer, TokenAuthenticator } from '../machinery/token-authenticator.ts';
import { digestOf } from './static-tokens.ts';

/** As long as kube-apiserver: so long may a token be taken that has just been revoked. */
const goodForMs = 10_000;
/** Some 300 bytes each, beside whom it is about. */
const maxTokens = 16_384;

interface Known {
  readonly answer: TokenAnswer;
  readonly until: number;
}

/**
 * Whose a token is, remembered for a moment: to look at a signature and at all that a token is bound to costs more than
 * most requests. Only what was good is kept, so that a token that becomes good is good at once. Beyond the bound the ones
 * that were asked for longest ago are forgotten.
 */
export class TokenCache implements TokenAuthenticator {
  readonly #tokens: TokenAuthenticator;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #known = new Map<string, Known>();

  constructor(tokens: TokenAuthenticator, clock: Pick<Clock, 'now'>) {
    this.#tokens = tokens;
    this.#clock = clock;
  }

  async authenticate(token: string, audiences: readonly string[]): Promise<TokenAnswer> {
    const key = audiences.length === 0 ? digestOf(token) : `${digestOf(token)} ${JSON.stringify(audiences)}`;
    const known = this.#known.get(key);
    if (known !== undefined && known.until > this.#clock.now()) return known.answer;
    const answer = await this.#tokens.authenticate(token, audiences);
    this.#known.delete(key);
    if (answer.user !== undefined) {
      this.#known.set(key, { answer, until: this.#clock.now() + goodForMs });
      if (this.#known.size > maxTokens) this.#known.delete(this.#known.keys().next().value ?? '');
    }
    return answer;
  }
}
