import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { CertificateRequest } from '../../machinery/certificate-request.ts';

/** How requests are signed, by the identifier of the algorithm: with which kind of key, over which hash. */
const algorithms: Readonly<Record<string, { readonly key: 'rsa' | 'ec' | 'ed25519'; readonly hash: string | null }>> = {
  '2a864886f70d010105': { key: 'rsa', hash: 'sha1' },
  '2a864886f70d01010b': { key: 'rsa', hash: 'sha256' },
  '2a864886f70d01010c': { key: 'rsa', hash: 'sha384' },
  '2a864886f70d01010d': { key: 'rsa', hash: 'sha512' },
  '2a8648ce3d0401': { key: 'ec', hash: 'sha1' },
  '2a8648ce3d040302': { key: 'ec', hash: 'sha256' },
  '2a8648ce3d040303': { key: 'ec', hash: 'sha384' },
  '2a8648ce3d040304': { key: 'ec', hash: 'sha512' },
  '2b6570': { key: 'ed25519', hash: null },
};

/** It is known, and nothing signed with it is believed. */
const md5 = '2a864886f70d010104';

/** RSA-PSS says in its parameters which hash it is over. There is one form of them, with as much salt as hash, that is known. */
const pss = '2a864886f70d01010a';
const pssParameters = (hash: string, saltBytes: number): string => {
  const algorithm = `300d0609${hash}0500`;
  const salt = saltBytes.toString(16);
  return `3034a00f${algorithm}a11c301a06092a864886f70d010108${algorithm}a2030201${salt}`;
};
const pssHashes: Readonly<Record<string, string>> = {
  [pssParameters('608648016503040201', 32)]: 'sha256',
  [pssParameters('608648016503040202', 48)]: 'sha384',
  [pssParameters('608648016503040203', 64)]: 'sha512',
};

const failures = {
  rsa: 'crypto/rsa: verification error',
  ec: 'x509: ECDSA verification failure',
  ed25519: 'x509: Ed25519 verification failure',
} as const;

const unsupported = 'x509: cannot verify signature: algorithm unimplemented';

/** Why the signature is not that of who has the key; undefined: it is. */
export function wrongSignature(request: CertificateRequest): string | undefined {
  const { algorithm, signed, signature } = request;
  if (algorithm === md5) return 'x509: cannot verify signature: insecure algorithm MD5-RSA';
  const key = publicKeyOf(request);
  if (key === undefined) return unsupported;
  if (algorithm === pss) {
    const hash = pssHashes[request.parameters.toString('hex')];
    if (hash === undefined || key.asymmetricKeyType !== 'rsa') return unsupported;
    const padding = { key, padding: constants.RSA_PKCS1_PSS_PADDING };
    return verify(hash, signed, padding, signature) ? undefined : failures.rsa;
  }
  const known = algorithms[algorithm];
  if (known === undefined) return unsupported;
  if (key.asymmetricKeyType !== known.key) return 'x509: signature algorithm specifies another kind of public key';
  return verify(known.hash, signed, key, signature) ? undefined : failures[known.key];
}

/** undefined: it is no key that is known here. */
export function publicKeyOf({ publicKey }: Pick<CertificateRequest, 'publicKey'>): KeyObject | undefined {
  try {
    return createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
