import { goQuote } from '../../go-quote.ts';
import { type GoUrl, GoUrlError, parseGoUrl } from '../../go-url.ts';
import { type FunctionDeclaration, method, overload } from '../function.ts';
import { ArrayList } from '../list.ts';
import { MapBuilder } from '../map.ts';
import type { Meter } from '../meter.ts';
import { boolType, listType, mapType, objectType, stringType } from '../type.ts';
import { CelError, Opaque, type Value } from '../value.ts';

export const urlType = objectType('kubernetes.URL', new Map());

/** Characters that a path may have as they are. */
const pathSafe = /^[A-Za-z0-9\-._~$&+,/:;=@!'()*[\]]$/;

/** As Go's URL.EscapedPath: what is written, when nothing in it needs an escape. */
function escapedPath(raw: string, path: string): string {
  const isValid = Array.from(raw).every((char) => char === '%' || pathSafe.test(char));
  if (isValid) return raw;
  const safe = /^[A-Za-z0-9\-._~$&+,/:;=@]$/;
  return Array.from(path, (char) => (safe.test(char) ? char : encoded(char))).join('');
}

const encoded = (char: string): string =>
  Array.from(Buffer.from(char), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** Made by `url(…)`. */
export class UrlValue extends Opaque {
  override readonly type = urlType;
  readonly url: GoUrl;
  /** What stands behind the scheme when that is no path. */
  readonly #opaque: string;
  readonly path: string;

  constructor(text: string) {
    super();
    this.url = parseGoUrl(text);
    const [withoutFragment = ''] = text.split('#', 1);
    const [withoutQuery = ''] = withoutFragment.split('?', 1);
    const rest = this.url.scheme === '' ? withoutQuery : withoutQuery.slice(this.url.scheme.length + 1);
    const isPath = rest.startsWith('/') || this.url.scheme === '';
    this.#opaque = isPath ? '' : rest;
    const isAuthority = rest.startsWith('//') && !(this.url.scheme === '' && rest.startsWith('///'));
    const slash = isAuthority ? rest.indexOf('/', 2) : 0;
    this.path = isPath ? escapedPath(slash === -1 ? '' : rest.slice(slash), this.url.path) : '';
  }

  get text(): string {
    const { scheme, host, userinfo, query, fragment } = this.url;
    const authority =
      host === '' && userinfo === undefined ? '' : `//${userinfo === undefined ? '' : `${userinfo}@`}${host}`;
    const tail = `${query === '' ? '' : `?${query}`}${fragment === '' ? '' : `#${fragment}`}`;
    return `${scheme === '' ? '' : `${scheme}:`}${this.#opaque}${authority}${this.path}${tail}`;
  }

  override equals(other: UrlValue): boolean {
    return this.text === other.text;
  }
}

/** What Go's url.ParseRequestURI says of a text: it takes a URL, or the path of a request, that has no fragment. */
export function requestError(text: string): string | undefined {
  if (text === '') return 'parse "": empty url';
  try {
    const { scheme } = parseGoUrl(text.replaceAll('#', '%23'));
    if (scheme !== '' || text.startsWith('/') || text === '*') return undefined;
    return `parse ${goQuote(text)}: invalid URI for request`;
  } catch (error) {
    if (!(error instanceof GoUrlError)) throw error;
    const isPath =
      /^(?:\/|[A-Za-z][A-Za-z0-9+.-]*:)/.test(text) || /^:|protocol scheme|control character/.test(error.message);
    return isPath ? error.message.replaceAll('%23', '#') : `parse ${goQuote(text)}: invalid URI for request`;
  }
}

function toUrl(_: Meter, text: string): Value {
  const failure = 'URL parse error during conversion from string: ';
  const wrong = requestError(text);
  if (wrong !== undefined) return new CelError(`${failure}${wrong}`);
  try {
    return new UrlValue(text);
  } catch (error) {
    if (error instanceof GoUrlError) return new CelError(`${failure}${error.message}`);
    throw error;
  }
}

/** The host without its port, and without the brackets of an address. */
function hostname({ host }: GoUrl): string {
  if (host.startsWith('[')) return host.slice(1, host.indexOf(']'));
  const colon = host.indexOf(':');
  return colon === -1 ? host : host.slice(0, colon);
}

const port = ({ host }: GoUrl): string => /:(\d*)$/.exec(host.slice(host.indexOf(']') + 1))?.[1] ?? '';

const unescapedQuery = (text: string): string | undefined => {
  if (/%(?![\da-fA-F]{2})/.test(text)) return undefined;
  const bytes = text
    .replaceAll('+', ' ')
    .split(/(%[\da-fA-F]{2})/)
    .map((part, at) => (at % 2 === 1 ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part)));
  return Buffer.concat(bytes).toString();
};

/** Keys with all of their values. What cannot be read is left out. */
function query(meter: Meter, { url }: UrlValue): Value {
  meter.work(url.query.length);
  const found = new Map<string, string[]>();
  for (const pair of url.query.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const equals = pair.indexOf('=');
    const name = unescapedQuery(equals === -1 ? pair : pair.slice(0, equals));
    const value = unescapedQuery(equals === -1 ? '' : pair.slice(equals + 1));
    if (name === undefined || value === undefined) continue;
    const known = found.get(name);
    if (known === undefined) found.set(name, [value]);
    else known.push(value);
  }
  const map = new MapBuilder();
  for (const [name, values] of found) map.set(name, new ArrayList(values));
  return map.done();
}

const part = (name: string, id: string, read: (value: UrlValue) => string): FunctionDeclaration => ({
  name,
  overloads: [method(id, [urlType], stringType, (_: Meter, value: UrlValue) => read(value))],
});

/** URLs as Go reads them. */
export const urlsLibrary: readonly FunctionDeclaration[] = [
  { name: 'url', overloads: [overload('string_to_url', [stringType], urlType, toUrl)] },
  part('getScheme', 'url_get_scheme', ({ url }) => url.scheme),
  part('getHost', 'url_get_host', ({ url }) => url.host),
  part('getHostname', 'url_get_hostname', ({ url }) => hostname(url)),
  part('getPort', 'url_get_port', ({ url }) => port(url)),
  part('getEscapedPath', 'url_get_escaped_path', ({ path }) => path),
  {
    name: 'getQuery',
    overloads: [method('url_get_query', [urlType], mapType(stringType, listType(stringType)), query)],
  },
  {
    name: 'isURL',
    overloads: [
      overload('is_url_string', [stringType], boolType, (_: Meter, text: string) => requestError(text) === undefined),
    ],
  },
];
