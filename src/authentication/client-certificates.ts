import { createHash, X509Certificate } from 'node:crypto';
import { DerError, derSequence, derValue } from '../machinery/der.ts';
import {
  commonName,
  derPartsOf,
  type NameAttribute,
  nameAttributes,
  organization,
} from '../machinery/distinguished-name.ts';
import {
  type Authentication,
  type Credentials,
  nobodyKnown,
  type PresentedCertificate,
  type RequestAuthenticator,
} from '../machinery/request-authenticator.ts';
import type { UserInfo } from '../machinery/request-context.ts';

/** Longer chains lead nowhere: as OpenSSL by default. */
const maxChain = 100;
/** 1.3.6.1.4.1.57683.2 */
const uidType = '2b0601040183c25302';
const explicitVersion = 0xa0;

/** What a certificate says of whom it is about. */
export interface CertifiedUser {
  /** '' when it has none. */
  readonly commonName: string;
  readonly user: UserInfo;
}

/** One certificate on the way to an authority, and those authorities that signed it. */
interface Step {
  readonly certificate: X509Certificate;
  readonly roots: readonly X509Certificate[];
}

/** Those who sign the certificates of clients: what they are known by. */
export class ClientAuthorities {
  readonly #roots: readonly X509Certificate[];
  readonly #now: () => number;
  /** Signatures are looked at once for each connection: at its next request only the time is another one. */
  readonly #known = new WeakMap<PresentedCertificate, readonly Step[]>();

  /** `now`: milliseconds since the epoch. */
  constructor(roots: readonly X509Certificate[], now: () => number) {
    this.#roots = roots;
    this.#now = now;
  }

  /**
   * Who it is about; `undefined` when none of these authorities signed it. TLS has looked at signatures, uses and
   * constraints when the client connected; that was for all authorities that clients are asked for, and then.
   * @throws {DerError}
   */
  certified(presented: PresentedCertificate): CertifiedUser | undefined {
    const steps = this.#known.get(presented) ?? this.#stepsOf(presented);
    this.#known.set(presented, steps);
    const [leaf] = steps;
    return leaf !== undefined && this.#leadsHere(steps) ? certifiedUser(leaf.certificate.raw) : undefined;
  }

  /** Nothing of what TLS does not trust. */
  #stepsOf({ chain, trusted }: PresentedCertificate): readonly Step[] {
    if (!trusted) return [];
    const [leaf, ...others] = chain.slice(0, maxChain).map((der) => new X509Certificate(der));
    const steps: Step[] = [];
    for (let current = leaf; current !== undefined && steps.length < maxChain; ) {
      const certificate = current;
      steps.push({ certificate, roots: this.#roots.filter((root) => isIssuedBy(certificate, root)) });
      current = others.find((other) => other !== certificate && isIssuedBy(certificate, other));
    }
    return steps;
  }

  #leadsHere(steps: readonly Step[]): boolean {
    for (const { certificate, roots } of steps) {
      if (!this.#isTimely(certificate)) return false;
      if (roots.some((root) => this.#isTimely(root))) return true;
    }
    return false;
  }

  #isTimely({ validFrom, validTo }: X509Certificate): boolean {
    const now = this.#now();
    return Date.parse(validFrom) <= now && now <= Date.parse(validTo);
  }
}

const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

/** @throws {DerError} */
function certifiedUser(der: Buffer): CertifiedUser {
  const subject = subjectOf(der);
  const valuesOf = (type: string) => subject.flatMap((one) => (one.type === type ? [one.value] : []));
  const name = valuesOf(commonName).at(-1) ?? '';
  const uids = valuesOf(uidType);
  if (uids.length > 1) throw new DerError(`expected 1 UID, but found multiple: ${uids.join(' ')}`);
  if (uids[0] === '') throw new DerError('UID cannot be an empty string');
  const fingerprint = createHash('sha256').update(der).digest('hex');
  const extra = { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint}`] };
  return { commonName: name, user: { name, uid: uids[0] ?? '', groups: valuesOf(organization), extra } };
}

function subjectOf(der: Buffer): readonly NameAttribute[] {
  const [signed] = derPartsOf(derValue(der), derSequence);
  const parts = derPartsOf(signed, derSequence);
  if (parts[0]?.tag === explicitVersion) parts.shift();
  // Serial number, algorithm, issuer and validity stand before it.
  return nameAttributes(parts[4]);
}

/** Whoever connects with a certificate of one of these authorities is whom it is about. */
export class ClientCertificates implements RequestAuthenticator {
  readonly #authorities: ClientAuthorities;

  constructor(authorities: ClientAuthorities) {
    this.#authorities = authorities;
  }

  async authenticate({ certificate }: Credentials): Promise<Authentication> {
    if (certificate === undefined) return nobodyKnown;
    try {
      const certified = this.#authorities.certified(certificate);
      if (certified === undefined) return { user: undefined, why: 'x509: certificate signed by unknown authority' };
      return certified.commonName === '' ? nobodyKnown : { user: certified.user };
    } catch (error) {
      if (error instanceof Error) return { user: undefined, why: error.message };
      throw error;
    }
  }
}
