import { createHash, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeCertificates, type TestCertificates } from '../../test/support/certificates.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { Credentials, PresentedCertificate } from '../machinery/request-authenticator.ts';
import type { UserInfo } from '../machinery/request-context.ts';
import type { TokenAnswer } from '../machinery/token-authenticator.ts';
import { AuthenticatorUnion } from './authenticator-union.ts';
import { BearerTokens } from './bearer-tokens.ts';
import { ClientAuthorities, ClientCertificates } from './client-certificates.ts';
import { FrontProxy } from './front-proxy.ts';
import { readStaticTokens, StaticTokens } from './static-tokens.ts';
import { TokenCache } from './token-cache.ts';
import { TokenUnion } from './token-union.ts';
import { unknownTokens } from './unknown-tokens.ts';

const jane: UserInfo = { name: 'jane', uid: '7', groups: ['dev'], extra: {} };

const credentials = (headers: Record<string, string | string[]>, certificate?: PresentedCertificate): Credentials => {
  const lines = (name: string) => [headers[name] ?? []].flat();
  return { header: (name) => lines(name)[0] ?? '', lines, headerNames: () => Object.keys(headers), certificate };
};

describe('bearer tokens', () => {
  const tokens = new BearerTokens(new StaticTokens([['secret', jane]]));
  const nobody = { user: undefined, why: '' };
  const wrong = { user: undefined, why: 'invalid bearer token' };

  test.each([
    ['Bearer secret', { user: jane }],
    ['bearer secret ', { user: jane }],
    ['Bearer wrong', wrong],
    ['Bearer  secret', nobody],
    ['Basic c2VjcmV0', nobody],
    ['', nobody],
  ])('%j', async (authorization, answer) => {
    expect(await tokens.authenticate(credentials({ authorization }))).toEqual(answer);
  });

  test('among the protocols that are offered for a WebSocket, with another one beside it', async () => {
    const token = `base64url.bearer.authorization.k8s.io.${Buffer.from('secret').toString('base64url')}`;
    const offer = (...protocols: string[]) =>
      tokens.authenticate(credentials({ upgrade: 'websocket', 'sec-websocket-protocol': protocols.join(', ') }));
    expect(await offer(token, 'v4.channel.k8s.io')).toEqual({ user: jane });
    expect(await offer(token)).toEqual(nobody);
    expect(await offer(token, token, 'x')).toEqual(nobody);
  });
});

describe('tokens in a file', () => {
  test('with groups, quotes and spaces', () => {
    expect(readStaticTokens('t1,jane,7,"dev,ops"\r\n\nt2, bob ,8\n"t""3",ann,9,dev\n')).toEqual([
      ['t1', { name: 'jane', uid: '7', groups: ['dev', 'ops'], extra: {} }],
      ['t2', { name: 'bob', uid: '8', groups: [], extra: {} }],
      ['t"3', { name: 'ann', uid: '9', groups: ['dev'], extra: {} }],
    ]);
  });

  test.each(['t1,jane', ',jane,7', 't1,"jane,7', 't1,ja"ne,7'])('%j is refused', (line) => {
    expect(() => readStaticTokens(line)).toThrow();
  });

  test('are for the audiences of the server', async () => {
    const tokens = new StaticTokens([['secret', jane]], ['api']);
    expect(await tokens.authenticate('secret', ['other', 'api'])).toEqual({ user: jane, audiences: ['api'] });
    expect(await tokens.authenticate('secret', ['other'])).toMatchObject({ user: undefined });
  });
});

describe('a token that is remembered', () => {
  function remembering() {
    const clock = new ManualClock();
    const state: { answer: TokenAnswer; asked: number } = { answer: { user: jane, audiences: [] }, asked: 0 };
    const ask = async () => {
      state.asked += 1;
      return state.answer;
    };
    return { clock, state, cache: new TokenCache({ authenticate: ask }, clock) };
  }

  test('is asked about once in ten seconds, and then again', async () => {
    const { clock, state, cache } = remembering();
    for (let i = 0; i < 3; i++) expect(await cache.authenticate('t', [])).toBe(state.answer);
    expect(state.asked).toBe(1);
    clock.advance(10_000);
    state.answer = { user: undefined, why: 'revoked' };
    expect(await cache.authenticate('t', [])).toBe(state.answer);
    state.answer = { user: jane, audiences: [] };
    expect(await cache.authenticate('t', [])).toBe(state.answer);
  });

  test('is another one for other audiences', async () => {
    const { state, cache } = remembering();
    await cache.authenticate('t', []);
    await cache.authenticate('t', ['a']);
    expect(state.asked).toBe(2);
  });

  test('of several who might know it, the first does; else the one says why who has a reason', async () => {
    const known = new StaticTokens([['secret', jane]]);
    const expired = { authenticate: async (): Promise<TokenAnswer> => ({ user: undefined, why: 'expired' }) };
    expect(await new TokenUnion([expired, known]).authenticate('secret', [])).toMatchObject({ user: jane });
    expect(await new TokenUnion([known, expired, unknownTokens]).authenticate('x', [])).toEqual({
      user: undefined,
      why: 'expired',
    });
  });
});

describe('certificates of clients', () => {
  let own: TestCertificates;
  let other: TestCertificates;
  const roots = ({ ca }: TestCertificates) => [new X509Certificate(ca)];
  const shown = (pem: string, trusted = true): PresentedCertificate => ({
    chain: [new X509Certificate(pem).raw],
    trusted,
  });
  beforeAll(async () => {
    [own, other] = await Promise.all([makeCertificates(), makeCertificates()]);
  });
  const certificates = (now = new Date().getTime()) =>
    new ClientCertificates(new ClientAuthorities(roots(own), () => now));
  const ask = (certificate: PresentedCertificate | undefined, now?: number) =>
    certificates(now).authenticate(credentials({}, certificate));

  test('are about their subject: its common name, and its organizations as groups', async () => {
    const { cert } = await own.issue('CN=jane,O=dev,O=ops');
    const fingerprint = createHash('sha256').update(new X509Certificate(cert).raw).digest('hex');
    expect(await ask(shown(cert))).toEqual({
      user: {
        name: 'jane',
        uid: '',
        groups: ['dev', 'ops'],
        extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint}`] },
      },
    });
  });

  test('of somebody else, or that TLS did not trust, or that has expired since, are refused', async () => {
    const unknown = 'x509: certificate signed by unknown authority';
    expect(await ask(shown((await other.issue('CN=jane')).cert))).toEqual({ user: undefined, why: unknown });
    const { cert } = await own.issue('CN=jane');
    expect(await ask(shown(cert, false))).toEqual({ user: undefined, why: unknown });
    expect(await ask(shown(cert), new Date().getTime() + 48 * 3_600_000)).toEqual({ user: undefined, why: unknown });
  });

  test('without a name say nothing', async () => {
    expect(await ask(shown((await own.issue('O=dev')).cert))).toEqual({ user: undefined, why: '' });
    expect(await ask(undefined)).toEqual({ user: undefined, why: '' });
  });

  test('of a proxy: what it says of a user is believed', async () => {
    const proxy = new FrontProxy(new ClientAuthorities(roots(own), () => new Date().getTime()), ['front'], {
      names: ['x-remote-user'],
      uids: ['x-remote-uid'],
      groups: ['x-remote-group'],
      extraPrefixes: ['x-remote-extra-'],
    });
    const headers = {
      'x-remote-user': 'jane',
      'x-remote-group': ['dev', 'ops'],
      'x-remote-extra-acme.com%2fproject': 'a',
    };
    const say = (pem: string) => proxy.authenticate(credentials(headers, shown(pem)));
    expect(await say((await own.issue('CN=front')).cert)).toEqual({
      user: { name: 'jane', uid: '', groups: ['dev', 'ops'], extra: { 'acme.com/project': ['a'] } },
    });
    expect(await say((await own.issue('CN=back')).cert)).toMatchObject({
      why: 'x509: subject with cn=back is not in the allowed list',
    });
    expect(await say((await other.issue('CN=front')).cert)).toMatchObject({ user: undefined });
    expect(await proxy.authenticate(credentials(headers))).toEqual({ user: undefined, why: '' });
  });
});

describe('all of them together', () => {
  const union = (anonymous: boolean) =>
    new AuthenticatorUnion([new BearerTokens(new StaticTokens([['secret', jane]]))], anonymous);

  test('whoever is known is authenticated', async () => {
    expect(await union(false).authenticate(credentials({ authorization: 'Bearer secret' }))).toEqual({
      user: { ...jane, groups: ['dev', 'system:authenticated'] },
    });
  });

  test('who shows nothing is anonymous, where that is allowed; who shows something wrong is nobody', async () => {
    expect(await union(true).authenticate(credentials({}))).toMatchObject({
      user: { name: 'system:anonymous', groups: ['system:unauthenticated'] },
    });
    expect(await union(false).authenticate(credentials({}))).toMatchObject({ user: undefined });
    expect(await union(true).authenticate(credentials({ authorization: 'Bearer no' }))).toMatchObject({
      user: undefined,
    });
  });
});
