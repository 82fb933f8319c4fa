import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';
import protobuf from 'protobufjs';

const require = createRequire(import.meta.url);

/** The protocol as the package etcd3 brings it. */
export const etcdProto = join(dirname(require.resolve('etcd3')), '../proto/rpc.proto');

/** What the .proto file says, as data. */
export function readProtocol(path: string): protobuf.INamespace {
  return new protobuf.Root().loadSync(path, { keepCase: true }).toJSON();
}

/**
 * etcd3 parses its .proto file with `@grpc/proto-loader` at every start, a fifth of a start on etcd. In the bundle it is
 * parsed already, and `packageDefinition` stands for the loader.
 */
export const etcdProtocol: Plugin = {
  name: 'etcd-protocol',
  setup(build) {
    build.onResolve({ filter: /^@grpc\/proto-loader$/ }, ({ path }) => ({ path, namespace: 'etcd-protocol' }));
    build.onLoad({ filter: /./, namespace: 'etcd-protocol' }, () => ({
      resolveDir: import.meta.dirname,
      contents: `
        import { packageDefinition } from './package-definition.ts';
        const protocol = JSON.parse(${JSON.stringify(JSON.stringify(readProtocol(etcdProto)))});
        export function loadSync(path, options) {
          if (!path.endsWith('/rpc.proto')) throw new Error(path + ' is not in the bundle');
          return packageDefinition(protocol, options);
        }`,
    }));
  },
};
