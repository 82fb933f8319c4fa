import { compileFunction } from 'node:vm';
import { loadSync, type MethodDefinition, type PackageDefinition } from '@grpc/proto-loader';
import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { etcdProto, readProtocol } from './etcd-protocol.ts';
import { protocolCode } from './protocol-code.ts';

/** As etcd3 reads it. */
const options = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true };
const original = loadSync(etcdProto, options);
const prepared = evaluated(protocolCode(readProtocol(etcdProto)));

function evaluated(code: string): PackageDefinition {
  const build = compileFunction(`${code}\nreturn packageDefinition(protobuf, options);`, ['protobuf', 'options']);
  return build(protobuf, options) as PackageDefinition;
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
