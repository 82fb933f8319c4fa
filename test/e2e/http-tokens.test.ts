import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { done } from '../support/http-objects.ts';
import { WholeServer } from '../support/whole-server.ts';

/* Tokens of service accounts, as a kube-apiserver 1.37 issues them. */

const issuer = 'https://issuer.example.com';
const core = '/api/v1/namespaces/default';
const tokenPath = `${core}/serviceaccounts/robot/token`;
const reviews = '/apis/authentication.k8s.io/v1/tokenreviews';

describe('tokens of service accounts over HTTP', () => {
  let folder: string;
  let server: WholeServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tokens-'));
    const file = join(folder, 'key');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const serviceAccountJwksUri = `${issuer}/keys`;
    const config = { serviceAccountIssuer: [issuer], serviceAccountSigningKeyFile: file, serviceAccountJwksUri };
    server = await WholeServer.open({ config });
    done(await server.api.post(`${core}/serviceaccounts`, { metadata: { name: 'robot' } }));
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  const ask = (spec: object = {}, metadata: object = {}) => server.api.post(tokenPath, { metadata, spec });
  const message = async (spec: object, metadata?: object) => (await ask(spec, metadata)).body.message;
  const tokenOf = async (spec: object = {}) => ((await ask(spec)).body.status as unknown as { token: string }).token;
  const review = async (token: string) => (await server.api.post(reviews, { spec: { token } })).body.status;

  test('a token is of the account that is asked, for an hour, and known again', async () => {
    const { status, body } = await ask();
    expect(status).toBe(201);
    expect(body).toMatchObject({
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name: 'robot', namespace: 'default', managedFields: [{ subresource: 'token' }] },
      spec: { audiences: [issuer], expirationSeconds: 3600, boundObjectRef: null },
      status: { token: expect.any(String), expirationTimestamp: expect.any(String) },
    });
    expect(await review(await tokenOf())).toMatchObject({
      authenticated: true,
      user: { username: 'system:serviceaccount:default:robot', uid: body.metadata?.uid },
      audiences: [issuer],
    });
  });

  test('whoever wants to know tokens without asking is told how', async () => {
    const get = (path: string, accept = '*/*') => fetch(`${server.url}${path}`, { headers: { accept } });
    const configuration = await get('/.well-known/openid-configuration');
    expect(configuration.headers.get('cache-control')).toBe('public, max-age=3600');
    expect(await configuration.json()).toMatchObject({ issuer, jwks_uri: `${issuer}/keys` });
    const keySet = await get('/openid/v1/jwks/');
    expect(keySet.headers.get('content-type')).toBe('application/jwk-set+json');
    const { keys } = (await keySet.json()) as { keys: { kid: string }[] };
    const [head = ''] = (await tokenOf()).split('.');
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ alg: 'ES256', kid: keys[0]?.kid });
    expect((await get('/openid/v1/jwks', 'application/json')).status).toBe(406);
    expect((await get('/openid/v1/jwks/x')).status).toBe(404);
    expect((await server.api.call('/openid/v1/jwks', { method: 'POST', body: {} })).status).toBe(405);
    expect((await server.api.get('/')).body).toMatchObject({ paths: expect.arrayContaining(['/openid/v1/jwks']) });
  });

  test('a pod that is bound is told of with its node, and its token ends with it', async () => {
    const spec = { serviceAccountName: 'robot', nodeName: 'nowhere', containers: [{ name: 'c', image: 'i' }] };
    done(await server.api.post(`${core}/pods`, { metadata: { name: 'bound' }, spec }));
    const token = await tokenOf({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'bound' } });
    expect(await review(token)).toMatchObject({
      user: {
        extra: {
          'authentication.kubernetes.io/pod-name': ['bound'],
          'authentication.kubernetes.io/node-name': ['nowhere'],
        },
      },
    });
    done(await server.api.call(`${core}/pods/bound?gracePeriodSeconds=0`, { method: 'DELETE' }));
    expect(await review(token)).toEqual({
      user: {},
      error: '[invalid bearer token, service account token has been invalidated]',
    });
  });

  test('a pod that looks for another token in time has one that is good for a year', async () => {
    const spec = { serviceAccountName: 'robot', containers: [{ name: 'c', image: 'i' }] };
    done(await server.api.post(`${core}/pods`, { metadata: { name: 'renewed' }, spec }));
    const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: 'renewed' };
    const seconds = async (more: object) => {
      const claims = (await tokenOf({ boundObjectRef, ...more })).split('.')[1] ?? '';
      const { exp, iat } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { exp: number; iat: number };
      return exp - iat;
    };
    expect(await seconds({ expirationSeconds: 3607 })).toBe(365 * 24 * 3600);
    expect(await seconds({ expirationSeconds: 3607, audiences: ['other'] })).toBe(3607);
    expect(await seconds({ expirationSeconds: 3608 })).toBe(3608);
  });

  test('what cannot be asked for is refused', async () => {
    expect(await message({ expirationSeconds: 599 })).toContain('may not specify a duration less than 10 minutes');
    expect(await message({ expirationSeconds: 2 ** 32 + 1 })).toContain('larger than 2^32 seconds');
    expect(await message({}, { name: 'other' })).toContain('must match the service account name if specified');
    expect(await message({}, { uid: 'x' })).toContain('the UID in the token request (x) does not match');
    expect(await message({ attestations: { a: ['b'] } })).toContain('attestations may only be specified with');
    const bound = (boundObjectRef: object) => message({ boundObjectRef });
    expect(await bound({ kind: 'Thing', apiVersion: 'v1', name: 'x' })).toBe(
      'cannot bind token to object of type /v1, Kind=Thing',
    );
    expect(await bound({ kind: 'Secret', apiVersion: 'v1', name: 'x' })).toBe('secrets "x" not found');
    expect(await bound({ kind: 'Secret', apiVersion: 'v1' })).toBe('Name parameter required.');
    expect((await server.api.post(`${core}/serviceaccounts/nobody/token`, {})).body.message).toBe(
      'serviceaccounts "nobody" not found',
    );
  });
});

test('without a key to sign with there are no tokens to ask for', async () => {
  const server = await WholeServer.open();
  try {
    done(await server.api.post(`${core}/serviceaccounts`, { metadata: { name: 'robot' } }));
    expect((await server.api.post(tokenPath, {})).status).toBe(404);
    expect((await server.api.get('/openid/v1/jwks')).status).toBe(404);
    const { resources } = (await server.api.get('/api/v1')).body as unknown as { resources: { name: string }[] };
    expect(resources.map(({ name }) => name)).not.toContain('serviceaccounts/token');
  } finally {
    await server.close();
  }
});
