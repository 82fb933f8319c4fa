import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sent } from '../../../test/support/protobuf-sent.ts';
import type { JsonObject, JsonValue } from '../json-value.ts';
import { decodeProtobuf } from './decode.ts';
import { encodeProtobuf } from './encode.ts';
import { kubernetesProtobuf } from './kubernetes-protobuf.ts';
import type { ProtobufType } from './protobuf-data.ts';
import { ProtobufError } from './wire-reader.ts';

const data = kubernetesProtobuf();
const encode = (object: JsonObject): Buffer => encodeProtobuf(data, object) ?? Buffer.alloc(0);
const decode = (bytes: Buffer) => decodeProtobuf(data, bytes, { apiVersion: '', kind: '' });
const plain = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (_, held: unknown) => (typeof held === 'bigint' ? `${held}n` : held))) as unknown;

/** How kube-apiserver 1.37 answered, byte for byte. */
const answered = {
  status:
    'azhzAAoMCgJ2MRIGU3RhdHVzElUKBgoAEgAaABIHRmFpbHVyZRobbmFtZXNwYWNlcyAibm9uZSIgbm90IGZvdW5kIghOb3RGb3VuZCoYCgRub25lEgAaCm5hbWVzcGFjZXMoADIAMJQDGgAiAA==',
  apiVersions: 'azhzAAoPCgASC0FQSVZlcnNpb25zEiIKAnYxEhwKCTAuMC4wLjAvMBIPMTkyLjAuMi4yOjIxNDQwGgAiAA==',
  apiGroup: 'azhzAAoOCgJ2MRIIQVBJR3JvdXASJAoEYXBwcxINCgdhcHBzL3YxEgJ2MRoNCgdhcHBzL3YxEgJ2MRoAIgA=',
};

const text = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('ä', '𝒳', 'x'.repeat(300)));
const integer = fc.oneof(fc.integer(), fc.constantFrom(1, 127, 128, 2 ** 40, -1, 9_007_199_254_740_993n, -(2n ** 63n)));
const maxDepth = 4;

/** A value of a type that decodes as itself: none that is empty, which JSON leaves out. */
function valueOf(type: ProtobufType, depth: number): fc.Arbitrary<JsonValue> {
  if (typeof type === 'number') return messageValue(type, depth + 1);
  if (typeof type === 'object') {
    const [container, element] = type;
    const value = valueOf(element, depth + 1);
    if (container !== '{') return fc.array(value, { minLength: 1, maxLength: 2 });
    return fc.dictionary(text, value, { minKeys: 1, maxKeys: 3, noNullPrototype: false });
  }
  switch (type) {
    case 's':
      return text;
    case 'i':
      return integer.filter((value) => value !== 0);
    case 'b':
      return fc.constant(true);
    case 'd':
      return fc.constantFrom(0.5, -1e300, 3);
    case 'y':
      return fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    case 't':
      return fc.constantFrom('2024-02-29T23:59:59Z', '1969-12-31T23:59:59Z', '9999-12-31T23:59:59Z');
    case 'u':
      return fc.constantFrom('2024-02-29T23:59:59.000001Z', '1901-01-01T00:00:00.999999Z');
    case 'q':
      return fc.constantFrom('1', '100m', '1Gi', '-5');
    case 'x':
      return fc.oneof(fc.integer(), text);
    case '*':
      return fc.constantFrom<JsonValue>({ 'f:a': {} }, 'text', [1, true]);
    default:
      return type satisfies never;
  }
}

function messageValue(index: number, depth: number): fc.Arbitrary<JsonObject> {
  const fields: Record<string, fc.Arbitrary<JsonValue>> = {};
  const add = (of: number): void => {
    for (const [name, type] of Object.values(data.messages[of] ?? {})) {
      if (name === '' && typeof type === 'number') add(type);
      else if (depth < maxDepth || typeof type === 'string') fields[name] = valueOf(type, depth);
    }
  };
  add(index);
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>;
}

describe('machinery/protobuf: encoding', () => {
  test.each(Object.entries({ ...answered, ...sent }))(
    '%s: what Go wrote is written again, byte for byte',
    (_, base64) => {
      const bytes = Buffer.from(base64, 'base64');
      expect(encode(decode(bytes)).toString('base64')).toBe(base64);
    },
  );

  test.each(Object.keys(data.kinds).filter((name) => !name.startsWith('*')))(
    '%s: what is written is read as what it was, and is the same bytes again',
    (name) => {
      const [group = '', version = '', kind = ''] = name.split('/');
      const apiVersion = group === '' ? version : `${group}/${version}`;
      fc.assert(
        fc.property(messageValue(data.kinds[name] ?? -1, 0), (fields) => {
          const object = { kind, apiVersion, ...fields };
          const bytes = encode(object);
          const read = decode(bytes);
          expect(plain(read)).toMatchObject(plain(object) as object);
          expect(encode(read)).toEqual(bytes);
        }),
        { numRuns: 4 },
      );
    },
  );

  test('maps are in the order of their keys’ bytes, whatever order they came in', () => {
    const of = (keys: string[]) =>
      encode({ kind: 'ConfigMap', apiVersion: 'v1', data: Object.fromEntries(keys.map((key) => [key, key])) });
    expect(of(['b', 'a', '\u{1f426}', '\uff5e'])).toEqual(of(['\uff5e', '\u{1f426}', 'a', 'b']));
    expect(of(['\u{1f426}', '\uff5e']).toString()).toMatch(/\uff5e.*\u{1f426}/su);
  });

  test('what was never set is written as its zero value, unless it is a pointer', () => {
    const written = encode({ kind: 'Pod', apiVersion: 'v1' });
    expect(written).toEqual(encode({ kind: 'Pod', apiVersion: 'v1', metadata: null, spec: {}, status: null }));
    expect(plain(decode(written))).toEqual({ kind: 'Pod', apiVersion: 'v1', metadata: {}, spec: {}, status: {} });
    const zero = { kind: 'Deployment', apiVersion: 'apps/v1', spec: { replicas: 0, paused: false } };
    expect(decode(encode(zero))['spec']).toMatchObject({ replicas: 0 });
    expect(decode(encode({ ...zero, spec: {} }))['spec']).not.toHaveProperty('replicas');
  });

  test('a time that was never set is an empty message, as its zero value is', () => {
    const at = (creationTimestamp: JsonValue) =>
      encode({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { creationTimestamp } });
    expect(at(null)).toEqual(at('0001-01-01T00:00:00Z'));
    expect(at('1970-01-01T00:00:00Z').length).toBe(at(null).length + 4);
  });

  test('an empty text behind a key is there, bytes that are null are not', () => {
    const secret = (data: JsonObject) => encode({ kind: 'Secret', apiVersion: 'v1', data });
    expect(secret({ a: '' }).length).toBe(secret({ a: null }).length + 2);
  });

  test('fields that the kind does not have are left out; a kind without a message is not written', () => {
    const pod = { kind: 'Pod', apiVersion: 'v1' };
    expect(encode({ ...pod, more: 1 })).toEqual(encode(pod));
    expect(encodeProtobuf(data, { kind: 'Crow', apiVersion: 'nest.example/v1' })).toBeUndefined();
  });

  test.each([
    ['data', { kind: 'ConfigMap', apiVersion: 'v1', data: [] }],
    ['data', { kind: 'ConfigMap', apiVersion: 'v1', data: { a: 1 } }],
    ['binaryData', { kind: 'ConfigMap', apiVersion: 'v1', binaryData: { a: '!' } }],
    ['metadata', { kind: 'ConfigMap', apiVersion: 'v1', metadata: 'x' }],
    ['finalizers', { kind: 'ConfigMap', apiVersion: 'v1', metadata: { finalizers: {} } }],
    ['generation', { kind: 'ConfigMap', apiVersion: 'v1', metadata: { generation: 1.5 } }],
    ['generation', { kind: 'ConfigMap', apiVersion: 'v1', metadata: { generation: 2n ** 63n } }],
    ['creationTimestamp', { kind: 'ConfigMap', apiVersion: 'v1', metadata: { creationTimestamp: 'today' } }],
    ['immutable', { kind: 'ConfigMap', apiVersion: 'v1', immutable: 'yes' }],
    ['capacity', { kind: 'Node', apiVersion: 'v1', status: { capacity: { cpu: {} } } }],
    ['targetPort', { kind: 'Service', apiVersion: 'v1', spec: { ports: [{ targetPort: true }] } }],
  ] satisfies [string, JsonObject][])('%s that is not of its type is an error that names it', (field, object) => {
    expect(() => encode(object)).toThrow(ProtobufError);
    expect(() => encode(object)).toThrow(`field ${field}`);
    // And nothing of it is left behind.
    expect(encode({ kind: 'Pod', apiVersion: 'v1' })).toEqual(encode({ kind: 'Pod', apiVersion: 'v1' }));
  });
});
