import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** What a TLS listener serves with, and what its clients check it by. All PEM. */
export interface ServingCertificate {
  /** The leaf, then what leads to its authority. */
  readonly certificate: string;
  readonly privateKey: string;
  /** What goes into a kubeconfig. */
  readonly authority: string;
}

const dayMs = 86_400_000;

/** A certificate is replaced when it has less than this to live: no server is that long without a restart or a check. */
const renewBeforeMs = 30 * dayMs;

interface ParsedPair {
  readonly certificate: X509Certificate;
  readonly privateKey: KeyObject;
}

/** undefined when either is not PEM, or not what it should be. */
function parse(certificate: string, privateKey: string): ParsedPair | undefined {
  try {
    return { certificate: new X509Certificate(certificate), privateKey: createPrivateKey(privateKey) };
  } catch (error) {
    if (error instanceof Error) return undefined; // OpenSSL has many codes for this, and all mean the same here.
    throw error;
  }
}

const isFor = (certificate: X509Certificate, name: string): boolean =>
  (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;

/** True when the authority can still sign a leaf that is to live on past the next renewal. */
export function isUsableAuthority(certificate: string, privateKey: string, nowMs: number): boolean {
  const authority = parse(certificate, privateKey);
  return (
    authority !== undefined &&
    authority.certificate.ca &&
    authority.certificate.checkPrivateKey(authority.privateKey) &&
    Date.parse(authority.certificate.validTo) - nowMs > renewBeforeMs
  );
}

/** True when the leaf is the authority's, is for every one of `names`, fits its key, and is not about to expire. */
export function isUsableLeaf(
  leaf: { readonly certificate: string; readonly privateKey: string },
  authority: string,
  names: readonly string[],
  nowMs: number,
): boolean {
  const parsed = parse(leaf.certificate, leaf.privateKey);
  if (parsed === undefined) return false;
  const { certificate, privateKey } = parsed;
  const issuer = new X509Certificate(authority);
  return (
    certificate.checkIssued(issuer) &&
    certificate.verify(issuer.publicKey) &&
    certificate.checkPrivateKey(privateKey) &&
    names.every((name) => isFor(certificate, name)) &&
    Date.parse(certificate.validFrom) <= nowMs &&
    Date.parse(certificate.validTo) - nowMs > renewBeforeMs
  );
}
