import { DerError, derBitString, derObjectIdentifier, derSequence, derValue } from './der.ts';
import { derPartsOf, derPresent, nameAttributes, organization } from './distinguished-name.ts';
import { pemBlocks } from './pem.ts';

/** What somebody asks to have certified: PKCS #10. */
export interface CertificateRequest {
  /** What is signed. */
  readonly signed: Buffer;
  /** SubjectPublicKeyInfo, in DER. */
  readonly publicKey: Buffer;
  /** The groups that it wants to belong to. */
  readonly organizations: readonly string[];
  /** The identifier of the algorithm, in hexadecimal, and its parameters. */
  readonly algorithm: string;
  readonly parameters: Buffer;
  readonly signature: Buffer;
}

/** Something that is no request. The message is what an API server says. */
export class CertificateRequestError extends Error {
  override readonly name = 'CertificateRequestError';
}

const pemType = 'CERTIFICATE REQUEST';

/** `pem`: the first block counts. @throws {CertificateRequestError} */
export function parsePemRequest(pem: string): CertificateRequest {
  const { value: block } = pemBlocks(pem).next();
  if (block?.type !== pemType) throw new CertificateRequestError(`PEM block type must be ${pemType}`);
  return parseRequest(block.bytes);
}

/** @throws {CertificateRequestError} */
export function parseRequest(der: Buffer): CertificateRequest {
  try {
    const [info, algorithm, signature] = derPartsOf(derValue(der), derSequence);
    const [, subject, publicKey] = derPartsOf(info, derSequence);
    const [identifier, ...parameters] = derPartsOf(algorithm, derSequence);
    return {
      signed: derPresent(info, derSequence).whole,
      publicKey: derPresent(publicKey, derSequence).whole,
      organizations: nameAttributes(subject).flatMap(({ type, value }) => (type === organization ? [value] : [])),
      algorithm: derPresent(identifier, derObjectIdentifier).content.toString('hex'),
      parameters: Buffer.concat(parameters.map(({ whole }) => whole)),
      // The first byte says how many bits of the last one count: all of them.
      signature: derPresent(signature, derBitString).content.subarray(1),
    };
  } catch (error) {
    if (error instanceof DerError) throw new CertificateRequestError(error.message);
    throw error;
  }
}
