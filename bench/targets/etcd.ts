import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startChild } from './child-server.ts';

export type Etcd = { readonly endpoint: string; stop(): Promise<void> };

/** An empty etcd on loopback. @throws {Error} when `etcd` is not on the PATH. */
export async function startEtcd(): Promise<Etcd> {
  const folder = mkdtempSync(join(tmpdir(), 'crowsnest-bench-etcd-'));
  const [client, peer] = [await freePort(), await freePort()];
  const endpoint = `http://127.0.0.1:${client}`;
  const clientUrls = ['--listen-client-urls', endpoint, '--advertise-client-urls', endpoint];
  const peerUrls = ['--listen-peer-urls', `http://127.0.0.1:${peer}`];
  const quota = ['--quota-backend-bytes', String(8 * 2 ** 30)];
  const child = startChild('etcd', ['--data-dir', folder, ...clientUrls, ...peerUrls, ...quota]);
  await child.wait(/ready to serve client requests|serving insecure client requests/);
  return {
    endpoint,
    async stop() {
      await child.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
