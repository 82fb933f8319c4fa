import { createPublicKey, generateKeyPairSync, type JsonWebKey, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { issuerDocuments } from './issuer-documents.ts';
import { signedToken } from './json-web-token.ts';

const url = 'https://10.0.0.1:6443/openid/v1/jwks';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const parsed = (issuer: string, keys = [rsa.privateKey, curve.publicKey]) =>
  issuerDocuments(issuer, url, keys).map(({ body }) => JSON.parse(body) as Record<string, unknown>);

describe('documents of an issuer', () => {
  test('say where its keys are, and which', () => {
    const [configuration, keySet] = parsed('https://kubernetes.default.svc');
    expect(configuration).toEqual({
      issuer: 'https://kubernetes.default.svc',
      jwks_uri: url,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256', 'RS256'],
    });
    const keys = (keySet?.['keys'] ?? []) as JsonWebKey[];
    expect(keys.map((key) => Object.keys(key))).toEqual([
      ['use', 'kty', 'kid', 'alg', 'n', 'e'],
      ['use', 'kty', 'kid', 'crv', 'alg', 'x', 'y'],
    ]);
  });

  test('are enough to know a token by, and have no secret', () => {
    const [, keySet] = parsed('https://kubernetes.default.svc', [rsa.privateKey]);
    const key = (keySet?.['keys'] as JsonWebKey[] | undefined)?.[0];
    expect(key).not.toHaveProperty('d');
    const [head = '', claims = '', signature = ''] = signedToken(rsa.privateKey, { sub: 'x' }).split('.');
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toMatchObject({
      kid: key?.['kid'],
      alg: key?.['alg'],
    });
    const shared = createPublicKey({ key: key as JsonWebKey, format: 'jwk' });
    expect(verify('sha256', Buffer.from(`${head}.${claims}`), shared, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  test('there are none of an issuer that is no plain https URL, or whose keys are nowhere', () => {
    for (const issuer of [
      'kubernetes',
      'http://k.example.com',
      'https://k.example.com/?a=b',
      'https://k.example.com/#a',
    ]) {
      expect(parsed(issuer)).toEqual([]);
    }
    expect(issuerDocuments('https://k.example.com', '', [rsa.privateKey])).toEqual([]);
  });
});
