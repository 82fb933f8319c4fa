import { describe, expect, test } from 'vitest';
import { encodeJson } from '../json/encode.ts';
import { parseJsonText } from '../json/parse.ts';
import type { JsonValue } from '../json-value.ts';
import { DecodeError, decode, decodeUnstructured } from './decoder.ts';
import { kubernetesSchema } from './kubernetes-schema.ts';
import type { StructSchema } from './schema.ts';

function kind(group: string, kind: string): StructSchema {
  const schema = kubernetesSchema().byKind({ group, version: 'v1' }, kind);
  if (schema === undefined) throw new Error(`no ${kind}`);
  return schema;
}
const pod = kind('', 'Pod');
const secret = kind('', 'Secret');
const deployment = kind('apps', 'Deployment');
const event = kind('', 'Event');

const refusal = (schema: StructSchema, value: JsonValue): string => {
  try {
    decode(schema, value);
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
  return '';
};

describe('machinery/schema decode', () => {
  test('keeps what it knows, in the order in which it was given', () => {
    const given = {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name: 'a', labels: { z: '1', a: '2' }, generation: 9007199254740993n },
      spec: { containers: [{ name: 'c', ports: [{ containerPort: 80 }] }], enableServiceLinks: false },
    };
    const { object, unknownFields } = decode(pod, given);
    expect(encodeJson(object)).toBe(encodeJson(given));
    expect(unknownFields).toEqual([]);
  });

  test('leaves an empty list or map out where it need not be, as Go does, and keeps an empty struct', () => {
    const { object } = decode(pod, {
      metadata: { labels: {}, finalizers: [] },
      spec: { containers: [], nodeSelector: {}, volumes: [{ name: 'v', emptyDir: {} }], securityContext: {} },
    });
    expect(object).toEqual({
      metadata: {},
      spec: { containers: [], volumes: [{ name: 'v', emptyDir: {} }], securityContext: {} },
    });
  });

  test.each([
    [
      '{"spec":{"replicas":1.0}}',
      'json: cannot unmarshal number 1.0 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      '{"spec":{"replicas":1e1}}',
      'json: cannot unmarshal number 1e1 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    ['{"spec":{"replicas":1.50}}', 'number 1.50 into'],
    ['{"metadata":{"generation":9223372036854775808}}', 'number 9223372036854775808 into'],
    ['{"spec":{"template":{"spec":{"containers":[{"ports":[{"containerPort":80.0}]}]}}}}', 'number 80.0 into'],
    ['{"spec":{"strategy":{"rollingUpdate":{"maxSurge":1.0}}}}', 'number 1.0 into'],
    ['{"spec":{"replicas":-0}}', ''],
  ])('a number that is not written as an integer is none: %s', (text, why) => {
    const { value, literals } = parseJsonText(text);
    const read = () => decode(deployment, value, '', { literals });
    if (why === '') expect(read()).toBeDefined();
    else expect(read).toThrow(why);
    // Where nobody says how it was written, it is what it is.
    if (text.includes('.0')) expect(() => decode(deployment, value)).not.toThrow();
  });

  test('a quantity is read as it was written', () => {
    const { value, literals } = parseJsonText('{"spec":{"overhead":{"cpu":1.50,"memory":1e3}}}');
    expect(decode(pod, value, '', { literals }).object).toEqual({
      spec: { overhead: { cpu: '1500m', memory: '1e3' } },
    });
  });

  test('drops what it does not know, and says where that was', () => {
    const { object, unknownFields } = decode(pod, {
      kind: 'Pod',
      foo: { deep: 1 },
      metadata: { Name: 'wrong case', labels: { any: 'key' } },
      spec: { containers: [{ name: 'a' }, { name: 'b', foo: 1, env: [{ name: 'x', bar: 2 }] }] },
    });
    expect(unknownFields).toEqual(['foo', 'metadata.Name', 'spec.containers[1].foo', 'spec.containers[1].env[0].bar']);
    expect(object).toEqual({
      kind: 'Pod',
      metadata: { labels: { any: 'key' } },
      spec: { containers: [{ name: 'a' }, { name: 'b', env: [{ name: 'x' }] }] },
    });
  });

  test('does not take inherited names for fields', () => {
    const { value } = parseJsonText(
      '{"__proto__":{"kind":"x"},"constructor":{},"metadata":{"labels":{"__proto__":"a"}}}',
    );
    const { object, unknownFields } = decode(pod, value);
    expect(unknownFields).toEqual(['__proto__', 'constructor']);
    expect(encodeJson(object)).toBe('{"metadata":{"labels":{"__proto__":"a"}}}');
  });

  test('at most 100 unknown fields are reported', () => {
    const fields = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`f${i}`, i]));
    expect(decode(pod, fields).unknownFields).toHaveLength(100);
  });

  test('a part of an object is reported where it stands', () => {
    const meta = kubernetesSchema().byName('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta')!;
    expect(decode(meta, { foo: 1 }, 'metadata').unknownFields).toEqual(['metadata.foo']);
    expect(() => decode(meta, { generation: 'x' }, 'metadata')).toThrow(
      'json: cannot unmarshal string into Go struct field ObjectMeta.metadata.generation of type int64',
    );
  });

  test('null is absent; in a list or a map it is nothing of its kind', () => {
    const { object } = decode(pod, {
      metadata: { creationTimestamp: null, labels: { a: null }, finalizers: [null] },
      spec: { containers: [null], nodeName: null },
      status: null,
    });
    expect(object).toEqual({
      metadata: { labels: { a: '' }, finalizers: [''] },
      spec: { containers: [{ name: '', resources: {} }] },
    });
  });

  test('a zero that Go leaves out is absent, one that was set on purpose is not', () => {
    const container = { name: '', image: '', tty: false, restartPolicy: '' };
    const spec = { containers: [container], hostNetwork: false, nodeName: '', enableServiceLinks: false, priority: 0 };
    expect(decode(pod, { spec }).object).toEqual({
      spec: { containers: [{ name: '', restartPolicy: '' }], enableServiceLinks: false, priority: 0 },
    });
  });

  test('times, quantities and bytes get their one spelling', () => {
    const spec = {
      containers: [{ name: 'a', resources: { limits: { cpu: '1000m', memory: '1024Ki', other: 0.5, more: 2 } } }],
    };
    expect(decode(pod, { metadata: { creationTimestamp: '2020-01-01T01:00:00.5+01:00' }, spec }).object).toEqual({
      metadata: { creationTimestamp: '2020-01-01T00:00:00Z' },
      spec: {
        containers: [{ name: 'a', resources: { limits: { cpu: '1', memory: '1Mi', other: '500m', more: '2' } } }],
      },
    });
    expect(decode(secret, { data: { a: 'YW\nJj', b: 'YQ==' } }).object).toEqual({ data: { a: 'YWJj', b: 'YQ==' } });
    expect(decode(event, { eventTime: '2020-01-01T00:00:00.000001+01:00' }).object).toEqual({
      eventTime: '2019-12-31T23:00:00.000001Z',
    });
    expect(decode(event, { firstTimestamp: '0001-01-01T00:00:00Z' }).object).toEqual({});
    expect(decode(event, { eventTime: '0001-01-01T00:00:00.000000Z' }).object).toEqual({});
  });

  test('what Kubernetes does not look into stays as it is', () => {
    const fieldsV1 = { 'f:spec': { '.': {}, 'k:{"name":"a"}': { x: [1, null] } } };
    const given = { metadata: { managedFields: [{ manager: 'm', fieldsV1 }] } };
    expect(decode(pod, given)).toEqual({ object: given, unknownFields: [], problems: [] });
  });

  // What Go's decoder says of the same body.
  test.each<[StructSchema, JsonValue, string]>([
    [pod, [], 'json: cannot unmarshal array into Go value of type v1.Pod'],
    [
      pod,
      { metadata: { generation: 'x' } },
      'json: cannot unmarshal string into Go struct field ObjectMeta.metadata.generation of type int64',
    ],
    [
      pod,
      { metadata: { generation: 1.5 } },
      'json: cannot unmarshal number 1.5 into Go struct field ObjectMeta.metadata.generation of type int64',
    ],
    [
      pod,
      { metadata: { labels: 'x' } },
      'json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string',
    ],
    [
      pod,
      { metadata: { labels: { a: 1 } } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      pod,
      { spec: { containers: 'x' } },
      'json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container',
    ],
    [
      pod,
      { spec: { containers: [{}, true] } },
      'json: cannot unmarshal bool into Go struct field PodSpec.spec.containers of type v1.Container',
    ],
    [
      pod,
      { spec: { containers: [{ ports: [{ containerPort: 3e9 }] }] } },
      'json: cannot unmarshal number 3000000000 into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
    ],
    [pod, { spec: 1 }, 'json: cannot unmarshal number into Go struct field Pod.spec of type v1.PodSpec'],
    [
      deployment,
      { spec: { strategy: { rollingUpdate: { maxSurge: true } } } },
      'json: cannot unmarshal bool into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32',
    ],
    [
      pod,
      { metadata: { creationTimestamp: 1 } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string',
    ],
    [
      pod,
      { metadata: { creationTimestamp: 'x' } },
      'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"',
    ],
    [secret, { data: { a: 'YQ' } }, 'illegal base64 data at input byte 0'],
    [secret, { type: [] }, 'json: cannot unmarshal array into Go struct field Secret.type of type v1.SecretType'],
    [secret, { data: { a: ['x'] } }, 'json: cannot unmarshal string into Go struct field Secret.data of type uint8'],
    [secret, { data: { a: [1, {}] } }, 'json: cannot unmarshal object into Go struct field Secret.data of type uint8'],
    [
      pod,
      { spec: { containers: [{ ports: [{ protocol: 7 }] }] } },
      'json: cannot unmarshal number into Go struct field ContainerPort.spec.containers.ports.protocol of type v1.Protocol',
    ],
    [
      pod,
      { spec: { volumes: [{ emptyDir: 1 }] } },
      'json: cannot unmarshal number into Go struct field Volume.spec.volumes.VolumeSource.emptyDir of type v1.EmptyDirVolumeSource',
    ],
    [secret, { data: { a: 1 } }, 'json: cannot unmarshal number into Go struct field Secret.data of type []uint8'],
    [
      pod,
      { spec: { containers: [{ resources: { limits: { cpu: 'x' } } }] } },
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
  ])('%#: %j is refused', (schema, value, message) => expect(refusal(schema, value)).toBe(message));

  test('the first wrong type is reported, but after what cannot be read at all', () => {
    const labels = { labels: 1, annotations: 2 };
    expect(refusal(pod, { metadata: labels })).toContain('ObjectMeta.metadata.labels');
    expect(refusal(pod, { metadata: { ...labels, creationTimestamp: 'x' } })).toContain('parsing time');
  });
});

describe('an object that was maps and lists', () => {
  const status = (value: JsonValue) => decodeUnstructured(deployment, { status: { replicas: value } }).object['status'];
  const why = (value: JsonValue) => () => decodeUnstructured(deployment, value);

  test('numbers become integers as Go converts them: without a word if they have no fraction', () => {
    expect(status(2 ** 31)).toEqual({ replicas: -(2 ** 31) });
    expect(status(1_000_000_000_000)).toEqual({ replicas: -727_379_968 });
    expect(status(1e20)).toEqual({});
    expect(decodeUnstructured(deployment, { metadata: { generation: 1e20 } }).object).toEqual({
      metadata: { generation: -(2n ** 63n) },
    });
    expect(why({ status: { replicas: 1.5 } })).toThrow('cannot convert float64 to int32');
    expect(why({ status: { replicas: '1' } })).toThrow('unrecognized type: int32');
  });

  test('numbers become bytes, whatever they are', () => {
    expect(decodeUnstructured(secret, { data: { a: [1, 256, 257] } }).object).toEqual({ data: { a: 'AQAB' } });
  });

  test('says no place where a value of a wrong type stands', () => {
    expect(why({ metadata: { creationTimestamp: true } })).toThrow(
      'json: cannot unmarshal bool into Go value of type string',
    );
  });

  test('tells unknown fields by name', () => {
    const { unknownFields } = decodeUnstructured(deployment, { z: 1, spec: { b: 1 }, a: 1 });
    expect(unknownFields).toEqual(['a', 'spec.b', 'z']);
  });
});

describe('a key that is there twice', () => {
  const read = (schema: StructSchema, text: string) => {
    const { value, ...json } = parseJsonText(text);
    return decode(schema, value, '', json);
  };

  test.each<[string, string, JsonValue]>([
    ['a map takes what comes', '{"metadata":{"labels":{"a":"1","b":"2"},"labels":{"b":"3"}}}', { a: '1', b: '3' }],
    ['and nothing is nothing more', '{"metadata":{"labels":{"a":"1"},"labels":{}}}', { a: '1' }],
    ['null makes it none', '{"metadata":{"labels":{"a":"1"},"labels":null,"labels":{"b":"2"}}}', { b: '2' }],
    ['so does a struct', '{"metadata":{"labels":{"a":"1"}},"metadata":{"labels":{"b":"2"}}}', { a: '1', b: '2' }],
    ['of which null says nothing', '{"metadata":{"labels":{"a":"1"}},"metadata":null}', { a: '1' }],
  ])('%s', (_, text, labels) => {
    expect((read(pod, text).object['metadata'] as { labels?: JsonValue }).labels).toEqual(labels);
  });

  test('a list has the length of the last, and its structs what was read into them', () => {
    const text = '{"spec":{"containers":[{"name":"a","image":"i"},{"name":"b"}],"containers":[{"name":"c"}]}}';
    expect(read(pod, text).object).toEqual({ spec: { containers: [{ name: 'c', image: 'i' }] } });
  });

  test('null unsets a pointer and nothing else', () => {
    expect(read(pod, '{"spec":{"priority":1,"priority":null,"hostNetwork":true,"hostNetwork":null}}').object).toEqual({
      spec: { hostNetwork: true },
    });
  });

  test('the number that counts is the last', () => {
    expect(read(deployment, '{"spec":{"replicas":1,"replicas":2}}').object).toEqual({ spec: { replicas: 2 } });
    expect(() => read(deployment, '{"spec":{"replicas":1.0,"replicas":2}}')).toThrow('number 1.0');
    expect(() => read(deployment, '{"spec":{"replicas":1,"replicas":2.0}}')).toThrow('number 2.0');
  });

  test('is told once, in its turn, and not inside of what is unknown or may be anything', () => {
    const text =
      '{"a":1,"metadata":{"name":"a","b":1,"name":"b","name":"c","labels":{"a":"1","a":"2"}},"z":{"c":1,"c":2},"a":2}';
    expect(read(pod, text).problems).toEqual([
      'unknown field "a"',
      'unknown field "metadata.b"',
      'duplicate field "metadata.name"',
      'duplicate field "metadata.labels.a"',
      'unknown field "z"',
    ]);
    expect(read(kind('apps', 'ControllerRevision'), '{"data":{"a":1,"a":2}}').problems).toEqual([]);
  });

  test('is told a hundred times at most', () => {
    const fields = Array.from({ length: 300 }, (_, index) => `"k${index}":"1"`).join();
    expect(read(pod, `{"metadata":{"labels":{${fields},${fields}}}}`).problems).toHaveLength(100);
  });
});

describe('a schema in a definition, where something else may stand instead', () => {
  const definition = kind('apiextensions.k8s.io', 'CustomResourceDefinition');
  const within = (schema: string) => {
    const text = `{"spec":{"versions":[{"schema":{"openAPIV3Schema":${schema}}}]}}`;
    const { value, ...json } = parseJsonText(text);
    const { object, problems } = decode(definition, value, '', json);
    return { text: encodeJson(object), problems };
  };
  const place = 'Go struct field JSONSchemaProps.spec.versions.schema.openAPIV3Schema';

  test.each([
    ['{"items":{"description":[]}}', `json: cannot unmarshal array into ${place}.items.description of type string`],
    ['{"items":[{"type":1}]}', `cannot unmarshal number into ${place}.items.type of type string`],
    ['{"items":{"maxLength":1.0}}', `cannot unmarshal number 1.0 into ${place}.items.maxLength of type int64`],
    ['{"items":{"properties":{"a":1}}}', `number into ${place}.items.properties of type v1.JSONSchemaProps`],
    ['{"properties":{"a":{"items":{"enum":1}}}}', `into ${place}.properties.items.enum of type []v1.JSON`],
    [
      '{"additionalProperties":{"x-kubernetes-validations":[{"rule":1}]}}',
      `x-kubernetes-validations.rule of type string`,
    ],
    ['{"additionalProperties":1}', 'boolean or JSON schema expected'],
    ['{"dependencies":{"a":["b",1]}}', `cannot unmarshal number into ${place}.dependencies of type string`],
  ])('%s is refused', (schema, why) => {
    expect(() => within(schema)).toThrow(why);
  });

  test('names the struct around it all', () => {
    expect(() => within('{"items":{"x-kubernetes-validations":[{"rule":1}]}}')).toThrow(
      `number into ${place}.items.x-kubernetes-validations.rule of type string`,
    );
  });

  test('loses what nobody knows without a word', () => {
    const { text, problems } = within('{"items":{"a":1,"type":"string"},"additionalProperties":false,"z":1}');
    expect(text).toContain('{"items":{"type":"string"},"additionalProperties":false}');
    expect(problems).toEqual(['unknown field "spec.versions[0].schema.openAPIV3Schema.z"']);
  });
});
