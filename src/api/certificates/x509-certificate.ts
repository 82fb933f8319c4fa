import { X509Certificate } from 'node:crypto';

/** undefined: the bytes are no certificate. */
export function parseCertificate(der: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}
