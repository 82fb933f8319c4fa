import { compileFunction } from 'node:vm';
import { loadSync, type MethodDefinition, type PackageDefinition } from '@grpc/proto-loader';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { etcdProto, readProtocol } from './etcd-protocol.ts';
import { conversion, protocolCode } from './protocol-code.ts';

const original = loadSync(etcdProto, conversion);
const prepared = evaluated(protocolCode(readProtocol(etcdProto)));

function evaluated(code: string): PackageDefinition {
  const build = compileFunction(`${code}\nreturn packageDefinition(protobuf);`, ['protobuf']);
  return build(protobuf) as PackageDefinition;
}

type Method = MethodDefinition<object, object>;

const methodsOf = (definition: PackageDefinition): [string, Method][] =>
  Object.entries(definition)
    .filter(([, { format }]) => format === undefined)
    .flatMap(([service, methods]) =>
      Object.entries(methods as Record<string, Method>).map(([name, method]): [string, Method] => [
        `${service}.${name}`,
        method,
      ]),
    );

/** A message with all of its fields, filled by their types; of a oneof the last. */
function filled(type: protobuf.Type, depth = 3): Record<string, unknown> {
  const value = (field: protobuf.Field): unknown => {
    const { resolvedType } = field;
    if (resolvedType instanceof protobuf.Type) return depth === 0 ? {} : filled(resolvedType, depth - 1);
    if (resolvedType instanceof protobuf.Enum) return Object.values(resolvedType.values).at(-1);
    if (field.type === 'bytes') return Buffer.from([0, 255, field.id]);
    if (field.type === 'string') return `é${field.id}`;
    if (field.type === 'bool') return true;
    return field.type.endsWith('64') ? '9007199254740993' : field.id;
  };
  const fields = type.fieldsArray.filter(({ partOf, name }) => partOf === null || partOf.oneof.at(-1) === name);
  return Object.fromEntries(
    fields.map((field) => [field.name, field.repeated ? [value(field), value(field)] : value(field)]),
  );
}

test('has the methods that @grpc/proto-loader finds, with their names, paths and streams', () => {
  const outlines = (definition: PackageDefinition) =>
    methodsOf(definition).map(([name, { path, requestStream, responseStream, originalName }]) => ({
      name,
      path,
      requestStream,
      responseStream,
      originalName,
    }));
  expect(outlines(prepared)).toEqual(outlines(original));
  expect(outlines(prepared).map(({ path }) => path)).toContain('/etcdserverpb.Watch/Watch');
});

test('writes and reads every message as @grpc/proto-loader does', () => {
  const root = readProtocol(etcdProto).resolveAll();
  const expected = new Map(methodsOf(original));
  for (const [name, method] of methodsOf(prepared)) {
    const other = expected.get(name);
    const [service = '', call = ''] = name.split(/\.(?=[^.]+$)/);
    const { resolvedRequestType, resolvedResponseType } = root.lookupService(service).methods[call]?.resolve() ?? {};
    for (const sample of [{}, filled(resolvedRequestType as protobuf.Type)]) {
      const bytes = method.requestSerialize(sample);
      expect(bytes, name).toEqual(other?.requestSerialize(sample));
      expect(method.requestDeserialize(bytes), name).toEqual(other?.requestDeserialize(bytes));
    }
    for (const sample of [{}, filled(resolvedResponseType as protobuf.Type)]) {
      const bytes = method.responseSerialize(sample);
      expect(bytes, name).toEqual(other?.responseSerialize(sample));
      expect(method.responseDeserialize(bytes), name).toEqual(other?.responseDeserialize(bytes));
    }
  }
});

describe('what is read', () => {
  const both = [prepared, original].map((definition) => {
    const kv = definition['etcdserverpb.KV'] as Record<string, Method>;
    const watch = definition['etcdserverpb.Watch'] as Record<string, Method>;
    return { range: kv['Range'], watch: watch['Watch'] };
  });
  const [ours, theirs] = both;

  test.each([
    0n,
    1n,
    127n,
    128n,
    2n ** 32n,
    2n ** 49n - 1n,
    2n ** 49n,
    2n ** 53n + 1n,
    2n ** 63n - 1n,
    -1n,
    -(2n ** 63n),
  ])('the integer %s', (count) => {
    const bytes = theirs?.range?.responseSerialize({ count: String(count) }) ?? Buffer.of();
    expect(ours?.range?.responseDeserialize(bytes)).toMatchObject({ count: String(count) });
  });

  test('a number at the very end of the message', () => {
    const bytes = Buffer.of(0x20, 0x05);
    expect(ours?.range?.responseDeserialize(bytes)).toEqual(theirs?.range?.responseDeserialize(bytes));
  });

  test('without what it does not know, and with numbers packed or not', () => {
    const unknown = [0xf8, 0x07, 0x01, 0xfa, 0x07, 0x02, 0x0a, 0x0b];
    const packed = [0x0a, 0x08, 0x0a, 0x01, 0x61, 0x2a, 0x03, 0x00, 0x01, 0x07];
    const single = [0x0a, 0x07, 0x0a, 0x01, 0x61, 0x28, 0x00, 0x28, 0x01];
    const known = ['Noput', 'Nodelete'];
    for (const [message, filters] of [
      [packed, [...known, 7]],
      [single, known],
    ] as const) {
      const bytes = Buffer.from([...unknown, ...message, ...unknown]);
      const read = ours?.watch?.requestDeserialize(bytes);
      expect(read).toEqual(theirs?.watch?.requestDeserialize(bytes));
      expect(read).toMatchObject({ request_union: 'create_request', create_request: { filters } });
    }
  });

  test('only whole messages', () => {
    const bytes = theirs?.range?.responseSerialize({ header: { revision: '300' }, kvs: [{ key: Buffer.from('k') }] });
    for (let length = 1; length < (bytes?.length ?? 0); length++) {
      const part = bytes?.subarray(0, length) ?? Buffer.of();
      const outcome = (method: Method | undefined) => {
        try {
          return method?.responseDeserialize(part);
        } catch {
          return 'refused';
        }
      };
      expect(outcome(ours?.range), `${length} bytes`).toEqual(outcome(theirs?.range));
    }
  });
});
