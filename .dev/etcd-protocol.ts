import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';
import protobuf from 'protobufjs';
import { conversion, protocolCode } from './protocol-code.ts';

const require = createRequire(import.meta.url);

/** The protocol as the package etcd3 brings it. */
export const etcdProto = join(dirname(require.resolve('etcd3')), '../proto/rpc.proto');

/** What the .proto file says. */
export const readProtocol = (path: string): protobuf.Root => new protobuf.Root().loadSync(path, { keepCase: true });

/**
 * etcd3 parses its .proto file with `@grpc/proto-loader` at every start, and protobufjs then generates code for each
 * message it meets: together more than a fifth of a start on etcd. In the bundle that code is there already.
 */
export const etcdProtocol: Plugin = {
  name: 'etcd-protocol',
  setup(build) {
    build.onResolve({ filter: /^@grpc\/proto-loader$/ }, ({ path }) => ({ path, namespace: 'etcd-protocol' }));
    build.onLoad({ filter: /./, namespace: 'etcd-protocol' }, () => ({
      resolveDir: import.meta.dirname,
      contents: `
        import protobuf from 'protobufjs/minimal.js';
        ${protocolCode(readProtocol(etcdProto))}
        export function loadSync(path, options) {
          if (!path.endsWith('/rpc.proto')) throw new Error(path + ' is not in the bundle');
          const made = ${JSON.stringify(Object.entries(conversion).map(([name, value]) => [name, String(value)]))};
          for (const [name, value] of made)
            if (String(options[name]) !== value) throw new Error('the bundle reads messages with another ' + name);
          return packageDefinition(protobuf);
        }`,
    }));
  },
};
