import type { JsonObject } from '../../../src/machinery/json-value.ts';
import type { Answer } from '../exchange.ts';
import { life, type Step, type Steps } from '../life.ts';
import { allMutations } from '../mutations.ts';
import type { Case } from './case.ts';
import { preparation } from './wire.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const patchTypes = { merge: 'application/merge-patch+json', apply: 'application/apply-patch+yaml' } as const;

const text = { type: 'string' };
const item = {
  type: 'object',
  required: ['key'],
  properties: { key: text, proto: { ...text, default: 'TCP' }, value: { type: 'integer' } },
};
const spec = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', format: 'int32', minimum: 1, maximum: 10 },
    ratio: { type: 'number', multipleOf: 0.5 },
    name: { ...text, pattern: '^[a-z]+$', maxLength: 5 },
    color: { ...text, enum: ['black', 'grey'], default: 'black' },
    when: { ...text, format: 'date-time', nullable: true },
    host: { ...text, format: 'hostname' },
    port: { 'x-kubernetes-int-or-string': true },
    labels: { type: 'object', additionalProperties: text, maxProperties: 2 },
    items: {
      type: 'array',
      items: item,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['key', 'proto'],
    },
    tags: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    pod: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
    choice: {
      type: 'object',
      properties: { a: { type: 'integer' }, b: text },
      not: { properties: { b: { enum: ['no'] } }, required: ['b'] },
    },
  },
};
const status = { type: 'object', properties: { replicas: { type: 'integer' }, selector: text } };
const columns = [
  { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
  { name: 'Keys', type: 'string', jsonPath: '.spec.items[*].key' },
  { name: 'Free', type: 'string', jsonPath: '.spec.free', priority: 1 },
  { name: 'When', type: 'date', jsonPath: '.spec.when' },
];
const version = {
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: 'object', required: ['spec'], properties: { spec, status } } },
  subresources: {
    status: {},
    scale: {
      specReplicasPath: '.spec.size',
      statusReplicasPath: '.status.replicas',
      labelSelectorPath: '.status.selector',
    },
  },
  additionalPrinterColumns: columns,
  selectableFields: [{ jsonPath: '.spec.color' }],
};

const group = 'crows.example.com';
const definition = (plural: string, kind: string, more: object = {}): JsonObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: { group, scope: 'Namespaced', names: { plural, kind }, versions: [{ ...version, ...more }] },
});

const object = (kind: string): JsonObject => ({
  apiVersion: `${group}/v1`,
  kind,
  metadata: { name: 'full' },
  spec: {
    size: 3,
    ratio: 1.5,
    name: 'abc',
    when: '2020-01-01T00:00:00Z',
    port: 'http',
    labels: { a: 'b' },
    items: [
      { key: 'a', value: 1 },
      { key: 'a', proto: 'UDP' },
    ],
    tags: ['x', 'y'],
    free: { z: 1, a: { y: 2, b: 3 } },
    pod: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, any: 1 },
    choice: { a: 1, b: 'yes' },
  },
});

/** So often is asked whether a definition is served; it takes seconds at most. */
const maxLooks = 20_000;

/** Makes the definition, and waits until its objects are served. What is asked for that is in no record. */
function* defined(plural: string, kind: string, more?: object): Steps {
  const body = definition(plural, kind, more);
  yield { step: preparation, request: { method: 'POST', path: definitions, body } };
  const look: Step = { step: preparation, request: { method: 'GET', path: `/apis/${group}/v1/${plural}` } };
  for (let looks = 0; looks < maxLooks; looks++) if ((yield look).status === 200) return;
}

function* mistakes(collection: string, of: JsonObject): Steps {
  const path = `${collection}?dryRun=All&fieldValidation=Strict`;
  for (const { what, object: body } of allMutations(of))
    yield { step: `create, ${what}`, request: { method: 'POST', path, body } };
}

const values = ['1', '1.0', '1e1', '1.5', '-0', '1e20', '9223372036854775807', '"a"', 'null', 'true', '{}', '[]'];
const fields = ['size', 'ratio', 'color', 'when', 'host', 'port', 'labels', 'items', 'tags', 'choice'];

/** One field that has one value, in every way to write it. */
function* written(collection: string, kind: string): Steps {
  const one = `${collection}/full`;
  yield { step: preparation, request: { method: 'POST', path: collection, body: object(kind) } };
  for (const field of fields) {
    for (const value of values) {
      const step = (how: string) => `${how}: ${field} is ${value}`;
      const patch = `{"apiVersion":"${group}/v1","kind":"${kind}","metadata":{"name":"full"},"spec":{"${field}":${value}}}`;
      const json = `[{"op":"add","path":"/spec/${field}","value":${value}}]`;
      const size = field === 'size' ? '' : '"size":1,';
      const meta = `"apiVersion":"${group}/v1","kind":"${kind}","metadata":{"name":"new"}`;
      const body = `{${meta},"spec":{${size}"${field}":${value}}}`;
      const query = 'dryRun=All&fieldManager=a&force=true';
      yield { step: step('create'), request: { method: 'POST', path: `${collection}?dryRun=All`, body } };
      for (const [how, contentType] of Object.entries(patchTypes)) {
        const path = `${one}?${how === 'apply' ? query : 'dryRun=All&fieldManager=a'}`;
        yield { step: step(how), request: { method: 'PATCH', path, contentType, body: patch } };
      }
      const contentType = 'application/json-patch+json';
      yield { step: step('json'), request: { method: 'PATCH', path: `${one}?dryRun=All`, contentType, body: json } };
    }
  }
}

function* subresources(collection: string, kind: string): Steps {
  const one = `${collection}/full`;
  const created: Answer = yield {
    step: 'create',
    request: { method: 'POST', path: collection, body: { ...object(kind), status: { replicas: 1 } } },
  };
  if (created.status !== 201) return;
  const merge = (step: string, path: string, body: unknown): Step => ({
    step,
    request: { method: 'PATCH', path: `${path}?fieldManager=m`, contentType: patchTypes.merge, body },
  });
  yield merge('status', `${one}/status`, { spec: { size: 9 }, status: { replicas: 2, selector: 'a=b' } });
  yield merge('a status that is wrong', `${one}/status`, { status: { replicas: 'many' } });
  yield { step: 'scale', request: { method: 'GET', path: `${one}/scale` } };
  for (const replicas of [5, 11, -1, 'a', null])
    yield merge(`scale to ${JSON.stringify(replicas)}`, `${one}/scale`, { spec: { replicas } });
  const bodies = ['{"spec":{"replicas":4}}', '{"spec":{"replicas":1.5}}', '{"spec":{"replicas":"a"}}'];
  for (const body of bodies)
    yield { step: `a scale that is ${body}`, request: { method: 'PUT', path: `${one}/scale`, body } };
  yield { step: 'as a table', request: { method: 'GET', path: one, accept: table } };
  yield { step: 'list by a field', request: { method: 'GET', path: `${collection}?fieldSelector=spec.color%3Dgrey` } };
  const pretty = { method: 'GET', path: `${collection}?pretty=true` };
  yield { step: 'list', request: { method: 'GET', path: collection } };
  yield { step: 'list for people', request: pretty };
  yield { step: 'list in YAML', request: { ...pretty, path: collection, accept: 'application/yaml' } };
  yield { step: 'list as a table', request: { ...pretty, path: collection, accept: table } };
  yield { step: 'what is not there', request: { method: 'GET', path: `${one}/nothing` } };
}

function* withoutSubresources(collection: string, kind: string): Steps {
  yield { step: 'create', request: { method: 'POST', path: collection, body: object(kind) } };
  for (const name of ['status', 'scale', 'nothing'])
    yield { step: `GET ${name}`, request: { method: 'GET', path: `${collection}/full/${name}` } };
  yield { step: 'PUT status', request: { method: 'PUT', path: `${collection}/full/status`, body: object(kind) } };
}

function* unnamed(collection: string, kind: string): Steps {
  const bodies: readonly unknown[] = [
    { metadata: { name: 'a' }, spec: { size: 1 } },
    { apiVersion: `${group}/v1`, metadata: { name: 'a' }, spec: { size: 1 } },
    { kind, metadata: { name: 'a' }, spec: { size: 1 } },
    { apiVersion: `${group}/v2`, kind, metadata: { name: 'a' } },
    { apiVersion: `${group}/v1`, kind: 'Other', metadata: { name: 'a' } },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
    'null',
    '[]',
    '{}',
  ];
  for (const body of bodies) {
    const step = typeof body === 'string' ? body : JSON.stringify(body);
    yield { step, request: { method: 'POST', path: `${collection}?dryRun=All`, body } };
  }
}

const objects = (
  name: string,
  plural: string,
  kind: string,
  steps: (collection: string, kind: string) => Steps,
  more?: object,
): Case => ({
  name: `definitions: ${name}`,
  kind: 'definitions',
  *steps(namespace) {
    yield* defined(plural, kind, more);
    yield* steps(`/apis/${group}/v1/namespaces/${namespace}/${plural}`, kind);
  },
});

/** Definitions with one thing wrong, and objects of one in which there is something of everything. */
export const definitionCases: readonly Case[] = [
  {
    name: 'definitions: mistakes',
    kind: 'definitions',
    // With fields to select by, the original breaks off where the schema is none.
    steps: () => mistakes(definitions, definition('wrongs', 'Wrong', { selectableFields: [] })),
  },
  objects('a life', 'lives', 'Life', (collection, kind) => life(collection, object(kind))),
  objects('objects with mistakes', 'mistakes', 'Mistake', (collection, kind) => mistakes(collection, object(kind))),
  objects('values of fields', 'fields', 'Field', written),
  objects('who does not say what it is', 'unnameds', 'Unnamed', unnamed),
  objects('subresources and lists', 'pieces', 'Piece', subresources),
  objects('no subresources', 'wholes', 'Whole', withoutSubresources, { subresources: {} }),
];
