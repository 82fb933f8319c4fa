import { describe, expect, test } from 'vitest';
import { builtInKinds } from '../api/built-in-kinds.ts';
import { inDiscoveryOrder } from '../api/discovery-order.ts';
import { WireReader } from '../machinery/protobuf/wire-reader.ts';
import { openApiV2Document } from './openapi-v2.ts';
import { openApiV2Protobuf } from './openapi-v2-protobuf.ts';

const resources = inDiscoveryOrder(builtInKinds().flatMap(({ versions }) => versions));

/** The contents of one field of a message, in order. */
function fields(message: Buffer | undefined, number: number): Buffer[] {
  const reader = new WireReader(message ?? Buffer.alloc(0));
  const found: Buffer[] = [];
  while (!reader.done) {
    const { field, wireType } = reader.tag();
    if (field === number && wireType === 2) found.push(reader.bytes());
    else reader.skip(wireType);
  }
  return found;
}

const at = (message: Buffer | undefined, ...path: number[]): Buffer | undefined =>
  path.reduce((inner, number) => fields(inner, number)[0], message);
const text = (message: Buffer | undefined, ...path: number[]) => at(message, ...path)?.toString();
/** The value in a repeated message of name and value. */
const named = (messages: Buffer[], name: string) =>
  at(
    messages.find((message) => text(message, 1) === name),
    2,
  );

const document = openApiV2Document(resources, 'protobuf', {}).body as Buffer;

describe('discovery/openapi-v2', () => {
  test('as protobuf it has every definition that it has as JSON, with its kinds as YAML', () => {
    const { definitions } = JSON.parse(openApiV2Document(resources, 'json', {}).body.toString());
    const messages = fields(at(document, 9), 1);
    expect(messages.map((message) => text(message, 1))).toEqual(Object.keys(definitions));
    const pod = named(messages, 'io.k8s.api.core.v1.Pod');
    expect(text(pod, 22, 1)).toBe('object');
    expect(text(named(fields(at(pod, 25), 1), 'spec'), 1)).toBe('#/definitions/io.k8s.api.core.v1.PodSpec');
    expect(text(pod, 31, 1)).toBe('x-kubernetes-group-version-kind');
    expect(text(pod, 31, 2, 2)).toBe('[{"group":"","version":"v1","kind":"Pod"}]');
    const spec = named(messages, 'io.k8s.api.core.v1.PodSpec');
    expect(fields(spec, 19).map(String)).toEqual(['containers']);
    const containers = named(fields(at(spec, 25), 1), 'containers');
    expect(text(containers, 22, 1)).toBe('array');
    expect(text(containers, 23, 1, 1)).toBe('#/definitions/io.k8s.api.core.v1.Container');
    const selector = named(fields(at(spec, 25), 1), 'nodeSelector');
    expect(text(selector, 21, 1, 22, 1)).toBe('string');
  });

  test('as protobuf it has the parameters of operations', () => {
    expect(text(document, 1)).toBe('2.0');
    const path = named(fields(at(document, 8), 2), '/api/v1/namespaces/{namespace}/configmaps/{name}');
    const patch = at(path, 8);
    // Those that stand for themselves, by which clients find out what the server checks, and those that all share.
    expect(fields(patch, 8).map((parameter) => text(parameter, 1, 2, 3, 4) ?? text(parameter, 2, 1))).toEqual([
      '#/parameters/body-78PwaGsr',
      'dryRun',
      '#/parameters/fieldManager-7c6nTn1T',
      'fieldValidation',
      '#/parameters/force-tOGGb0Yi',
    ]);
    expect(text(patch, 5)).toBe('patchCoreV1NamespacedConfigMap');
    expect(text(patch, 9, 1, 1)).toBe('200');
    expect(fields(path, 9).map((parameter) => text(parameter, 1, 2, 4, 4) ?? text(parameter, 2, 1))).toEqual([
      'name',
      '#/parameters/namespace-vgWSWtn3',
      '#/parameters/pretty-tJGM1-ng',
    ]);
    const shared = fields(at(document, 10), 1);
    expect(text(named(shared, 'force-tOGGb0Yi'), 2, 3, 4)).toBe('force');
    expect(text(named(shared, 'body-78PwaGsr'), 1, 5, 1)).toBe(
      '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Patch',
    );
    expect(text(at(document, 12), 1, 1)).toBe('BearerToken');
    expect(text(named(fields(at(document, 13), 1), 'BearerToken'), 2, 3)).toBe('header');
  });

  test('what is for reading stands beside types and fields, references too', () => {
    const words = { 'io.k8s.api.core.v1.Pod': ['A pod.', { spec: 'What it is to be.' }] } as const;
    const described = openApiV2Document(resources, 'protobuf', words).body as Buffer;
    const pod = named(fields(at(described, 9), 1), 'io.k8s.api.core.v1.Pod');
    expect(text(pod, 4)).toBe('A pod.');
    const spec = named(fields(at(pod, 25), 1), 'spec');
    expect(text(spec, 4)).toBe('What it is to be.');
    expect(text(spec, 1)).toBe('#/definitions/io.k8s.api.core.v1.PodSpec');
  });

  test('what no field is known for is a mistake, not a loss', () => {
    expect(() => openApiV2Protobuf({ swagger: '2.0', tags: [] })).toThrow(new RangeError('no field for tags'));
  });
});
