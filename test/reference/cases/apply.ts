import type { Steps } from '../life.ts';
import type { Case } from './case.ts';

const applyPatch = 'application/apply-patch+yaml';

interface Collection {
  readonly path: string;
  readonly apiVersion: string;
  readonly kind: string;
}

const maps: Collection = { path: '/api/v1/namespaces/~/configmaps', apiVersion: 'v1', kind: 'ConfigMap' };
const services: Collection = { path: '/api/v1/namespaces/~/services', apiVersion: 'v1', kind: 'Service' };
const pods: Collection = { path: '/api/v1/namespaces/~/pods', apiVersion: 'v1', kind: 'Pod' };
const deployments: Collection = {
  path: '/apis/apps/v1/namespaces/~/deployments',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
};

/** What somebody does: applies, updates or patches, under a name. */
type Turn =
  | readonly [manager: string, does: 'apply' | 'force', body: object, subresource?: string]
  | readonly [manager: string, does: 'create' | 'update' | 'merge' | 'raw', body: unknown, subresource?: string];

/** Turns at one object, each followed by a look at it. */
function turns(name: string, { path, apiVersion, kind }: Collection, all: readonly Turn[]): Case {
  const steps = function* (namespace: string): Steps {
    const collection = path.replace('~', namespace);
    const one = `${collection}/x`;
    for (const [index, [manager, does, body, subresource]] of all.entries()) {
      const target = subresource === undefined ? one : `${one}/${subresource}`;
      const whole =
        typeof body === 'object' ? { apiVersion, kind, ...body, metadata: { name: 'x', ...metadataOf(body) } } : body;
      const query = `fieldManager=${manager}`;
      const step = `${index + 1}: ${does} by ${manager}`;
      if (does === 'create') yield { step, request: { method: 'POST', path: `${collection}?${query}`, body: whole } };
      else if (does === 'update') yield { step, request: { method: 'PUT', path: `${target}?${query}`, body: whole } };
      else {
        const contentType = does === 'merge' ? 'application/merge-patch+json' : applyPatch;
        const force = does === 'force' ? '&force=true' : '';
        const sent = does === 'merge' || does === 'raw' ? body : whole;
        yield { step, request: { method: 'PATCH', path: `${target}?${query}${force}`, contentType, body: sent } };
      }
      yield { step: `${index + 1}: get`, request: { method: 'GET', path: one } };
    }
  };
  return { name: `apply: ${name}`, kind: 'apply', steps };
}

const metadataOf = (body: { readonly metadata?: object } | null): object => body?.metadata ?? {};

const container = (name: string, more: object = {}) => ({ name, image: 'i', ...more });
const template = (containers: readonly object[], more: object = {}) => ({
  selector: { matchLabels: { a: 'b' } },
  template: { metadata: { labels: { a: 'b' } }, spec: { containers, ...more } },
});

export const applyCases: readonly Case[] = [
  turns('one field, two managers', maps, [
    ['one', 'apply', { data: { a: '1' } }],
    ['two', 'apply', { data: { b: '2' } }],
    ['two', 'apply', { data: { a: '2', b: '2' } }],
    ['two', 'apply', { data: { a: '1', b: '2' } }],
    ['one', 'apply', { data: {} }],
    ['two', 'apply', { data: { b: '3' } }],
    ['three', 'force', { data: { b: '4' } }],
    ['two', 'apply', { data: { b: '3' } }],
    ['two', 'apply', {}],
    ['three', 'apply', {}],
  ]),
  turns('nothing changes', maps, [
    ['one', 'apply', { data: { a: '1' }, metadata: { labels: { l: 'm' } } }],
    ['one', 'apply', { data: { a: '1' }, metadata: { labels: { l: 'm' } } }],
    ['two', 'apply', { data: { a: '1' } }],
    ['two', 'apply', { data: { a: '1' } }],
  ]),
  turns('against those who update', maps, [
    ['creator', 'create', { data: { a: '1', b: '1' } }],
    ['one', 'apply', { data: { a: '2' } }],
    ['one', 'force', { data: { a: '2' } }],
    ['creator', 'update', { data: { a: '3', b: '1' } }],
    ['one', 'apply', { data: { a: '2' } }],
    ['merger', 'merge', { data: { c: '1' } }],
    ['merger', 'merge', { data: { c: null } }],
    ['creator', 'update', { data: { b: '1' } }],
  ]),
  turns('managedFields are cleared', maps, [
    ['one', 'apply', { data: { a: '1' } }],
    ['clearer', 'merge', { metadata: { managedFields: [{}] } }],
    ['one', 'apply', { data: { b: '1' } }],
    ['clearer', 'merge', { metadata: { managedFields: [] } }],
    ['clearer', 'merge', { metadata: { managedFields: [{ manager: 'x', operation: 'Nonsense' }] } }],
    ['one', 'apply', { metadata: { managedFields: [{ manager: 'x' }] } }],
  ]),
  turns('what cannot be applied', maps, [
    ['one', 'raw', '{'],
    ['one', 'raw', 'null'],
    ['one', 'raw', '[]'],
    ['one', 'raw', '{}'],
    ['one', 'raw', '{"apiVersion":"v1","kind":"ConfigMap"}'],
    ['one', 'raw', '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"}}'],
    ['one', 'raw', '{"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"x"}}'],
    ['one', 'raw', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"y"}}'],
    ['one', 'raw', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"unknown":1}'],
    ['one', 'raw', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{"a":1}}'],
    ['one', 'raw', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{"a":"1","a":"2"}}'],
    ['one', 'raw', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":null}'],
    ['one', 'raw', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: yes}\n'],
    ['one', 'raw', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: "yes"}\n'],
    ['', 'apply', { data: { a: '1' } }],
    ['x'.repeat(129), 'apply', { data: { a: '1' } }],
  ]),
  turns('containers and their lists', deployments, [
    ['one', 'apply', { spec: template([container('c', { env: [{ name: 'A', value: '1' }] })]) }],
    ['two', 'apply', { spec: template([container('d')]) }],
    ['two', 'apply', { spec: template([{ name: 'c', env: [{ name: 'B', value: '2' }] }, container('d')]) }],
    ['two', 'apply', { spec: template([{ name: 'c', env: [{ name: 'A', value: '2' }] }]) }],
    ['two', 'force', { spec: template([{ name: 'c', image: 'j', env: [{ name: 'A', value: '2' }] }]) }],
    ['one', 'apply', { spec: template([container('c', { ports: [{ containerPort: 80 }] })]) }],
    [
      'one',
      'force',
      { spec: template([container('c', { ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }] })]) },
    ],
    ['one', 'force', { spec: template([container('c', { ports: [{ containerPort: 80 }, { containerPort: 80 }] })]) }],
    ['one', 'force', { spec: template([container('c'), container('c')]) }],
    ['one', 'force', { spec: template([container('c', { args: ['a', 'b'] })]) }],
    ['two', 'apply', { spec: template([{ name: 'c', args: ['a'] }]) }],
    ['one', 'force', { spec: template([container('c')], { tolerations: [{ key: 'k', operator: 'Exists' }] }) }],
  ]),
  turns('selectors and strategies, which are one', deployments, [
    ['one', 'apply', { spec: { ...template([container('c')]), strategy: { type: 'Recreate' } } }],
    ['two', 'apply', { spec: { strategy: { type: 'RollingUpdate' } } }],
    ['two', 'force', { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } }],
    ['two', 'apply', { spec: { selector: { matchLabels: { c: 'd' } } } }],
    ['two', 'apply', { spec: { replicas: 2 } }],
    ['one', 'apply', { spec: { ...template([container('c')]), replicas: 2 } }],
    ['two', 'apply', { spec: {} }],
    ['three', 'update', { spec: { ...template([container('c')]), replicas: 5 } }],
  ]),
  turns('status', deployments, [
    ['one', 'apply', { spec: template([container('c')]), status: { replicas: 3 } }],
    ['status', 'apply', { status: { replicas: 3 } }, 'status'],
    ['status', 'apply', { spec: { replicas: 7 }, status: { replicas: 4 } }, 'status'],
    ['status', 'merge', { status: { readyReplicas: 1 } }, 'status'],
    [
      'conditions',
      'apply',
      { status: { conditions: [{ type: 'Available', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }] } },
      'status',
    ],
    [
      'others',
      'apply',
      { status: { conditions: [{ type: 'Progressing', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }] } },
      'status',
    ],
    ['others', 'apply', { status: { conditions: [{ type: 'Available', status: 'False' }] } }, 'status'],
  ]),
  turns('sets of texts', maps, [
    ['one', 'apply', { metadata: { finalizers: ['example.com/a'] } }],
    ['two', 'apply', { metadata: { finalizers: ['example.com/b'] } }],
    ['one', 'apply', { metadata: { finalizers: ['example.com/a', 'example.com/b'] } }],
    ['two', 'apply', { metadata: { finalizers: [] } }],
    ['one', 'apply', { metadata: { finalizers: ['example.com/a', 'example.com/a'] } }],
    ['one', 'apply', { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' }] } }],
    ['one', 'apply', { metadata: {} }],
  ]),
  turns('keys with defaults', services, [
    ['one', 'apply', { spec: { ports: [{ port: 80 }], selector: { a: 'b' } } }],
    ['two', 'apply', { spec: { ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }] } }],
    ['two', 'apply', { spec: { ports: [{ port: 81, name: 'b' }] } }],
    ['one', 'apply', { spec: { ports: [{ port: 80, name: 'a' }], selector: { c: 'd' } } }],
    ['two', 'apply', { spec: { ports: [{ port: 81, name: 'b' }] } }],
    ['one', 'apply', { spec: { selector: { c: 'd' } } }],
  ]),
  turns('from client-side to server-side', maps, [
    [
      'kubectl-client-side-apply',
      'create',
      {
        data: { a: '1', b: '1' },
        metadata: {
          annotations: {
            'kubectl.kubernetes.io/last-applied-configuration':
              '{"apiVersion":"v1","data":{"a":"1","b":"1"},"kind":"ConfigMap","metadata":{"name":"x"}}',
          },
        },
      },
    ],
    ['kubectl', 'apply', { data: { a: '2' } }],
    ['kubectl', 'apply', { data: { a: '3' } }],
  ]),
  turns('more than ten managers that update', maps, [
    ['creator', 'create', { data: { a: '0' } }],
    ...Array.from({ length: 12 }, (_, i): Turn => {
      // Those of one second are the oldest by name.
      const manager = `manager-${String(i).padStart(2, '0')}`;
      return [manager, 'merge', { data: { [`k${i}`]: 'v' } }];
    }),
  ]),
  turns('a pod, whose spec does not change', pods, [
    ['one', 'apply', { spec: { containers: [container('c')] } }],
    ['two', 'apply', { spec: { containers: [container('c', { image: 'j' })] } }],
    ['two', 'force', { spec: { containers: [container('c', { image: 'j' })] } }],
    ['two', 'apply', { spec: { containers: [container('c', { image: 'j' }), container('d')] } }],
    ['kubelet', 'merge', { status: { phase: 'Running' } }, 'status'],
  ]),
];
