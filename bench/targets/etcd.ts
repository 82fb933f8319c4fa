import { scratchFolder } from '../scratch.ts';
import { freePort, startChild } from './child-server.ts';

export type Etcd = { readonly endpoint: string; stop(): Promise<void> };

/** An empty etcd on loopback. @throws {Error} when `etcd` is not on the PATH. */
export async function startEtcd(): Promise<Etcd> {
  const [client, peer] = [await freePort(), await freePort()];
  const endpoint = `http://127.0.0.1:${client}`;
  const clientUrls = ['--listen-client-urls', endpoint, '--advertise-client-urls', endpoint];
  const peerUrls = ['--listen-peer-urls', `http://127.0.0.1:${peer}`];
  const quota = ['--quota-backend-bytes', String(8 * 2 ** 30)];
  const child = startChild('etcd', ['--data-dir', scratchFolder('etcd'), ...clientUrls, ...peerUrls, ...quota]);
  await child.wait(/ready to serve client requests|serving insecure client requests/);
  return { endpoint, stop: () => child.stop() };
}
