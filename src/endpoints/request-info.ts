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

const verbOfMethod: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};
const namespaceSubresources = new Set(['status', 'finalize']);

/** `path` is decoded and without the query. Never throws; what is not a resource's path is a non-resource request. */
export function requestInfoOf(method: string, path: string, query: URLSearchParams): RequestInfo {
  const other: RequestInfo = {
    isResource: false,
    path,
    verb: method.toLowerCase(),
    prefix: '',
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    pathName: '',
    parts: [],
    watchPath: false,
  };
  const [prefix = '', ...rest] = path.replace(/^\/+|\/+$/g, '').split('/');
  if (prefix !== 'api' && prefix !== 'apis') return other;
  const group = prefix === 'apis' ? (rest.shift() ?? '') : '';
  const [version = '', first, ...more] = rest;
  if (first === undefined || version === '') return other;

  const viaPath = first === 'watch' || first === 'proxy';
  if (viaPath && more.length === 0) return other;
  const verb = viaPath ? first : (verbOfMethod[method] ?? '');
  let parts = viaPath ? more : [first, ...more];
  let namespace = '';
  if (parts[0] === 'namespaces' && parts[1] !== undefined) {
    namespace = parts[1];
    if (parts[2] !== undefined && !namespaceSubresources.has(parts[2])) parts = parts.slice(2);
  }
  const [resource = '', pathName = ''] = parts;
  const subresource = viaPath ? '' : (parts[2] ?? '');
  const info = {
    ...other,
    isResource: true,
    prefix,
    group,
    version,
    namespace,
    resource,
    subresource,
    pathName,
    parts,
  };
  if (pathName !== '' || viaPath || verb !== 'get') {
    const onCollection = pathName === '' && verb === 'delete';
    return { ...info, verb: onCollection ? 'deletecollection' : verb, name: pathName, watchPath: verb === 'watch' };
  }
  return { ...info, verb: asksWatch(query) ? 'watch' : 'list', name: nameSelected(query) };
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
