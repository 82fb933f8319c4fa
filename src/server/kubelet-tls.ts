import { readFile } from 'node:fs/promises';
import type { Config } from '../config/options.ts';
import type { TransportTls } from '../proxying/transport.ts';

/** What kubelets are shown and are checked by. @throws {Error} when a file cannot be read */
export async function loadKubeletTls(config: Config): Promise<TransportTls> {
  const read = async (file: string) => (file === '' ? undefined : readFile(file, 'utf8'));
  const [authority, certificate, privateKey] = await Promise.all([
    read(config.kubeletCertificateAuthority),
    read(config.kubeletClientCertificate),
    read(config.kubeletClientKey),
  ]);
  return { authority, certificate, privateKey };
}
