/** What a request's method and path say, before anybody has looked whether it exists. request.RequestInfo. */
export interface RequestInfo {
  readonly isResource: boolean;
  /** Decoded. */
  readonly path: string;
  /** A resource verb, or the method in lower case. '' for a method no verb belongs to. */
  readonly verb: string;
  /** `api` or `apis` for a resource. */
  readonly prefix: string;
  readonly group: string;
  readonly version: string;
  /** For a namespace object itself this is its own name, as in the original: authorization relies on it. */
  readonly namespace: string;
  /** The resource stands below `namespaces/<namespace>/`, be that name empty. */
  readonly inNamespace: boolean;
  readonly resource: string;
  readonly subresource: string;
  /** Of the path, or of `fieldSelector=metadata.name=…` on a collection. */
  readonly name: string;
  /** Of the path only. */
  readonly pathName: string;
  /** From the resource on: resource, name, subresource and what follows it. */
  readonly parts: readonly string[];
  /** By the deprecated `/watch/` in the path. */
  readonly watchPath: boolean;
}

/** By the method as it is written: `get` is none. */
const verbOfMethod: ReadonlyMap<string, string> = new Map([
  ['POST', 'create'],
  ['GET', 'get'],
  ['HEAD', 'get'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
]);
const namespaceSubresources = new Set(['status', 'finalize']);

/**
 * `path` is decoded and without the query. Slashes at its end count for nothing; all other empty segments are segments.
 * Never throws; what is not a resource's path is a non-resource request.
 */
export function requestInfoOf(method: string, path: string, query: URLSearchParams): RequestInfo {
  const segments = withoutEndSlashes(path).split('/').slice(1);
  const [prefix = ''] = segments;
  const first = prefix === 'apis' ? 3 : 2;
  const version = segments[first - 1] ?? '';
  const special = segments[first];
  if ((prefix !== 'api' && prefix !== 'apis') || special === undefined || version === '') {
    return nonResource(method, path);
  }
  const viaPath = special === 'watch' || special === 'proxy';
  if (viaPath && segments.length === first + 1) return nonResource(method, path);

  let parts = segments.slice(viaPath ? first + 1 : first);
  let namespace = '';
  let inNamespace = false;
  if (parts[0] === 'namespaces' && parts[1] !== undefined) {
    namespace = parts[1];
    inNamespace = parts[2] !== undefined && !namespaceSubresources.has(parts[2]);
    if (inNamespace) parts = parts.slice(2);
  }
  const [resource = '', pathName = '', third = ''] = parts;
  const verb = viaPath ? special : (verbOfMethod.get(method) ?? '');
  const onCollection = pathName === '' && !viaPath;
  return {
    isResource: true,
    path,
    verb: onCollection ? verbOnCollection(verb, query) : verb,
    prefix,
    group: prefix === 'apis' ? (segments[1] ?? '') : '',
    version,
    namespace,
    inNamespace,
    resource,
    subresource: viaPath ? '' : third,
    name: onCollection && verb === 'get' ? nameSelected(query) : pathName,
    pathName,
    parts,
    watchPath: verb === 'watch',
  };
}

const nonResource = (method: string, path: string): RequestInfo => ({
  isResource: false,
  path,
  verb: method.toLowerCase(),
  prefix: '',
  group: '',
  version: '',
  namespace: '',
  inNamespace: false,
  resource: '',
  subresource: '',
  name: '',
  pathName: '',
  parts: [],
  watchPath: false,
});

/** A loop: an expression would look at a row of slashes in the middle once for each of them. */
export function withoutEndSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  return path.slice(0, end);
}

function verbOnCollection(verb: string, query: URLSearchParams): string {
  if (verb === 'get') return asksWatch(query) ? 'watch' : 'list';
  return verb === 'delete' ? 'deletecollection' : verb;
}

/** `watch` in a query: present and neither `0` nor `false` in any case. */
const asksWatch = (query: URLSearchParams): boolean => {
  const value = query.get('watch');
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
};

/** The name that `fieldSelector` pins, if it could be one path segment; '' otherwise. */
function nameSelected(query: URLSearchParams): string {
  const pinned = /(?:^|,)metadata\.name==?([^,=!\\]+)(?:,|$)/.exec(query.get('fieldSelector') ?? '')?.[1] ?? '';
  return /[/%]/.test(pinned) || pinned === '.' || pinned === '..' ? '' : pinned;
}
