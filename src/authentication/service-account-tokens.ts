import type { KeyObject } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { goQuote, goQuoteAll } from '../machinery/go-quote.ts';
import type { TokenAnswer, TokenAuthenticator } from '../machinery/token-authenticator.ts';
import type { BoundResource, ObjectClaim, TokenIssuer, TokenWish } from '../machinery/token-issuer.ts';
import { type Claims, ClaimsError, readClaims } from './claims.ts';
import { JsonWebToken, signedToken, type VerifyingKey, verifyingKeyOf } from './json-web-token.ts';
import { invalidToken } from './unknown-tokens.ts';

/** How far clocks may be apart, in seconds. */
const leewaySeconds = 60;

/** An object that a token is bound to, as it is now. */
export interface LiveObject {
  readonly uid: string;
  /** In milliseconds since the epoch. */
  readonly deletedAt: number | undefined;
}

/** Looks up what tokens are bound to. Rejects when that cannot be known. */
export interface BoundObjectLister {
  /** `undefined`: there is none. `namespace`: '' for nodes. */
  get(resource: BoundResource | 'serviceaccounts', namespace: string, name: string): Promise<LiveObject | undefined>;
}

export interface ServiceAccountTokensOptions {
  /** The first signs; tokens of all are taken. At least one. */
  readonly issuers: readonly string[];
  /** Whom those are for that are for this server. At least one. */
  readonly audiences: readonly string[];
  /** undefined: tokens are looked at, and not made. */
  readonly signingKey: KeyObject | undefined;
  /** Public keys, or private ones, which have theirs. */
  readonly keys: readonly KeyObject[];
  readonly objects: BoundObjectLister;
  readonly clock: Clock;
  /** A UUID. */
  readonly newId: () => string;
}

/** Makes the tokens of service accounts, and tells whose they are. */
export class ServiceAccountTokens implements TokenAuthenticator, TokenIssuer {
  readonly #options: ServiceAccountTokensOptions;
  readonly #keys: readonly VerifyingKey[];

  /** @throws {RangeError} for a key of no known kind */
  constructor(options: ServiceAccountTokensOptions) {
    this.#options = options;
    this.#keys = options.keys.map(verifyingKeyOf);
  }

  /** Who asks for no audience asks for the server itself. */
  get audiences(): readonly string[] {
    return this.#options.audiences;
  }

  /** A signed token. @throws {Error} without a key to sign with */
  issue({ namespace, account, bound, audiences, seconds, warnAfterSeconds }: TokenWish): string {
    const { signingKey, issuers, newId } = this.#options;
    if (signingKey === undefined) throw new Error('there is no key to sign tokens with');
    const now = this.#now();
    const { nodes, pods, secrets } = bound;
    return signedToken(signingKey, {
      aud: [...audiences],
      exp: now + seconds,
      iat: now,
      iss: issuers[0] ?? '',
      jti: newId(),
      'kubernetes.io': {
        namespace,
        ...(nodes !== undefined && { node: claimOf(nodes) }),
        ...(pods !== undefined && { pod: claimOf(pods) }),
        ...(secrets !== undefined && { secret: claimOf(secrets) }),
        serviceaccount: claimOf(account),
        ...(warnAfterSeconds !== undefined && { warnafter: now + warnAfterSeconds }),
      },
      nbf: now,
      sub: userNameOf(namespace, account.name),
    });
  }

  async authenticate(token: string, audiences: readonly string[]): Promise<TokenAnswer> {
    const parsed = JsonWebToken.parse(token);
    const issuer = parsed?.issuer;
    if (parsed === undefined || issuer === undefined || !this.#options.issuers.includes(issuer)) return nobody();
    const keys = this.#keys.filter(({ id }) => parsed.keyId === '' || parsed.keyId === id);
    if (keys.length === 0) return nobody('invalid signature, no keys found');
    const wrong = keys.map((key) => parsed.problemWith(key));
    if (!wrong.includes(undefined)) return nobody([...new Set(wrong)].join(', '));
    const claims = claimsOf(parsed);
    if (claims instanceof ClaimsError) return nobody(claims.message);
    return this.#answer(claims, audiences.length === 0 ? this.audiences : audiences);
  }

  async #answer(claims: Claims, wanted: readonly string[]): Promise<TokenAnswer> {
    const own = claims.audiences.length === 0 ? this.audiences : claims.audiences;
    const audiences = wanted.filter((audience) => own.includes(audience));
    if (audiences.length === 0) {
      const [has, asked] = [goQuoteAll(own), goQuoteAll(wanted)];
      return nobody(`token audiences ${has} is invalid for the target audiences ${asked}`);
    }
    const problem = this.#problemWithTimes(claims) ?? (await this.#problemWithObjects(claims));
    return problem === undefined ? { user: userOf(claims), audiences } : nobody(problem);
  }

  #problemWithTimes({ notBefore, expires, issuedAt }: Claims): string | undefined {
    const now = this.#now();
    if (notBefore !== undefined && now + leewaySeconds < notBefore) return 'service account token is not valid yet';
    if (expires !== undefined && now - leewaySeconds > expires) return 'service account token has expired';
    if (issuedAt !== undefined && now + leewaySeconds < issuedAt)
      return 'service account token is issued in the future';
    return undefined;
  }

  /** A token is good for as long as there is everything that it is bound to. */
  async #problemWithObjects({ namespace, account, bound }: Claims): Promise<string | undefined> {
    // Whoever signed it does not know what a service account is.
    if (account.name === '') return 'resource name may not be empty';
    const live = await this.#options.objects.get('serviceaccounts', namespace, account.name);
    if (live === undefined) return `serviceaccounts ${goQuote(account.name)} not found`;
    if (live.uid !== account.uid) return `service account UID (${live.uid}) does not match claim (${account.uid})`;
    if (this.#isGone(live)) return `service account ${namespace}/${account.name} has been deleted`;
    const { secrets, pods, nodes } = bound;
    if (secrets !== undefined) {
      const problem = await this.#problemWith('secrets', namespace, secrets, 'secret UID', 'service account secret');
      if (problem !== undefined) return problem;
    }
    if (pods !== undefined) return this.#problemWith('pods', namespace, pods, 'pod UID', 'service account pod');
    // The node of a pod is only told of.
    if (nodes !== undefined) return this.#problemWith('nodes', '', nodes, 'node UID', 'service account node');
    return undefined;
  }

  async #problemWith(
    resource: BoundResource,
    namespace: string,
    claim: ObjectClaim,
    what: string,
    whose: string,
  ): Promise<string | undefined> {
    const live = await this.#options.objects.get(resource, namespace, claim.name);
    if (live === undefined) return invalidated;
    if (live.uid !== claim.uid) return `${what} (${live.uid}) does not match ${whose} ref claim (${claim.uid})`;
    return this.#isGone(live) ? invalidated : undefined;
  }

  #isGone({ deletedAt }: LiveObject): boolean {
    return deletedAt !== undefined && deletedAt < this.#options.clock.wallTime() - leewaySeconds * 1000;
  }

  /** In seconds since the epoch. */
  #now(): number {
    return Math.floor(this.#options.clock.wallTime() / 1000);
  }
}

const invalidated = 'service account token has been invalidated';

const claimOf = ({ name, uid }: ObjectClaim) => ({ name, ...(uid !== '' && { uid }) });

function claimsOf({ payload }: JsonWebToken): Claims | ClaimsError {
  try {
    return readClaims(payload);
  } catch (error) {
    if (error instanceof ClaimsError) return error;
    throw error;
  }
}

const nobody = (why = ''): TokenAnswer => ({
  user: undefined,
  why: why === '' ? invalidToken : `[${invalidToken}, ${why}]`,
});

const userNameOf = (namespace: string, name: string): string => `system:serviceaccount:${namespace}:${name}`;

function userOf({ namespace, account, bound, id }: Claims) {
  const { pods, nodes } = bound;
  const about = 'authentication.kubernetes.io';
  return {
    name: userNameOf(namespace, account.name),
    uid: account.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    extra: {
      ...(id !== '' && { [`${about}/credential-id`]: [`JTI=${id}`] }),
      ...(nodes !== undefined && { [`${about}/node-name`]: [nodes.name] }),
      ...(nodes !== undefined && nodes.uid !== '' && { [`${about}/node-uid`]: [nodes.uid] }),
      ...(pods !== undefined && { [`${about}/pod-name`]: [pods.name], [`${about}/pod-uid`]: [pods.uid] }),
    },
  };
}
