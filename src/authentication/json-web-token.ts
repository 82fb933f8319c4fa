import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { encodeJson } from '../machinery/json/encode.ts';
import { textAt } from '../machinery/json/json-path.ts';
import { JsonSyntaxError, parseJson } from '../machinery/json/parse.ts';
import { isJsonObject, type JsonObject } from '../machinery/json-value.ts';

/** RFC 7518, 3.1: what keys of which curve sign with. */
const curves: Readonly<Record<string, { readonly algorithm: string; readonly hash: string }>> = {
  prime256v1: { algorithm: 'ES256', hash: 'sha256' },
  secp384r1: { algorithm: 'ES384', hash: 'sha384' },
  secp521r1: { algorithm: 'ES512', hash: 'sha512' },
};

interface SigningForm {
  readonly algorithm: string;
  readonly hash: string;
}

/** @throws {RangeError} */
function formOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): SigningForm {
  if (asymmetricKeyType === 'rsa') return { algorithm: 'RS256', hash: 'sha256' };
  const form = asymmetricKeyType === 'ec' ? curves[asymmetricKeyDetails?.namedCurve ?? ''] : undefined;
  if (form !== undefined) return form;
  throw new RangeError(
    `not an RSA key, nor one of the curves P-256, P-384 and P-521: ${asymmetricKeyType ?? 'a secret'}`,
  );
}

export interface VerifyingKey extends SigningForm {
  /** By which tokens name it. */
  readonly id: string;
  readonly key: KeyObject;
}

/** The public side of a key, under the name that is made of it. @throws {RangeError} for a key of no known kind */
export function verifyingKeyOf(key: KeyObject): VerifyingKey {
  const shared = key.type === 'private' ? createPublicKey(key) : key;
  const id = createHash('sha256')
    .update(shared.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
  return { ...formOf(shared), id, key: shared };
}

const encoded = (value: JsonObject): string => Buffer.from(encodeJson(value)).toString('base64url');

/** Signatures of curves are two numbers, one after the other. */
const asWritten = (key: KeyObject) => ({ key, dsaEncoding: 'ieee-p1363' }) as const;

/** A token in its compact form: RFC 7515, 7.1. `key`: a private one. @throws {RangeError} for a key of no known kind */
export function signedToken(key: KeyObject, claims: JsonObject): string {
  const { algorithm, hash, id } = verifyingKeyOf(key);
  const text = `${encoded({ alg: algorithm, kid: id })}.${encoded(claims)}`;
  return `${text}.${sign(hash, Buffer.from(text), asWritten(key)).toString('base64url')}`;
}

const base64url = /^[\w-]*$/;

/** A token in its compact form, of which nothing is believed before a key agrees. */
export class JsonWebToken {
  readonly payload: JsonObject;
  readonly #header: JsonObject;
  /** What is signed. */
  readonly #text: string;
  readonly #signature: Buffer;

  private constructor(header: JsonObject, payload: JsonObject, text: string, signature: Buffer) {
    this.#header = header;
    this.payload = payload;
    this.#text = text;
    this.#signature = signature;
  }

  /** `undefined`: it is none. */
  static parse(token: string): JsonWebToken | undefined {
    const [head = '', body = '', signature, more] = token.split('.', 4);
    if (signature === undefined || more !== undefined) return undefined;
    // What Node decodes is wider than what a token may be made of.
    if (![head, body, signature].every((part) => base64url.test(part))) return undefined;
    const [header, payload] = [objectIn(head), objectIn(body)];
    if (header === undefined || payload === undefined) return undefined;
    return new JsonWebToken(header, payload, `${head}.${body}`, Buffer.from(signature, 'base64url'));
  }

  get issuer(): string {
    return textAt(this.payload, 'iss');
  }

  /** '' when it names none. */
  get keyId(): string {
    return textAt(this.#header, 'kid');
  }

  /** `undefined`: this key signed it. */
  problemWith({ algorithm, hash, key }: VerifyingKey): string | undefined {
    const agrees =
      textAt(this.#header, 'alg') === algorithm &&
      verify(hash, Buffer.from(this.#text), asWritten(key), this.#signature);
    return agrees ? undefined : 'go-jose/go-jose: error in cryptographic primitive';
  }
}

function objectIn(part: string): JsonObject | undefined {
  try {
    const { value } = parseJson(Buffer.from(part, 'base64url'));
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}
