import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { signedToken } from './json-web-token.ts';
import { type LiveObject, ServiceAccountTokens } from './service-account-tokens.ts';

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const issuer = 'https://issuer.example.com';
const own = rsa();

class Bed {
  readonly clock = new ManualClock();
  readonly live = new Map<string, LiveObject>([['serviceaccounts n/a', { uid: 'u', deletedAt: undefined }]]);
  readonly tokens: ServiceAccountTokens;

  constructor(
    signingKey: KeyObject = own.privateKey,
    keys: readonly KeyObject[] = [signingKey],
    issuers = [issuer],
    audiences = issuers,
  ) {
    this.tokens = new ServiceAccountTokens({
      issuers,
      audiences,
      signingKey,
      keys,
      objects: { get: async (resource, namespace, name) => this.live.get(`${resource} ${namespace}/${name}`) },
      clock: this.clock,
      newId: () => 'id',
    });
  }

  issue(more: Partial<Parameters<ServiceAccountTokens['issue']>[0]> = {}): string {
    const account = { name: 'a', uid: 'u' };
    const wish = { namespace: 'n', account, bound: {}, audiences: [issuer], seconds: 600, warnAfterSeconds: undefined };
    return this.tokens.issue({ ...wish, ...more });
  }

  async why(token: string, audiences: readonly string[] = []): Promise<string | undefined> {
    const answer = await this.tokens.authenticate(token, audiences);
    return answer.user === undefined ? answer.why : undefined;
  }
}

const refused = (why: string) => `[invalid bearer token, ${why}]`;
const partOf = (token: string, index: number) =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString()) as JsonObject;

describe('authentication: tokens of service accounts', () => {
  test('say whose they are, for whom and until when', () => {
    const bed = new Bed();
    const node = { name: 'node', uid: '' };
    const token = bed.issue({ bound: { pods: { name: 'p', uid: 'pu' }, nodes: node }, warnAfterSeconds: 60 });
    const now = bed.clock.wallTime() / 1000;
    expect(partOf(token, 0)).toEqual({ alg: 'RS256', kid: expect.any(String) });
    expect(partOf(token, 1)).toEqual({
      aud: [issuer],
      exp: now + 600,
      iat: now,
      iss: issuer,
      jti: 'id',
      'kubernetes.io': {
        namespace: 'n',
        node: { name: 'node' },
        pod: { name: 'p', uid: 'pu' },
        serviceaccount: { name: 'a', uid: 'u' },
        warnafter: now + 60,
      },
      nbf: now,
      sub: 'system:serviceaccount:n:a',
    });
  });

  test.each([
    ['RS256', rsa],
    ['ES256', () => curve('P-256')],
    ['ES384', () => curve('P-384')],
    ['ES512', () => curve('P-521')],
  ])('are known by the public side of the key, %s', async (algorithm, pair) => {
    const { privateKey, publicKey } = pair();
    const bed = new Bed(privateKey, [own.publicKey, publicKey]);
    const token = bed.issue();
    expect(partOf(token, 0)['alg']).toBe(algorithm);
    expect(await bed.tokens.authenticate(token, [])).toEqual({
      user: {
        name: 'system:serviceaccount:n:a',
        uid: 'u',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:n', 'system:authenticated'],
        extra: { 'authentication.kubernetes.io/credential-id': ['JTI=id'] },
      },
      audiences: [issuer],
    });
  });

  test('of which a letter was changed are refused, as are those of another key and of none', async () => {
    const bed = new Bed();
    const [head = '', body = '', signature = ''] = bed.issue().split('.');
    const other = partOf(`.${body}`, 1);
    const forged = Buffer.from(JSON.stringify({ ...other, sub: 'x' })).toString('base64url');
    const broken = refused('go-jose/go-jose: error in cryptographic primitive');
    expect(await bed.why(`${head}.${forged}.${signature}`)).toBe(broken);
    expect(await bed.why(`${head}.${body}.`)).toBe(broken);
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await bed.why(`${unsigned}.${body}.${signature}`)).toBe(broken);
    expect(await bed.why(new Bed(rsa().privateKey).issue())).toBe(refused('invalid signature, no keys found'));
  });

  test('what is no token, or of another issuer, is nobody’s', async () => {
    const bed = new Bed();
    const foreign = new Bed(own.privateKey, [own.publicKey], ['https://other.example.com']).issue();
    for (const token of ['', 'a.b.c', 'x', '{}', `${bed.issue()}.more`, `${bed.issue()}=`, foreign]) {
      expect(await bed.why(token)).toBe('invalid bearer token');
    }
  });

  test('of an issuer that was the first once are still taken', async () => {
    const old = new Bed().issue();
    const bed = new Bed(own.privateKey, [own.publicKey], ['https://new.example.com', issuer]);
    expect(await bed.why(old)).toBeUndefined();
    expect(partOf(bed.issue(), 1)['iss']).toBe('https://new.example.com');
  });

  test('are for one of those who ask, or for nobody here', async () => {
    const bed = new Bed();
    const token = bed.issue({ audiences: ['b', 'c'] });
    expect(await bed.tokens.authenticate(token, ['a', 'c'])).toMatchObject({ audiences: ['c'] });
    expect(await bed.why(token)).toBe(
      refused(`token audiences ["b" "c"] is invalid for the target audiences ["${issuer}"]`),
    );
  });

  test('for this server are those for one of its audiences, whoever issues them', async () => {
    const bed = new Bed(own.privateKey, [own.publicKey], [issuer], ['api', 'other']);
    expect(bed.tokens.audiences).toEqual(['api', 'other']);
    expect(await bed.tokens.authenticate(bed.issue({ audiences: ['other'] }), [])).toMatchObject({
      audiences: ['other'],
    });
    expect(await bed.why(bed.issue())).toBe(
      refused(`token audiences ["${issuer}"] is invalid for the target audiences ["api" "other"]`),
    );
  });

  test('are shown for those who ask in the order of asking', async () => {
    const bed = new Bed();
    const token = bed.issue({ audiences: ['a', 'b', 'c'] });
    expect(await bed.tokens.authenticate(token, ['c', 'x', 'a'])).toMatchObject({ audiences: ['c', 'a'] });
  });

  test('that are signed and say what nobody can mean are nobody’s', async () => {
    const bed = new Bed();
    const claims = partOf(bed.issue(), 1);
    const why = (more: JsonObject) => bed.why(signedToken(own.privateKey, { ...claims, ...more }));
    expect(await why({ exp: 2 ** 60 })).toBeUndefined();
    for (const time of ['exp', 'iat', 'nbf']) {
      const number = 'go-jose/go-jose/jwt: expected number value to unmarshal NumericDate';
      expect(await why({ [time]: 'soon' })).toBe(refused(number));
    }
    const audience = 'go-jose/go-jose/jwt: expected string or array value to unmarshal to Audience';
    for (const aud of [5, {}, [issuer, 5]]) expect(await why({ aud })).toBe(refused(audience));
    expect(await why({ aud: null })).toBeUndefined();
    expect(await why({ 'kubernetes.io': {} })).toBe(refused('resource name may not be empty'));
  });

  test('end, within a minute, and do not begin before their time', async () => {
    const bed = new Bed();
    const token = bed.issue();
    bed.clock.advance(660_000);
    expect(await bed.why(token)).toBeUndefined();
    bed.clock.advance(1_000);
    expect(await bed.why(token)).toBe(refused('service account token has expired'));
    expect(await new Bed().why(bed.issue())).toBe(refused('service account token is not valid yet'));
  });

  test('are good for as long as there is everything that they are bound to', async () => {
    const bed = new Bed();
    bed.live.set('secrets n/s', { uid: 'su', deletedAt: undefined });
    bed.live.set('nodes /node', { uid: 'nu', deletedAt: undefined });
    const ofSecret = bed.issue({ bound: { secrets: { name: 's', uid: 'su' } } });
    const ofNode = bed.issue({ bound: { nodes: { name: 'node', uid: 'old' } } });
    const ofPod = bed.issue({ bound: { pods: { name: 'p', uid: 'pu' } } });
    expect(await bed.why(ofSecret)).toBeUndefined();
    expect(await bed.why(ofNode)).toBe(refused('node UID (nu) does not match service account node ref claim (old)'));
    expect(await bed.why(ofPod)).toBe(refused('service account token has been invalidated'));
    bed.live.set('secrets n/s', { uid: 'su', deletedAt: bed.clock.wallTime() - 1 });
    expect(await bed.why(ofSecret)).toBeUndefined();
    bed.clock.advance(60_000);
    expect(await bed.why(ofSecret)).toBe(refused('service account token has been invalidated'));
    bed.live.delete('serviceaccounts n/a');
    expect(await bed.why(ofSecret)).toBe(refused('serviceaccounts "a" not found'));
  });
});
