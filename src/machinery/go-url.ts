import { goQuote } from './go-quote.ts';
import { ipv4Bytes, ipv6Groups } from './ip-address.ts';

/** A URL, or a reference to one, as Go's net/url reads it: other than the URL of the web, it changes nothing and guesses nothing. */
export interface GoUrl {
  /** In lower case; '' when there is none. */
  readonly scheme: string;
  /** With its port; '' when there is none. */
  readonly host: string;
  /** What stands before `@`; undefined when there is no `@`. */
  readonly userinfo: string | undefined;
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  /** Without `#`. */
  readonly fragment: string;
}

/** A text that is no URL. The message is the one of Go's url.Parse. */
export class GoUrlError extends Error {
  override readonly name = 'GoUrlError';
}

/** @throws {GoUrlError} */
export function parseGoUrl(text: string): GoUrl {
  const [before, fragment] = cut(text, '#');
  const url = within(before, () => parseWithoutFragment(before));
  return { ...url, fragment: within(text, () => unescaped(fragment)) };
}

function within<T>(text: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof GoUrlError) error.message = `parse ${goQuote(text)}: ${error.message}`;
    throw error;
  }
}

function cut(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

const isControl = (char: string): boolean => char < ' ' || char === '\x7f';

function parseWithoutFragment(text: string): Omit<GoUrl, 'fragment'> {
  if (Array.from(text).some(isControl)) throw new GoUrlError('net/url: invalid control character in URL');
  if (text === '*') return { scheme: '', host: '', userinfo: undefined, path: '*', query: '' };
  const [scheme, afterScheme] = splitScheme(text);
  const [rest, query] = cut(afterScheme, '?');
  const url = { scheme, host: '', userinfo: undefined, path: '', query };
  if (!rest.startsWith('/')) {
    if (scheme !== '') return url;
    if (cut(rest, '/')[0].includes(':')) throw new GoUrlError('first path segment in URL cannot contain colon');
  }
  if (!rest.startsWith('//') || (scheme === '' && rest.startsWith('///'))) return { ...url, path: unescaped(rest) };
  const slash = rest.indexOf('/', 2);
  const authority = slash === -1 ? rest.slice(2) : rest.slice(2, slash);
  return { ...url, ...parseAuthority(scheme, authority), path: slash === -1 ? '' : unescaped(rest.slice(slash)) };
}

function splitScheme(text: string): [string, string] {
  if (text.startsWith(':')) throw new GoUrlError('missing protocol scheme');
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1];
  return scheme === undefined ? ['', text] : [scheme.toLowerCase(), text.slice(scheme.length + 1)];
}

function parseAuthority(scheme: string, authority: string): Pick<GoUrl, 'host' | 'userinfo'> {
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at === -1) return { host, userinfo: undefined };
  const userinfo = authority.slice(0, at);
  if (!/^[\w\-.:~!$&'()*+,;=%@]*$/.test(userinfo)) throw new GoUrlError('net/url: invalid userinfo');
  unescaped(userinfo);
  return { host, userinfo };
}

function parseHost(scheme: string, host: string): string {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) throw new GoUrlError('invalid IP-literal');
  if (bracket === 0) {
    const end = host.lastIndexOf(']');
    if (end === -1) throw new GoUrlError("missing ']' in host");
    checkPort(host.slice(end + 1));
    const [address] = cut(host.slice(1, end), '%25');
    checkIpv6(unescapedHost(address));
    return host;
  }
  const colon = scheme === 'http' || scheme === 'https' ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon !== -1) checkPort(host.slice(colon));
  return unescapedHost(host);
}

function checkPort(port: string): void {
  if (!/^(?::\d*)?$/.test(port)) throw new GoUrlError(`invalid port ${goQuote(port)} after host`);
}

function checkIpv6(address: string): void {
  if (ipv4Bytes(address) !== undefined) throw new GoUrlError('invalid IP-literal');
  if (ipv6Groups(address) !== undefined) return;
  throw new GoUrlError(`invalid host: ParseAddr(${goQuote(address)}): unable to parse IP`);
}

function unescapedHost(host: string): string {
  for (let at = 0; at < host.length; at++) {
    const char = host.charAt(at);
    if (char === '%') {
      const escape = host.slice(at, at + 3);
      // Only what is not ASCII may be escaped, and the percent sign.
      if (!/^%[89A-Fa-f][\dA-Fa-f]$/.test(escape) && escape !== '%25') throw badEscape(escape);
      at += 2;
    } else if (char < '\x80' && !/[\w\-.~!$&'()*+,;=:[\]<>"]/.test(char)) {
      throw new GoUrlError(`invalid character ${goQuote(char)} in host name`);
    }
  }
  return unescaped(host);
}

/** Bytes that are no UTF-8 become what Go shows of them. */
function unescaped(text: string): string {
  const bad = /%(?![\dA-Fa-f]{2}).{0,2}/su.exec(text);
  if (bad !== null) throw badEscape(bad[0]);
  return text.includes('%') ? decode(text) : text;
}

function decode(text: string): string {
  const bytes: Buffer[] = [];
  for (const part of text.split(/(%[\dA-Fa-f]{2})/)) {
    bytes.push(part.length === 3 && part.startsWith('%') ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part));
  }
  return Buffer.concat(bytes).toString();
}

const badEscape = (escape: string): GoUrlError => new GoUrlError(`invalid URL escape ${goQuote(escape)}`);
