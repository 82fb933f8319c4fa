import { type FieldError, invalidValue, tooLong } from '../../machinery/field-error.ts';
import { pemBlocks } from '../../machinery/pem.ts';
import { parseCertificate } from './x509-certificate.ts';

/** In bytes. */
const maxBundle = 1024 * 1024;

/** What is wrong with a text that is to hold certificates of authorities: PEM, each once, and nothing else. */
export function validateTrustBundle(text: string, path: string): FieldError[] {
  if (Buffer.byteLength(text) > maxBundle) return [tooLong(path, maxBundle)];
  const wrong = (why: string) => invalidValue(path, '<value omitted>', why);
  const errors: FieldError[] = [];
  const places = new Map<string, number[]>();
  let index = 0;
  for (const { type, hasHeaders, bytes } of pemBlocks(text)) {
    const why = wrongInBlock(type, hasHeaders, bytes);
    if (why === undefined) {
      const key = bytes.toString('base64');
      places.set(key, [...(places.get(key) ?? []), index]);
    } else errors.push(wrong(`entry ${index} ${why}`));
    index++;
  }
  if (errors.length > 0) return errors;
  if (places.size === 0) return [wrong('at least one trust anchor must be provided')];
  const repeated = [...places.values()].filter((indices) => indices.length > 1);
  return repeated.map((indices) => wrong(`duplicate trust anchor (indices [${indices.join(' ')}])`));
}

function wrongInBlock(type: string, hasHeaders: boolean, bytes: Buffer): string | undefined {
  if (type !== 'CERTIFICATE') return `has bad block type: ${type}`;
  if (hasHeaders) return 'has PEM block headers';
  const certificate = parseCertificate(bytes);
  if (certificate === undefined) return 'does not parse as X.509';
  return certificate.ca ? undefined : 'does not have the CA bit set';
}
