import {
  DerError,
  type DerValue,
  derBitString,
  derObjectIdentifier,
  derSequence,
  derSet,
  derValue,
  derValues,
} from './der.ts';
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
    const [info, algorithm, signature] = partsOf(derValue(der), derSequence);
    const [, subject, publicKey] = partsOf(info, derSequence);
    const [identifier, ...parameters] = partsOf(algorithm, derSequence);
    return {
      signed: present(info, derSequence).whole,
      publicKey: present(publicKey, derSequence).whole,
      organizations: organizationsOf(subject),
      algorithm: present(identifier, derObjectIdentifier).content.toString('hex'),
      parameters: Buffer.concat(parameters.map(({ whole }) => whole)),
      // The first byte says how many bits of the last one count: all of them.
      signature: present(signature, derBitString).content.subarray(1),
    };
  } catch (error) {
    if (error instanceof DerError) throw new CertificateRequestError(error.message);
    throw error;
  }
}

const organization = '55040a';

/** A name is a sequence of sets of pairs: what it is, and its value. */
const organizationsOf = (name: DerValue | undefined): string[] =>
  partsOf(name, derSequence).flatMap((set) =>
    partsOf(set, derSet).flatMap((pair) => {
      const [what, value] = partsOf(pair, derSequence);
      const isOrganization = present(what, derObjectIdentifier).content.toString('hex') === organization;
      return isOrganization && value !== undefined ? [value.content.toString()] : [];
    }),
  );

function present(value: DerValue | undefined, tag: number): DerValue {
  if (value?.tag === tag) return value;
  throw new DerError("asn1: structure error: tags don't match");
}

const partsOf = (value: DerValue | undefined, tag: number): DerValue[] => derValues(present(value, tag).content);
