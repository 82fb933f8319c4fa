import type { Authentication, Credentials, RequestAuthenticator } from '../machinery/request-authenticator.ts';
import type { UserInfo } from '../machinery/request-context.ts';

const authenticated = 'system:authenticated';
const unauthenticated = 'system:unauthenticated';

/** Who shows nothing, where that is allowed. */
const anonymous: UserInfo = { name: 'system:anonymous', uid: '', groups: [unauthenticated], extra: {} };

/**
 * Whoever is the first to know who it is. Who shows something that is wrong is refused, even where who shows nothing is
 * let in as anonymous.
 */
export class AuthenticatorUnion implements RequestAuthenticator {
  readonly #authenticators: readonly RequestAuthenticator[];
  readonly #allowsAnonymous: boolean;

  constructor(authenticators: readonly RequestAuthenticator[], allowsAnonymous: boolean) {
    this.#authenticators = authenticators;
    this.#allowsAnonymous = allowsAnonymous;
  }

  async authenticate(credentials: Credentials): Promise<Authentication> {
    const problems: string[] = [];
    for (const authenticator of this.#authenticators) {
      const answer = await authenticator.authenticate(credentials);
      if (answer.user !== undefined) return { user: withGroupOfAll(answer.user) };
      if (answer.why !== '') problems.push(answer.why);
    }
    if (problems.length > 0) return { user: undefined, why: problems.join(', ') };
    return this.#allowsAnonymous ? { user: anonymous } : { user: undefined, why: 'no credentials' };
  }
}

const withGroupOfAll = (user: UserInfo): UserInfo =>
  user.groups.includes(authenticated) || user.groups.includes(unauthenticated)
    ? user
    : { ...user, groups: [...user.groups, authenticated] };
