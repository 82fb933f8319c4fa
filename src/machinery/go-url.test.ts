import { describe, expect, test } from 'vitest';
import { GoUrlError, parseGoUrl } from './go-url.ts';

function problem(text: string): string {
  try {
    parseGoUrl(text);
  } catch (error) {
    if (error instanceof GoUrlError) return error.message;
    throw error;
  }
  return '';
}

describe('machinery: URLs as Go reads them', () => {
  test('a URL falls into its parts', () => {
    expect(parseGoUrl('HTTPS://u:p@h.example.com:8443/a%20b?q=1#f')).toEqual({
      scheme: 'https',
      host: 'h.example.com:8443',
      userinfo: 'u:p',
      path: '/a b',
      query: 'q=1',
      fragment: 'f',
    });
    expect(parseGoUrl('https://[::1]:8443')).toMatchObject({ host: '[::1]:8443', path: '' });
    expect(parseGoUrl('mailto:somebody')).toMatchObject({ scheme: 'mailto', host: '' });
    expect(parseGoUrl('')).toMatchObject({ scheme: '', host: '', userinfo: undefined });
  });

  // As url.Parse of Go 1.26 answers.
  test.each([
    ['://x', 'parse "://x": missing protocol scheme'],
    ['a:b/c', ''],
    ['1:b/c', 'parse "1:b/c": first path segment in URL cannot contain colon'],
    ['https://h/%zz', 'parse "https://h/%zz": invalid URL escape "%zz"'],
    ['https://h/a#%z', 'parse "https://h/a#%z": invalid URL escape "%z"'],
    ['https://a b/', 'parse "https://a b/": invalid character " " in host name'],
    ['https://h%41/', 'parse "https://h%41/": invalid URL escape "%41"'],
    ['https://h:port/', 'parse "https://h:port/": invalid port ":port" after host'],
    ['https://a:b:c', 'parse "https://a:b:c": invalid port ":b:c" after host'],
    ['https://[::1', 'parse "https://[::1": missing \']\' in host'],
    ['https://[1.2.3.4]/', 'parse "https://[1.2.3.4]/": invalid IP-literal'],
    ['https://[zz]/', 'parse "https://[zz]/": invalid host: ParseAddr("zz"): unable to parse IP'],
    ['https://u w@h', 'parse "https://u w@h": net/url: invalid userinfo'],
    ['https://h/\u0001', 'parse "https://h/\\x01": net/url: invalid control character in URL'],
  ])('%s', (text, message) => {
    expect(problem(text)).toBe(message);
  });
});
