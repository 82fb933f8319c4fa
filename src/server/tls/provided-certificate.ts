import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ServingCertificate } from './serving-certificate.ts';

/**
 * The operator's own certificate. Its authority is what the file says of itself: Go's clients accept a leaf that they
 * were told to trust, and a chain's last certificate likewise.
 * @throws {Error} naming the file, when one cannot be read or they do not belong together.
 */
export async function providedCertificate(certificateFile: string, keyFile: string): Promise<ServingCertificate> {
  const [certificate, privateKey] = await Promise.all([readFile(certificateFile, 'utf8'), readFile(keyFile, 'utf8')]);
  const leaf = parsed(certificateFile, 'certificate', () => new X509Certificate(certificate));
  const key = parsed(keyFile, 'private key', () => createPrivateKey(privateKey));
  if (!leaf.checkPrivateKey(key)) throw new Error(`${keyFile} is not the private key of ${certificateFile}`);
  return { certificate, privateKey, authority: certificate };
}

function parsed<T>(file: string, what: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Error(`${file} holds no ${what} in PEM`, { cause: error });
  }
}
