import type { Backend, Transport } from '../profile.ts';
import { scratchFolder } from '../scratch.ts';
import type { Target } from '../target.ts';
import type { Certificate } from './certificate.ts';
import { freePort, inspectorOf, startChild } from './child-server.ts';
import { untilReady } from './until-ready.ts';

export type Crowsnest = {
  readonly pid: number;
  /** From spawn until /readyz answered 200. */
  readonly readyMs: number;
  target(transport: Transport): Target;
  stop(): Promise<void>;
};

/** Where the server's objects are: nowhere but in memory, in a folder, or in an etcd. */
export type Store =
  | { readonly backend: 'memory' }
  | { readonly backend: 'embedded'; readonly dataDir: string }
  | { readonly backend: 'etcd'; readonly endpoint: string };

const program = new URL('../../dist/main.js', import.meta.url).pathname;

function storeOptions(store: Store): string[] {
  switch (store.backend) {
    case 'memory':
      return ['--memory'];
    case 'embedded':
      return ['--data-dir', store.dataDir];
    case 'etcd':
      return ['--etcd-servers', store.endpoint, '--data-dir', scratchFolder('data')];
    default:
      return store satisfies never;
  }
}

/** The built server as its own process, with one plain and one TLS port. */
export async function startCrowsnest(
  store: Store,
  certificate: Certificate,
  nodeOptions: readonly string[] = [],
): Promise<Crowsnest> {
  const backend: Backend = store.backend;
  const [securePort, insecurePort] = [await freePort(), await freePort()];
  const tls = ['--tls-cert-file', certificate.certFile, '--tls-private-key-file', certificate.keyFile];
  const ports = ['--secure-port', String(securePort), '--insecure-port', String(insecurePort)];
  const child = startChild(process.execPath, [
    ...nodeOptions,
    program,
    'serve',
    ...storeOptions(store),
    ...ports,
    ...tls,
  ]);
  const readyMs = await untilReady(`http://127.0.0.1:${insecurePort}/readyz`, child);
  return {
    pid: child.pid,
    readyMs,
    target: (transport) => ({
      name: `crowsnest ${backend} ${transport}`,
      url: transport === 'http' ? `http://127.0.0.1:${insecurePort}` : `https://127.0.0.1:${securePort}`,
      transport,
      backend,
      pid: child.pid,
      replicas: [],
      ca: transport === 'http' ? undefined : certificate.ca,
      inspector: inspectorOf(child),
      token: undefined,
      protocol: transport === 'h2' ? 'http2' : 'http1',
      floor: false,
      floorName: `floor ${transport}`,
    }),
    stop: () => child.stop(),
  };
}
