import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { wrongTlsPair } from './tls-pair.ts';

const pem = (type: string): string => `-----BEGIN ${type}-----\nYQ==\n-----END ${type}-----\n`;
const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

// The words of Go's crypto/tls.
describe('a certificate and a key that a server could not use', () => {
  test.each([
    ['', '', 'tls: failed to find any PEM data in certificate input'],
    ['a', 'a', 'tls: failed to find any PEM data in certificate input'],
    [
      key,
      '',
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
    ],
    [
      pem('X'),
      key,
      'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [X]',
    ],
    [pem('CERTIFICATE'), '', 'tls: failed to find any PEM data in key input'],
    [
      pem('CERTIFICATE'),
      pem('CERTIFICATE'),
      'tls: found a certificate rather than a key in the PEM for the private key',
    ],
  ])('%j and %j', (certificate, given, wanted) => {
    expect(wrongTlsPair(certificate, given)).toBe(wanted);
  });
});
