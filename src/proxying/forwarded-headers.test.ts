import { describe, expect, test } from 'vitest';
import { answerHeaders, requestHeaders, upgradeHeaders } from './forwarded-headers.ts';

const from = { host: 'localhost:8080', clientAddress: '::ffff:127.0.0.1', more: {}, chunked: false };

describe('headers of a request that goes on', () => {
  test('are those that the client sent, as often, in their order', () => {
    const headers = ['Cookie', 'a=b', 'X-One', '1', 'x-one', '2'];
    expect(requestHeaders({ ...from, headers })).toEqual([
      'Host',
      'localhost:8080',
      ...headers,
      'X-Forwarded-For',
      '127.0.0.1',
    ]);
  });

  test('are without those of the connection, and those that it names', () => {
    const headers = [
      'Connection',
      'keep-alive, X-Mine',
      'Keep-Alive',
      '5',
      'X-Mine',
      '1',
      'Upgrade',
      'h2c',
      'TE',
      'gzip',
    ];
    const more = ['Transfer-Encoding', 'chunked', 'Proxy-Authorization', 'a', 'Expect', '100-continue', 'Trailer', 'b'];
    expect(requestHeaders({ ...from, headers: [...headers, ...more, ':path', '/'], clientAddress: undefined })).toEqual(
      ['Host', 'localhost:8080'],
    );
  });

  test('do not tell who the client is to this server', () => {
    const headers = ['Authorization', 'Bearer secret', 'X-Remote-User', 'root', 'x-remote-extra-a', 'b'];
    const more = ['Impersonate-User', 'c', 'X-Remote-Group', 'd'];
    expect(requestHeaders({ ...from, headers: [...headers, ...more], clientAddress: undefined })).toHaveLength(2);
  });

  test('say for whom they are, behind those who said so before', () => {
    const headers = ['X-Forwarded-For', '1.2.3.4', 'x-forwarded-for', '5.6.7.8', 'X-Forwarded-Uri', '/lie'];
    const more = { 'X-Forwarded-Uri': '/truth' };
    expect(requestHeaders({ ...from, headers, more, chunked: true }).slice(2)).toEqual([
      'X-Forwarded-For',
      '1.2.3.4, 5.6.7.8, 127.0.0.1',
      'X-Forwarded-Uri',
      '/truth',
      'Transfer-Encoding',
      'chunked',
    ]);
  });

  test('offer another protocol where the client did, without its token', () => {
    const headers = ['Connection', 'Upgrade', 'Upgrade', 'websocket', 'Sec-WebSocket-Key', 'k'];
    const protocols = ['Sec-WebSocket-Protocol', 'a, base64url.bearer.authorization.k8s.io.c2VjcmV0, b'];
    const only = ['Sec-WebSocket-Protocol', 'base64url.bearer.authorization.k8s.io.c2VjcmV0'];
    const sent = (more: string[]) =>
      upgradeHeaders({ ...from, clientAddress: undefined, headers: [...headers, ...more] }, 'websocket').slice(2);
    const end = ['Connection', 'Upgrade', 'Upgrade', 'websocket'];
    expect(sent(protocols)).toEqual(['Sec-WebSocket-Key', 'k', 'Sec-WebSocket-Protocol', 'a, b', ...end]);
    expect(sent(only)).toEqual(['Sec-WebSocket-Key', 'k', ...end]);
  });
});

test('headers of an answer are without those of the connection, and open it to nobody', () => {
  const headers = ['Set-Cookie', 'a', 'Set-Cookie', 'b', 'Connection', 'X-Mine', 'X-Mine', '1', 'Keep-Alive', '5'];
  const open = ['Access-Control-Allow-Origin', '*', 'Access-Control-Allow-Credentials', 'true', 'Vary', 'Origin'];
  expect(answerHeaders([...headers, ...open])).toEqual({ 'set-cookie': ['a', 'b'], vary: ['Origin'] });
});
