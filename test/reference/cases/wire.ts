import type { Answer, Request } from '../exchange.ts';
import type { Steps } from '../life.ts';
import type { Case } from './case.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'] as const;
const bodied: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

const jsonPatch = 'application/json-patch+json';
const mergePatch = 'application/merge-patch+json';
const strategicPatch = 'application/strategic-merge-patch+json';
const applyPatch = 'application/apply-patch+yaml';

const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

/** Paths of every kind, `~` for the namespace. What is there: configmap `there`, pod `there`, deployment `there`. */
const core = '/api/v1/namespaces/~';
const apps = '/apis/apps/v1/namespaces/~';
const maps = `${core}/configmaps`;
const there = `${maps}/there`;
const missing = `${maps}/missing`;
const resourcePaths = [
  maps,
  `${maps}/`,
  there,
  `${there}/`,
  missing,
  `${there}/status`,
  `${there}/nonsense`,
  `${there}/status/nonsense`,
  '/api/v1/configmaps',
  `${core}/pods`,
  `${core}/pods/there/status`,
  `${core}/pods/missing/status`,
  `${core}/pods/there/nonsense`,
  `${apps}/deployments`,
  `${apps}/deployments/there`,
  `${apps}/deployments/there/scale`,
  `${apps}/deployments/missing/scale`,
  '/api/v1/namespaces/missing',
  '/api/v1/namespaces/missing/configmaps',
  '/api/v1/namespaces/missing/configmaps/there',
  '/api/v1/nodes/missing',
  '/api/v1/nodes/missing/status',
  `${core}/nonsense`,
  `${core}/nonsense/there`,
  '/api/v1/nonsense',
  '/api/v2/namespaces/~/configmaps',
  '/apis/apps/v9/namespaces/~/deployments',
  '/apis/nonsense.example.com/v1/namespaces/~/widgets',
  '/apis/nonsense.example.com/v1/widgets/there',
];
const otherPaths = [
  '/',
  '/nonsense',
  '/api',
  '/api/',
  '/api/v1',
  '/api/v1/',
  '/api/v2',
  '/apis',
  '/apis/',
  '/apis/apps',
  '/apis/apps/',
  '/apis/apps/v1',
  '/apis/apps/v9',
  '/apis/nonsense.example.com',
  '/apis/nonsense.example.com/v1',
  '/openapi/v2',
  '/openapi/v3',
  '/openapi/v3/nonsense',
  '/version',
  '/version/',
  '/healthz',
  '/livez',
  '/livez/ping',
  '/readyz',
  '/readyz/ping',
  '/readyz/nonsense',
  '/metrics',
];

const accepts = [
  '',
  '*/*',
  'application/*',
  'application/json',
  'application/json;q=0.5',
  'application/json, */*',
  'application/json;pretty=1',
  'application/yaml',
  'application/vnd.kubernetes.protobuf, application/json',
  'text/html',
  'text/html, */*;q=0.1',
  'application/xml',
  'text/plain',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=Table;v=v1;g=meta.k8s.io, application/json',
  'application/json;as=Table;v=v1beta1;g=meta.k8s.io',
  'application/json;as=Table;v=v9;g=meta.k8s.io',
  'application/json;as=Table;v=v9;g=meta.k8s.io, application/json',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/json;as=Nonsense;v=v1;g=meta.k8s.io',
  'application/yaml;as=Table;v=v1;g=meta.k8s.io',
  'nonsense',
  'application/json;',
  ',',
  'application/json;q=0',
  'application/json;stream=watch',
  'application/json;charset=utf-8',
];
const contentTypes = [
  '',
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=latin1',
  'APPLICATION/JSON',
  'application/yaml',
  'text/yaml',
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/vnd.kubernetes.protobuf',
  'application/cbor',
  'application/*',
  '*/*',
  'nonsense',
  'application/json, application/yaml',
  jsonPatch,
  mergePatch,
  `${mergePatch}; charset=utf-8`,
  strategicPatch,
  applyPatch,
  'application/apply-patch+json',
];
const bodies: readonly (readonly [name: string, body: string])[] = [
  ['nothing', ''],
  ['spaces', '  '],
  ['null', 'null'],
  ['an array', '[]'],
  ['an object', '{}'],
  ['a text', '"text"'],
  ['a number', '7'],
  ['true', 'true'],
  ['cut short', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":'],
  ['two documents', `${JSON.stringify(configMap('there'))}{}`],
  ['another kind', JSON.stringify({ ...configMap('there'), kind: 'Secret' })],
  ['another version', JSON.stringify({ ...configMap('there'), apiVersion: 'v2' })],
  ['another group', JSON.stringify({ ...configMap('there'), apiVersion: 'apps/v1' })],
  ['no kind', JSON.stringify({ metadata: { name: 'there' } })],
  ['kind without version', JSON.stringify({ kind: 'ConfigMap', metadata: { name: 'there' } })],
  ['kind as number', JSON.stringify({ ...configMap('there'), kind: 7 })],
  ['another name', JSON.stringify(configMap('another'))],
  ['another namespace', JSON.stringify({ ...configMap('there'), metadata: { name: 'there', namespace: 'other' } })],
  ['no name', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap' })],
  ['metadata null', '{"apiVersion":"v1","kind":"ConfigMap","metadata":null}'],
  ['metadata as list', '{"apiVersion":"v1","kind":"ConfigMap","metadata":[]}'],
  ['a field twice', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"there"},"data":{"a":"b","a":"c"}}'],
  ['an unknown field', JSON.stringify({ ...configMap('there'), unknown: 1 })],
  ['a wrong type', JSON.stringify({ ...configMap('there'), data: { a: 1 } })],
  ['options', '{"apiVersion":"v1","kind":"DeleteOptions","gracePeriodSeconds":0}'],
  [
    'an unknown resourceVersion',
    JSON.stringify({ ...configMap('there'), metadata: { name: 'there', resourceVersion: '1' } }),
  ],
  [
    'a broken resourceVersion',
    JSON.stringify({ ...configMap('there'), metadata: { name: 'there', resourceVersion: 'x' } }),
  ],
  ['a hostile key', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"there"},"data":{"__proto__":"a"}}'],
];

/** Parameter → values: right ones, wrong ones, none, twice. */
const parameters: Readonly<Record<string, readonly string[]>> = {
  limit: ['1', '0', '-1', 'x', '', '1.5', '1&limit=2', '99999999999999999999'],
  continue: ['x', '', 'e30', 'x&limit=1'],
  resourceVersion: ['0', '1', '-1', 'x', '', '0&resourceVersion=x'],
  resourceVersionMatch: ['Exact', 'NotOlderThan', 'x', '', 'Exact&resourceVersion=0', 'NotOlderThan&resourceVersion=0'],
  labelSelector: ['a=b', 'a', '!a', 'a in (b)', 'a in', '=', 'a=b,,c', 'a=b c', '', 'a=b&labelSelector=c'],
  fieldSelector: [
    'metadata.name=there',
    'metadata.name!=there',
    'x=y',
    'metadata.name',
    '',
    'metadata.name=a,metadata.name=b',
    'metadata.uid=x',
  ],
  timeoutSeconds: ['1', '0', '-1', 'x', ''],
  pretty: ['true', 'false', '1', 'x', ''],
  sendInitialEvents: ['true', 'false', 'x', ''],
  allowWatchBookmarks: ['true', 'x', ''],
  dryRun: ['All', '', 'None', 'all', 'All&dryRun=All', 'All&dryRun=x'],
  fieldManager: ['m', '', 'x'.repeat(128), 'x'.repeat(129), '%07', 'a&fieldManager=b'],
  fieldValidation: ['Strict', 'Warn', 'Ignore', 'strict', '', 'x'],
  force: ['true', 'false', 'x', ''],
  gracePeriodSeconds: ['0', '1', '-1', 'x', ''],
  propagationPolicy: ['Background', 'Foreground', 'Orphan', 'x', ''],
  orphanDependents: ['true', 'false', 'x', '', 'true&propagationPolicy=Orphan'],
  unknown: ['x', ''],
};

const encoded = (value: string): string => value.replaceAll(' ', '%20');

interface Matrix {
  readonly name: string;
  readonly requests: Iterable<Request>;
}

function* everyMethod(paths: readonly string[]): Generator<Request> {
  for (const path of paths) {
    for (const method of methods) yield { method, path, ...(bodied.has(method) ? { body: configMap('there') } : {}) };
  }
}

function* everyParameter(): Generator<Request> {
  for (const [name, values] of Object.entries(parameters)) {
    for (const value of values) {
      const query = `${name}=${encoded(value)}`;
      yield { method: 'GET', path: `${maps}?${query}` };
      yield { method: 'GET', path: `${there}?${query}` };
      yield { method: 'POST', path: `${maps}?${query}`, body: configMap('new') };
      yield { method: 'PUT', path: `${there}?${query}`, body: configMap('there') };
      yield { method: 'PATCH', path: `${there}?${query}`, contentType: mergePatch, body: { data: { a: 'b' } } };
      yield { method: 'DELETE', path: `${there}?${query}` };
    }
  }
  const queries = [
    'fieldManager=m&force=true',
    'force=true',
    'fieldManager=m&fieldValidation=Strict',
    'fieldManager=m&dryRun=All',
  ];
  for (const query of queries)
    yield { method: 'PATCH', path: `${there}?${query}`, contentType: applyPatch, body: configMap('there') };
  // A watch that does not begin: those that do never end by themselves.
  for (const query of ['watch=true&resourceVersion=x', 'watch=true&sendInitialEvents=true', 'watch=true&limit=x'])
    yield { method: 'GET', path: `${maps}?${query}` };
}

function* everyAccept(): Generator<Request> {
  for (const accept of accepts) {
    for (const path of [
      maps,
      there,
      missing,
      '/version',
      '/api/v1',
      '/apis/apps/v1',
      '/nonsense',
      `${core}/pods/there`,
    ])
      yield { method: 'GET', path, accept };
    yield { method: 'POST', path: `${maps}?dryRun=All`, accept, body: configMap('new') };
    yield { method: 'DELETE', path: `${there}?dryRun=All`, accept };
  }
}

function* everyContentType(): Generator<Request> {
  for (const contentType of contentTypes) {
    yield { method: 'POST', path: `${maps}?dryRun=All`, contentType, body: configMap('new') };
    yield { method: 'PUT', path: `${there}?dryRun=All`, contentType, body: configMap('there') };
    for (const path of [there, `${core}/pods/there/status`, `${apps}/deployments/there/scale`])
      yield {
        method: 'PATCH',
        path: `${path}?dryRun=All&fieldManager=m`,
        contentType,
        body: { metadata: { labels: { a: 'b' } } },
      };
    yield { method: 'DELETE', path: `${there}?dryRun=All`, contentType, body: { gracePeriodSeconds: 0 } };
  }
}

function* everyBody(): Generator<Request> {
  for (const [, body] of bodies) {
    yield { method: 'POST', path: `${maps}?dryRun=All`, body };
    yield { method: 'POST', path: `${maps}?dryRun=All&fieldValidation=Strict`, body };
    yield { method: 'PUT', path: `${there}?dryRun=All`, body };
    yield { method: 'DELETE', path: `${there}?dryRun=All`, body };
    yield { method: 'DELETE', path: `${maps}?dryRun=All`, body };
    for (const contentType of [jsonPatch, mergePatch, strategicPatch, applyPatch])
      yield { method: 'PATCH', path: `${there}?dryRun=All&fieldManager=m`, contentType, body };
  }
}

const matrices: readonly Matrix[] = [
  { name: 'methods on resources', requests: everyMethod(resourcePaths) },
  { name: 'methods on other paths', requests: everyMethod(otherPaths) },
  { name: 'parameters', requests: everyParameter() },
  { name: 'accept', requests: everyAccept() },
  { name: 'content types', requests: everyContentType() },
  { name: 'bodies', requests: everyBody() },
];

/** What is there before each request, whatever the one before did. */
const fixtures: readonly (readonly [path: string, body: object])[] = [
  [maps, configMap('there')],
  [
    `${core}/pods`,
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'there' }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  ],
  [
    `${apps}/deployments`,
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'there' },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      },
    },
  ],
];

/** Steps of this name are asked, and not compared. */
export const preparation = 'preparation';

function* matrix(requests: Iterable<Request>, namespace: string): Steps {
  const placed = (request: Request): Request => ({ ...request, path: request.path.replaceAll('~', namespace) });
  const prepare = function* (): Generator<{ step: string; request: Request }, void, Answer> {
    for (const [path, body] of fixtures) {
      yield { step: preparation, request: placed({ method: 'DELETE', path: `${path}/there?gracePeriodSeconds=0` }) };
      yield { step: preparation, request: placed({ method: 'POST', path: `${path}?fieldManager=fixture`, body }) };
    }
    yield { step: preparation, request: placed({ method: 'DELETE', path: `${maps}/new` }) };
  };
  yield* prepare();
  for (const request of requests) {
    const { method, path, accept, contentType, body } = request;
    const more = [
      accept === undefined ? '' : `accept ${accept}`,
      contentType ?? '',
      typeof body === 'string' ? body : '',
    ];
    const step = [method, path, ...more].filter((part) => part !== '').join(' ');
    const headOnly = !path.includes('~');
    const answer = yield { step, request: placed(request), headOnly };
    if (method !== 'GET' && answer.status < 300 && !path.includes('dryRun=All')) yield* prepare();
  }
}

/** The wire: every method, path, parameter, representation and body that a client may come up with. */
export const wireCases: readonly Case[] = matrices.map(({ name, requests }) => {
  const all = [...requests];
  return { name: `wire: ${name}`, kind: 'wire', steps: (namespace) => matrix(all, namespace) };
});
