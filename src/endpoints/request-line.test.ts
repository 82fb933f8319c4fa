import { describe, expect, test } from 'vitest';
import { RequestLine } from './request-line.ts';

const line = (target: string, host: string | undefined = 'localhost', method = 'GET') =>
  new RequestLine(method, target, host);

describe('a request line', () => {
  test.each([
    ['/api/v1/namespaces/../configmaps', '/api/v1/namespaces/../configmaps'],
    ['/api/v1/namespaces/default/configmaps/%2e%2E', '/api/v1/namespaces/default/configmaps/..'],
    ['//api/v1//pods/', '//api/v1//pods/'],
    ['/api\\v1', '/api\\v1'],
    ['/a%2fb%20c+d;e#f', '/a/b c+d;e#f'],
    ['/%c3%a4', '/ä'],
    ['/Ã¤', '/ä'],
    ['*', '*'],
    ['http://localhost', ''],
    ['http://localhost/a/../b?c', '/a/../b'],
    ['', ''],
  ])('%j asks for %j: nothing is normalised', (target, path) => {
    expect(line(target)).toMatchObject({ path, problem: undefined });
  });

  test.each(['/%', '/%zz', '/%2', '/%ff', '/%c0%80', '/a%00b', '/\xe4'])('%j can be no path', (target) => {
    expect(line(target).problem).toContain('percent-encoded UTF-8');
  });

  test.each([
    ['a=1&b=x+y%20z', 'a=1 b=x y z'],
    ['a=1&a=2', 'a=1 a=2'],
    ['a=1;b=2&c=3', 'c=3'],
    ['a=%zz&%zz=b&c=%&d=%4', ''],
    ['%zz=1&c=3', 'c=3'],
    ['&&a', 'a='],
    ['?a=1', '?a=1'],
    ['a=Ã¤&b=%c3%a4', 'a=ä b=ä'],
    ['a#b=c', 'a#b=c'],
  ])('the query %j has %j: pairs that Go cannot read are left out', (query, wanted) => {
    const pairs = [...line(`/x?${query}`).query].map(([name, value]) => `${name}=${value}`);
    expect(pairs.join(' ')).toBe(wanted);
  });

  test.each([
    ['/', 'a.example:80', 'a.example:80'],
    ['http://b.example:81/', 'a.example', 'b.example:81'],
    ['http://me@b.example', 'a.example', 'b.example'],
    ['http:///x', 'a.example', 'a.example'],
    ['/http://b.example/', undefined, ''],
    ['/', '[::1]:80', '[::1]:80'],
  ])('%j with the host %j is meant for %j', (target, host, authority) => {
    expect(new RequestLine('GET', target, host)).toMatchObject({ authority, problem: undefined });
  });

  test.each(['a b', 'a/b', 'me@a', 'a"', 'ä'])('the host %j is malformed', (host) => {
    expect(line('/', host).problem).toBe('malformed Host header');
  });

  test('CONNECT names where to and no path, unless it has one', () => {
    expect(line('a.example:80', 'b.example', 'CONNECT')).toMatchObject({ path: '', authority: 'a.example:80' });
    expect(line('/api/v1', 'b.example', 'CONNECT')).toMatchObject({ path: '/api/v1', authority: 'b.example' });
  });

  test('a Request without a server is read from its URL', () => {
    const request = new Request('http://localhost/a%20b?c=d#e', { method: 'PUT' });
    expect(RequestLine.ofRequest(request)).toMatchObject({ method: 'PUT', path: '/a b', authority: 'localhost' });
    expect(RequestLine.ofRequest(request).query.get('c')).toBe('d');
  });
});
