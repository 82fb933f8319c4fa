import { webcrypto } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

export interface KeyPair {
  /** PEM. */
  readonly cert: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

export interface TestCertificates {
  /** PEM: signs the two others. */
  readonly ca: string;
  /** For `localhost` and `127.0.0.1`, as server and as client. */
  readonly server: KeyPair;
  /** Common name `root`, as client. */
  readonly client: KeyPair;
  /** Another one of a client: `CN=jane,O=dev,O=ops`. */
  issue(subject: string): Promise<KeyPair>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const crypto = webcrypto;

const pem = (label: string, der: ArrayBuffer) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der)
    .toString('base64')
    .replaceAll(/(.{64})/g, '$1\n')}\n-----END ${label}-----\n`;

/** A new authority with a server and a client certificate, valid for a day. */
export async function makeCertificates(): Promise<TestCertificates> {
  x509.cryptoProvider.set(crypto);
  const notBefore = new Date(Date.now() - 60_000);
  const notAfter = new Date(Date.now() + 24 * 3_600_000);
  const caKeys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=test authority',
    notBefore,
    notAfter,
    keys: caKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  let issued = 1;
  const issue = async (name: string): Promise<KeyPair> => {
    issued += 1;
    const serialNumber = issued.toString(16).padStart(2, '0');
    const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const cert = await x509.X509CertificateGenerator.create({
      serialNumber,
      issuer: ca.subject,
      subject: name,
      notBefore,
      notAfter,
      publicKey: keys.publicKey,
      signingKey: caKeys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension([
          { type: 'dns', value: 'localhost' },
          { type: 'ip', value: '127.0.0.1' },
        ]),
      ],
    });
    return {
      cert: cert.toString('pem'),
      key: pem('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', keys.privateKey)),
    };
  };
  return {
    ca: ca.toString('pem'),
    server: await issue('CN=localhost'),
    client: await issue('CN=root'),
    issue,
  };
}

/** Writes what a server is started with; returns the files' paths. */
export async function writeCertificates(certificates: TestCertificates, directory: string) {
  await mkdir(directory, { recursive: true });
  const paths = {
    ca: join(directory, 'ca.pem'),
    serverCert: join(directory, 'server.pem'),
    serverKey: join(directory, 'server-key.pem'),
    clientCert: join(directory, 'client.pem'),
    clientKey: join(directory, 'client-key.pem'),
  };
  await Promise.all([
    writeFile(paths.ca, certificates.ca),
    writeFile(paths.serverCert, certificates.server.cert),
    writeFile(paths.serverKey, certificates.server.key, { mode: 0o600 }),
    writeFile(paths.clientCert, certificates.client.cert),
    writeFile(paths.clientKey, certificates.client.key, { mode: 0o600 }),
  ]);
  return paths;
}
