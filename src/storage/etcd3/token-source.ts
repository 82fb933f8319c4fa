import type { Answer } from './failure.ts';

/**
 * The token that a password bought, shared by all requests. etcd forgets its tokens when it restarts and when they are
 * not used for some minutes, and says so only when one is used: whoever is told calls `forget`, and asks again.
 */
export class TokenSource {
  readonly #authenticate: () => Promise<Answer<string | undefined>>;
  #pending: Promise<Answer<string | undefined>> | undefined;
  #known: { readonly token: string | undefined } | undefined;

  constructor(authenticate: () => Promise<Answer<string | undefined>>) {
    this.#authenticate = authenticate;
  }

  /** Asks etcd at most once at a time. `undefined`: etcd has authentication switched off. */
  get(): Promise<Answer<string | undefined>> {
    if (this.#pending !== undefined) return this.#pending;
    const pending = this.#authenticate().then((answer) => {
      if ('value' in answer) this.#known = { token: answer.value };
      else if (this.#pending === pending) this.#pending = undefined;
      return answer;
    });
    this.#pending = pending;
    return pending;
  }

  /** Does nothing when `token` has been replaced already. */
  forget(token: string | undefined): void {
    if (this.#known === undefined || this.#known.token !== token) return;
    this.#known = undefined;
    this.#pending = undefined;
  }
}
