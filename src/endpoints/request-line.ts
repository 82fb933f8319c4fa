/**
 * What a request asks for, as its client wrote it. Nothing is normalised before it is routed: `..`, `//` and a backslash
 * are parts of a path like any other (kubernetes#119629), and methods differ by case.
 */
export class RequestLine {
  readonly method: string;
  /** Decoded, without the query: `/api/v1/namespaces/a/pods`, `*`, or '' for an absolute URL without one. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The same as it was sent, without `?`. */
  readonly rawQuery: string;
  /** Host and port that the client believes it talks to; '' when it said none. */
  readonly authority: string;
  /** Why nothing can be done with it. `path` is then '' or not decoded. */
  readonly problem: string | undefined;

  /**
   * @param target what stands between method and version: a path, an absolute URL, `*`, or an authority. Characters are
   * bytes, as node has them.
   * @param host the `Host` header, or `:authority`; undefined when there is none
   */
  constructor(method: string, target: string, host: string | undefined, problem?: string) {
    this.method = method;
    const { authority, rest } = partsOf(method, target);
    const question = rest.indexOf('?');
    const rawPath = question === -1 ? rest : rest.slice(0, question);
    const path = decodedPath(rawPath);
    this.path = path ?? rawPath;
    this.rawQuery = question === -1 ? '' : rest.slice(question + 1);
    this.query = parseQuery(this.rawQuery);
    this.authority = authority === '' ? (host ?? '') : authority;
    this.problem =
      problem ??
      (path === undefined
        ? 'the path of the request is not valid percent-encoded UTF-8'
        : hostCharacters.test(this.authority)
          ? undefined
          : 'malformed Host header');
  }

  /** For a call without a server: a Request has only a URL in its normal form. */
  static ofRequest({ method, url, headers }: Request): RequestLine {
    const hash = url.indexOf('#');
    return new RequestLine(method, hash === -1 ? url : url.slice(0, hash), headers.get('host') ?? undefined);
  }
}

const absolute = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?]*)/;

/** What net/http lets a Host header consist of. */
const hostCharacters = /^[A-Za-z0-9!$%&'()*+,.:;=[\]_~-]*$/;

function partsOf(method: string, target: string): { readonly authority: string; readonly rest: string } {
  if (target.startsWith('/')) return { authority: '', rest: target };
  if (method === 'CONNECT') return { authority: target, rest: '' };
  const [whole = '', authority = ''] = absolute.exec(target) ?? [];
  return { authority: authority.slice(authority.lastIndexOf('@') + 1), rest: target.slice(whole.length) };
}

const beyondAscii = /[\x80-\xff]/g;
const escaped = (byte: string): string => `%${byte.charCodeAt(0).toString(16)}`;

/** `undefined` for what is no text, or could not be a part of a key. */
function decodedPath(path: string): string | undefined {
  if (/^[!-$&-~]*$/.test(path)) return path;
  try {
    const decoded = decodeURIComponent(path.replace(beyondAscii, escaped));
    return decoded.includes('\0') ? undefined : decoded;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** What Go's url.ParseQuery does not take for a pair, and leaves out. */
const badPair = /;|%(?![0-9A-Fa-f]{2})/;

function parseQuery(query: string): URLSearchParams {
  const readable = badPair.test(query)
    ? query
        .split('&')
        .filter((pair) => !badPair.test(pair))
        .join('&')
    : query;
  // A question mark in front would be taken for the query's own.
  return new URLSearchParams(`&${readable.replace(beyondAscii, escaped)}`);
}
