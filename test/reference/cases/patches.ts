import type { Step, Steps } from '../life.ts';
import type { Case } from './case.ts';

const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';
const json = 'application/json-patch+json';

const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'm', labels: { a: 'b' }, annotations: { 'example.com/x': 'y' } },
  data: { one: '1', two: '2' },
};
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', finalizers: ['example.com/a', 'example.com/b'] },
  spec: {
    containers: [
      { name: 'a', image: 'i', env: [{ name: 'A', value: '1' }] },
      { name: 'b', image: 'i' },
    ],
    tolerations: [{ key: 'k', operator: 'Exists' }],
  },
};
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd' },
  spec: {
    selector: { matchLabels: { a: 'b' } },
    template: {
      metadata: { labels: { a: 'b' } },
      spec: {
        containers: [
          {
            name: 'a',
            image: 'i',
            args: ['x', 'y'],
            env: [
              { name: 'A', value: '1' },
              { name: 'B', value: '2' },
            ],
            ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }],
          },
        ],
        volumes: [{ name: 'v', emptyDir: {} }],
      },
    },
  },
};

interface Subject {
  readonly base: string;
  readonly object: { readonly metadata: { readonly name: string } };
}

const maps: Subject = { base: '/api/v1/namespaces/~/configmaps', object: configMap };
const pods: Subject = { base: '/api/v1/namespaces/~/pods', object: pod };
const deployments: Subject = { base: '/apis/apps/v1/namespaces/~/deployments', object: deployment };

type Patch = readonly [what: string, body: unknown, query?: string];

/** Each patch of an object that is made anew for it. */
function patches(name: string, { base, object }: Subject, contentType: string, all: readonly Patch[]): Case {
  const steps = function* (namespace: string): Steps {
    const collection = base.replace('~', namespace);
    const path = `${collection}/${object.metadata.name}`;
    const forget: Step = {
      step: 'remove the finalizers',
      request: { method: 'PATCH', path, contentType: merge, body: { metadata: { finalizers: null } } },
    };
    for (const [what, body, query = 'fieldManager=patcher'] of all) {
      yield {
        step: `before ${what}`,
        request: { method: 'POST', path: `${collection}?fieldManager=creator`, body: object },
      };
      yield { step: what, request: { method: 'PATCH', path: `${path}?${query}`, contentType, body } };
      yield { step: `after ${what}`, request: { method: 'GET', path } };
      yield forget;
      yield { step: 'delete', request: { method: 'DELETE', path: `${path}?gracePeriodSeconds=0` } };
    }
  };
  return { name, kind: 'patches', steps };
}

const template = (spec: object) => ({ spec: { template: { spec } } });
const firstContainer = (container: object) => template({ containers: [{ name: 'a', ...container }] });

export const patchCases: readonly Case[] = [
  patches('JSON patch', maps, json, [
    ['add', [{ op: 'add', path: '/data/three', value: '3' }]],
    ['replace', [{ op: 'replace', path: '/data/one', value: 'x' }]],
    ['replace what is not there', [{ op: 'replace', path: '/data/none', value: 'x' }]],
    ['remove', [{ op: 'remove', path: '/data/one' }]],
    ['remove what is not there', [{ op: 'remove', path: '/data/none' }]],
    ['move', [{ op: 'move', from: '/data/one', path: '/data/moved' }]],
    ['move from nowhere', [{ op: 'move', from: '/data/none', path: '/data/moved' }]],
    ['copy', [{ op: 'copy', from: '/data/one', path: '/data/copied' }]],
    ['test that holds', [{ op: 'test', path: '/data/one', value: '1' }]],
    ['test that fails', [{ op: 'test', path: '/data/one', value: '2' }]],
    ['test of what is not there', [{ op: 'test', path: '/data/none', value: '2' }]],
    ['escapes', [{ op: 'replace', path: '/metadata/annotations/example.com~1x', value: 'z' }]],
    ['into nowhere', [{ op: 'add', path: '/none/at/all', value: 'x' }]],
    ['an unknown operation', [{ op: 'merge', path: '/data', value: {} }]],
    ['no operation', [{ path: '/data/one', value: 'x' }]],
    ['no path', [{ op: 'add', value: 'x' }]],
    ['no value', [{ op: 'add', path: '/data/three' }]],
    ['value null', [{ op: 'add', path: '/data/three', value: null }]],
    ['the whole object', [{ op: 'replace', path: '', value: {} }]],
    ['a pointer without slash', [{ op: 'add', path: 'data', value: {} }]],
    ['of nothing', []],
    ['that is an object', { op: 'add', path: '/data/three', value: '3' }],
    ['wrong type', [{ op: 'add', path: '/data/three', value: 3 }]],
    ['unknown field, strict', [{ op: 'add', path: '/unknown', value: 3 }], 'fieldValidation=Strict'],
    ['unknown field, warned of', [{ op: 'add', path: '/unknown', value: 3 }], 'fieldValidation=Warn'],
    ['the name', [{ op: 'replace', path: '/metadata/name', value: 'other' }]],
    ['the namespace', [{ op: 'replace', path: '/metadata/namespace', value: 'other' }]],
    ['the uid', [{ op: 'replace', path: '/metadata/uid', value: 'other' }]],
    ['a wrong resourceVersion', [{ op: 'replace', path: '/metadata/resourceVersion', value: '1' }]],
    ['a hostile key', [{ op: 'add', path: '/data/__proto__', value: 'x' }]],
    ['dry run', [{ op: 'add', path: '/data/three', value: '3' }], 'dryRun=All'],
  ]),
  patches('JSON patch of lists', pods, json, [
    ['append', [{ op: 'add', path: '/spec/tolerations/-', value: { key: 'new', operator: 'Exists' } }]],
    ['insert', [{ op: 'add', path: '/metadata/finalizers/0', value: 'example.com/first' }]],
    ['beyond the end', [{ op: 'add', path: '/metadata/finalizers/9', value: 'example.com/x' }]],
    ['a negative index', [{ op: 'remove', path: '/metadata/finalizers/-1' }]],
    ['no index', [{ op: 'remove', path: '/metadata/finalizers/x' }]],
    ['a leading zero', [{ op: 'remove', path: '/metadata/finalizers/01' }]],
    ['remove', [{ op: 'remove', path: '/metadata/finalizers/0' }]],
    ['an image', [{ op: 'replace', path: '/spec/containers/0/image', value: 'other' }]],
    ['what cannot be changed', [{ op: 'replace', path: '/spec/containers/0/name', value: 'other' }]],
  ]),
  patches('merge patch', maps, merge, [
    ['a value', { data: { one: 'x' } }],
    ['a removal', { data: { one: null } }],
    ['of nothing', {}],
    ['of what is so', { data: { one: '1' } }],
    ['null for a map', { data: null }],
    ['an array', []],
    ['null', null],
    ['a text', '"text"'],
    ['cut short', '{"data":'],
    ['a wrong type', { data: { one: 1 } }],
    ['an unknown field, strict', { unknown: 1 }, 'fieldValidation=Strict'],
    ['an unknown field, warned of', { unknown: 1 }, 'fieldValidation=Warn'],
    ['a field twice, strict', '{"data":{"one":"x","one":"y"}}', 'fieldValidation=Strict'],
    ['another kind', { kind: 'Secret' }],
    ['another version', { apiVersion: 'v2' }],
    ['the name', { metadata: { name: 'other' } }],
    ['no name', { metadata: { name: null } }],
    ['the uid', { metadata: { uid: 'other' } }],
    ['the creationTimestamp', { metadata: { creationTimestamp: '2026-01-01T00:00:00Z' } }],
    ['a wrong resourceVersion', { metadata: { resourceVersion: '1' } }],
    ['a label that is none', { metadata: { labels: { 'not a label!': 'x' } } }],
    ['no managedFields', { metadata: { managedFields: [] } }],
    ['a hostile key', '{"data":{"__proto__":"x","constructor":"y"}}'],
    ['an empty manager', { data: { one: 'x' } }, 'fieldManager='],
    ['force', { data: { one: 'x' } }, 'force=true'],
    ['dry run', { data: { one: 'x' } }, 'dryRun=All'],
  ]),
  patches('strategic merge patch', deployments, strategic, [
    ['a variable', firstContainer({ env: [{ name: 'A', value: 'x' }] })],
    ['a variable gone', firstContainer({ env: [{ name: 'A', $patch: 'delete' }] })],
    ['a new variable', firstContainer({ env: [{ name: 'C', value: '3' }] })],
    ['all variables replaced', firstContainer({ env: [{ $patch: 'replace' }, { name: 'C', value: '3' }] })],
    [
      'an order',
      firstContainer({ env: [{ name: 'B', value: 'x' }], '$setElementOrder/env': [{ name: 'B' }, { name: 'A' }] }),
    ],
    ['arguments, which are one', firstContainer({ args: ['z'] })],
    ['a port', firstContainer({ ports: [{ containerPort: 80, name: 'http' }] })],
    ['another container', template({ containers: [{ name: 'b', image: 'i' }] })],
    ['a container without its key', template({ containers: [{ image: 'i' }] })],
    ['the container gone', template({ containers: [{ name: 'a', $patch: 'delete' }] })],
    ['a volume of another type', template({ volumes: [{ name: 'v', emptyDir: null, hostPath: { path: '/h' } }] })],
    [
      'keys retained',
      template({ volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/h' } }] }),
    ],
    ['a map replaced', { metadata: { labels: { $patch: 'replace', x: 'y' } } }],
    ['a map removed', { metadata: { annotations: null } }],
    ['an unknown directive', { spec: { $patch: 'nonsense' } }],
    ['a list for a map', { spec: [] }],
    ['a map for a list', template({ containers: { name: 'a' } })],
    ['of nothing', {}],
    ['strategy', { spec: { strategy: { type: 'Recreate' } } }],
    ['strategy with what retains', { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }],
    ['the selector', { spec: { selector: { matchLabels: { a: 'c' } } } }],
    ['an unknown field, strict', { spec: { unknown: 1 } }, 'fieldValidation=Strict'],
  ]),
  patches('strategic merge patch of primitives', pods, strategic, [
    ['added', { metadata: { finalizers: ['example.com/c'] } }],
    ['deleted', { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/a'] } }],
    [
      'ordered',
      {
        metadata: {
          finalizers: ['example.com/c'],
          '$setElementOrder/finalizers': ['example.com/c', 'example.com/b', 'example.com/a'],
        },
      },
    ],
  ]),
];
