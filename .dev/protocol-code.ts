import protobuf from 'protobufjs';
import { messageReader, readerSupport } from './message-reader.ts';

/** Of what is read, and what etcd3 asks for: names as in the file, and plain values for everything, set or not. */
export const conversion = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true } as const;

/**
 * A protocol's services as code: a function `packageDefinition({ Reader, Writer, util })`, of protobufjs/minimal, which
 * returns what `@grpc/proto-loader` makes of a .proto file with the {@link conversion}, but without the descriptors of
 * all messages, which only reflection asks for. What writes a message is what protobufjs generates when one is first
 * written; what reads it is made by {@link messageReader}.
 */
export function protocolCode(root: protobuf.Root): string {
  root.resolveAll();
  return `function packageDefinition({ Reader, Writer, util }) {
${readerSupport}
const method = (path, requestStream, responseStream, originalName, request, response) => ({
  path,
  requestStream,
  responseStream,
  requestSerialize: (message) => request.encode(request.fromObject(message)).finish(),
  requestDeserialize: (bytes) => request.read(Reader.create(bytes), bytes.length, 0),
  responseSerialize: (message) => response.encode(response.fromObject(message)).finish(),
  responseDeserialize: (bytes) => response.read(Reader.create(bytes), bytes.length, 0),
  originalName,
});
${enumsBelow(root).map(enumCode).join('')}
${typesBelow(root).map(typeCode).join('')}
return {
${servicesBelow(root).map(serviceCode).join('')}
};
}`;
}

const below = (namespace: protobuf.NamespaceBase): protobuf.ReflectionObject[] =>
  namespace.nestedArray.flatMap((nested) =>
    nested instanceof protobuf.Namespace ? [nested, ...below(nested)] : [nested],
  );

const typesBelow = (root: protobuf.Root) => below(root).filter((nested) => nested instanceof protobuf.Type);
const enumsBelow = (root: protobuf.Root) => below(root).filter((nested) => nested instanceof protobuf.Enum);
const servicesBelow = (root: protobuf.Root) => below(root).filter((nested) => nested instanceof protobuf.Service);

/** Without the dot that begins a full name. */
const nameOf = ({ fullName }: protobuf.ReflectionObject): string => fullName.slice(1);

/** The variable that has what generated code asks of a type or an enum. */
const variableOf = (reflected: protobuf.ReflectionObject): string => nameOf(reflected).replaceAll('.', '$');

/** Generated code looks names up by number, too, in `values`. A number without a name stays one. */
const enumCode = (reflected: protobuf.Enum): string => {
  const values = JSON.stringify({ ...reflected.valuesById, ...reflected.values });
  const variable = variableOf(reflected);
  return `const ${variable} = { values: ${values}, nameOf: (value) => ${variable}.values[value] ?? value };\n`;
};

/** A type may contain itself, or one that comes later: `types` are looked up when a message is there. */
function typeCode(type: protobuf.Type): string {
  const fields = type.fieldsArray.map(({ resolvedType }, index) =>
    resolvedType === null ? '' : `get ${index}() { return ${variableOf(resolvedType)}; }, `,
  );
  const generated = {
    ctor: protobuf.Type.generateConstructor(type),
    encode: protobuf.encoder(type),
    fromObject: protobuf.converter.fromObject(type),
    read: messageReader(type, variableOf),
  };
  const members = Object.entries(generated).map(([name, code]) => `${name}: ${code.toString()},\n`);
  return `const ${variableOf(type)} = ((types) => ({\n${members.join('')}}))({ ${fields.join('')}});\n`;
}

/** `HashKV` is called as `hashKv`. */
const camelCase = (name: string): string =>
  name
    .replace(/(?<=[A-Z])[A-Z]+(?![a-z])/g, (rest) => rest.toLowerCase())
    .replace(/^./, (first) => first.toLowerCase());

function serviceCode(service: protobuf.Service): string {
  const methods = service.methodsArray.map(
    ({ name, requestStream, responseStream, resolvedRequestType, resolvedResponseType }) => {
      if (resolvedRequestType === null || resolvedResponseType === null)
        throw new TypeError(`${nameOf(service)}.${name} has a message that is not defined`);
      const path = `/${nameOf(service)}/${name}`;
      const plain = [path, requestStream === true, responseStream === true, camelCase(name)];
      const types = [resolvedRequestType, resolvedResponseType].map(variableOf);
      return `${name}: method(${[...plain.map((value) => JSON.stringify(value)), ...types].join(', ')}),\n`;
    },
  );
  return `${JSON.stringify(nameOf(service))}: {\n${methods.join('')}},\n`;
}
