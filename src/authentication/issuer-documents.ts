import type { KeyObject } from 'node:crypto';
import { encodeJson } from '../machinery/json/encode.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { IssuerDocument } from '../machinery/token-issuer.ts';
import { type VerifyingKey, verifyingKeyOf } from './json-web-token.ts';

export const keySetPath = '/openid/v1/jwks';
const configurationPath = '/.well-known/openid-configuration';

/**
 * What says to anybody whose the tokens are, and by which keys to know them: the part of OpenID Connect Discovery 1.0 that
 * is of use for tokens nobody logs in with, and a key set of RFC 7517. None for an issuer that is not a plain https URL,
 * as the standard asks, or where it is not known at which https URL, `keySetUrl`, the keys are to be had ('').
 * @throws {RangeError} for a key of no known kind
 */
export function issuerDocuments(
  issuer: string,
  keySetUrl: string,
  keys: readonly KeyObject[],
): readonly IssuerDocument[] {
  if (keySetUrl === '' || !isPlainHttps(issuer)) return [];
  const known = keys.map(verifyingKeyOf);
  const configuration = {
    issuer,
    jwks_uri: keySetUrl,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...new Set(known.map(({ algorithm }) => algorithm))].sort(),
  };
  return [
    { path: configurationPath, contentType: 'application/json', body: encodeJson(configuration) },
    {
      path: keySetPath,
      contentType: 'application/jwk-set+json',
      body: encodeJson({ keys: known.map(webKeyOf) }),
    },
  ];
}

function isPlainHttps(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, search, hash } = new URL(text);
  return protocol === 'https:' && search === '' && hash === '';
}

/** In the order that kube-apiserver writes them. */
function webKeyOf({ key, id, algorithm }: VerifyingKey): JsonObject {
  const { kty = '', crv, x, y, n, e } = key.export({ format: 'jwk' });
  return {
    use: 'sig',
    kty,
    kid: id,
    ...(crv !== undefined && { crv }),
    alg: algorithm,
    ...(x !== undefined && y !== undefined && { x, y }),
    ...(n !== undefined && e !== undefined && { n, e }),
  };
}
