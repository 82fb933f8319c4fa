import { createPrivateKey, X509Certificate } from 'node:crypto';

const block = /-----BEGIN ([^-\n]+)-----[\s\S]*?-----END \1-----/g;

const blocksIn = (pem: string): { readonly type: string; readonly text: string }[] =>
  [...pem.matchAll(block)].map(([text, type = '']) => ({ type, text }));

const isKey = (type: string): boolean => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY');

/** Why a server could not use a certificate and a key, in the words of Go's TLS; undefined: it could. */
export function wrongTlsPair(certificate: string, key: string): string | undefined {
  const certificates = blocksIn(certificate);
  const found = certificates.find(({ type }) => type === 'CERTIFICATE');
  if (found === undefined) return noBlock(certificates.map(({ type }) => type));
  const keys = blocksIn(key);
  const keyBlock = keys.find(({ type }) => isKey(type));
  if (keyBlock === undefined) return noKey(keys.map(({ type }) => type));
  try {
    const matches = new X509Certificate(found.text).checkPrivateKey(createPrivateKey(keyBlock.text));
    return matches ? undefined : 'tls: private key does not match public key';
  } catch {
    return 'tls: failed to parse private key';
  }
}

function noBlock(types: readonly string[]): string {
  if (types.length === 0) return 'tls: failed to find any PEM data in certificate input';
  if (types.length === 1 && isKey(types[0] ?? ''))
    return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${types.join(' ')}]`;
}

function noKey(types: readonly string[]): string {
  if (types.length === 0) return 'tls: failed to find any PEM data in key input';
  if (types.length === 1 && types[0] === 'CERTIFICATE')
    return 'tls: found a certificate rather than a key in the PEM for the private key';
  return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${types.join(' ')}]`;
}
