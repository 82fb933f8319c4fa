import type { PackageDefinition, ServiceDefinition } from '@grpc/proto-loader';
import protobuf from 'protobufjs/light.js';

/**
 * The services of a protocol as gRPC wants them, like `@grpc/proto-loader` makes them of a .proto file, but of what
 * protobufjs has read of that file before, and without the descriptors of all messages, which only reflection asks for.
 */
export function packageDefinition(
  protocol: protobuf.INamespace,
  options: protobuf.IConversionOptions,
): PackageDefinition {
  const root = protobuf.Root.fromJSON(protocol);
  root.resolveAll();
  return Object.fromEntries(
    servicesBelow(root).map((service) => [nameOf(service), serviceDefinition(service, options)]),
  );
}

const servicesBelow = (namespace: protobuf.NamespaceBase): protobuf.Service[] =>
  namespace.nestedArray.flatMap((nested) => {
    if (nested instanceof protobuf.Service) return [nested];
    return nested instanceof protobuf.Namespace ? servicesBelow(nested) : [];
  });

/** `HashKV` is called as `hashKv`. */
const camelCase = (name: string): string =>
  name
    .replace(/(?<=[A-Z])[A-Z]+(?![a-z])/g, (rest) => rest.toLowerCase())
    .replace(/^./, (first) => first.toLowerCase());

/** Without the dot that begins a full name. */
const nameOf = ({ fullName }: protobuf.ReflectionObject): string => fullName.slice(1);

function serviceDefinition(service: protobuf.Service, options: protobuf.IConversionOptions): ServiceDefinition {
  const methods = service.methodsArray.map((method) => {
    const request = codec(method.resolvedRequestType, options);
    const response = codec(method.resolvedResponseType, options);
    const definition = {
      path: `/${nameOf(service)}/${method.name}`,
      requestStream: method.requestStream === true,
      responseStream: method.responseStream === true,
      requestSerialize: request.serialize,
      requestDeserialize: request.deserialize,
      responseSerialize: response.serialize,
      responseDeserialize: response.deserialize,
      originalName: camelCase(method.name),
    };
    return [method.name, definition];
  });
  return Object.fromEntries(methods) as ServiceDefinition;
}

function codec(type: protobuf.Type | null, options: protobuf.IConversionOptions) {
  if (type === null) throw new TypeError('a method has a message that is not defined');
  return {
    serialize: (message: object) => type.encode(type.fromObject(message)).finish() as Buffer,
    deserialize: (bytes: Buffer) => type.toObject(type.decode(bytes), options),
  };
}
