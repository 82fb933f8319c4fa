import type { Steps } from '../life.ts';
import type { Case } from './case.ts';
import { preparation } from './wire.ts';

const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** What is looked at by its text: `%` is where the value goes, which is a field of `spec`, or of the object. */
interface Subject {
  readonly path: string;
  readonly name: string;
  readonly text: string;
  readonly fields: readonly (readonly [field: string, ...values: string[]])[];
}

const template =
  '"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"registry.example.com/i:1"}]}}';

const numbers = ['1.0', '1e1', '1.5', '-0', '2147483648', '1e20', '"1"', 'null', 'true', '{}', '[]'] as const;
const selector = '"selector":{"matchLabels":{"a":"b"}}';

const subjects: readonly Subject[] = [
  {
    path: '/apis/apps/v1/namespaces/~/deployments',
    name: 'd',
    text: `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{${selector},${template}%}}`,
    fields: [
      ['replicas', ...numbers],
      ['paused', '1', '"true"', 'null', '{}'],
      [
        'strategy',
        '{"rollingUpdate":{"maxSurge":1.0}}',
        '{"type":"Recreate","rollingUpdate":null}',
        '{"type":1}',
        '[]',
      ],
    ],
  },
  {
    path: '/apis/rbac.authorization.k8s.io/v1/namespaces/~/roles',
    name: 'r',
    text: '{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"r"}%}',
    fields: [
      [
        'rules',
        '[]',
        'null',
        '[{"apiGroups":[""],"resources":["pods"],"verbs":["get"],"resourceNames":[]}]',
        '[{"apiGroups":[""],"resources":["pods"],"verbs":["get"],"resourceNames":null,"nonResourceURLs":[]}]',
        '[{"apiGroups":[],"resources":["pods"],"verbs":["get"]}]',
      ],
    ],
  },
  {
    path: '/apis/networking.k8s.io/v1/namespaces/~/networkpolicies',
    name: 'p',
    text: '{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"p"},"spec":{"podSelector":{}%}}',
    fields: [
      ['ingress', '[]', 'null', '[{}]', '[{"from":[]}]', '[{"from":[{"podSelector":{"matchLabels":{}}}]}]'],
      ['policyTypes', '[]', 'null', '[""]'],
    ],
  },
  {
    path: '/api/v1/namespaces/~/limitranges',
    name: 'l',
    text: '{"apiVersion":"v1","kind":"LimitRange","metadata":{"name":"l"},"spec":{"limits":[{"type":"Container"%}]}}',
    fields: [
      [
        'max',
        '{"cpu":1}',
        '{"cpu":1.50}',
        '{"cpu":1e3}',
        '{"cpu":"1e3"}',
        '{"cpu":-0}',
        '{"cpu":true}',
        '{"cpu":null}',
        '{}',
      ],
    ],
  },
  {
    path: '/api/v1/namespaces/~/secrets',
    name: 's',
    text: '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}%}',
    fields: [
      ['data', '{}', '{"a":null}', '{"a":""}', '{"a":[1,2]}', '{"a":[256]}', '{"a":"!"}', '{"a":"YQ"}', '{"a":1}'],
      ['immutable', 'null', '0', 'false'],
    ],
  },
];

/** The text with a field that has a value of its own. */
const textWith = ({ text }: Subject, field: string, value: string): string => text.replace('%', `,"${field}":${value}`);

function* written(subject: Subject, namespace: string): Steps {
  const path = subject.path.replace('~', namespace);
  const one = `${path}/${subject.name}`;
  for (const [field, ...values] of subject.fields) {
    for (const value of values) {
      const body = textWith(subject, field, value);
      const step = (how: string) => `${how}: ${field} is ${value}`;
      const request = (method: string, at: string) => ({ method, path: `${at}?dryRun=All&fieldManager=a`, body });
      yield { step: preparation, request: { method: 'DELETE', path: one } };
      yield { step: step('create'), request: request('POST', path) };
      yield { step: preparation, request: { method: 'POST', path, body: subject.text.replace('%', '') } };
      yield { step: step('replace'), request: request('PUT', one) };
      for (const [how, contentType] of Object.entries(patchTypes))
        yield { step: step(how), request: { ...request('PATCH', one), contentType } };
    }
  }
}

const twice: readonly (readonly [what: string, text: string])[] = [
  ['a name', '{"metadata":{"name":"a","name":"b"}}'],
  ['one, and a field that is unknown', '{"metadata":{"name":"a","x":1,"name":"b"},"y":1}'],
  ['a field that is unknown', '{"metadata":{"name":"a"},"x":1,"x":2}'],
  ['fields within what is unknown', '{"metadata":{"name":"a"},"x":{"a":1,"a":2}}'],
  ['a map', '{"metadata":{"name":"a"},"data":{"a":"1","b":"1"},"data":{"b":"2"}}'],
  ['a map, and then none', '{"metadata":{"name":"a"},"data":{"a":"1"},"data":null}'],
  ['a struct', '{"metadata":{"name":"a","labels":{"a":"1"}},"metadata":{"labels":{"b":"2"}}}'],
  ['a struct, and then null', '{"metadata":{"name":"a"},"metadata":null}'],
  ['an entry', '{"metadata":{"name":"a","labels":{"a":"1","a":"2"}},"data":{"b":"1","b":"2"}}'],
  ['a flag, and then null', '{"metadata":{"name":"a"},"immutable":true,"immutable":null}'],
  ['a list', '{"metadata":{"name":"a","finalizers":["a.example/a","a.example/b"],"finalizers":["a.example/c"]}}'],
];
const yaml = 'metadata:\n  name: a\n  name: b\n  x: 1\ndata:\n  a: "1"\n  a: "2"\nx: 1\n';

function* repeated(namespace: string): Steps {
  const path = `/api/v1/namespaces/${namespace}/configmaps?dryRun=All&fieldValidation=`;
  for (const validation of ['Strict', 'Warn', 'Ignore']) {
    for (const [what, body] of twice)
      yield { step: `${what} twice, ${validation}`, request: { method: 'POST', path: `${path}${validation}`, body } };
    const request = { method: 'POST', path: `${path}${validation}`, contentType: 'application/yaml', body: yaml };
    yield { step: `YAML, ${validation}`, request };
  }
}

/** How what a body says is read: numbers, what is empty, what is there twice. */
export const decodingCases: readonly Case[] = [
  { name: 'decoding: keys that are there twice', kind: 'decoding', steps: repeated },
  ...subjects.map(
    (subject): Case => ({
      name: `decoding: ${subject.path.split('/').at(-1) ?? ''}`,
      kind: 'decoding',
      steps: (namespace) => written(subject, namespace),
    }),
  ),
];
