import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Config } from '../config/options.ts';
import type { TransportTls } from '../proxying/transport.ts';

/** What kubelets are shown and are checked by. @throws {Error} when a file cannot be read, or is not what it should be */
export async function loadKubeletTls(config: Config): Promise<TransportTls> {
  const read = async (file: string) => (file === '' ? undefined : readFile(file, 'utf8'));
  const [authority, certificate, privateKey] = await Promise.all([
    read(config.kubeletCertificateAuthority),
    read(config.kubeletClientCertificate),
    read(config.kubeletClientKey),
  ]);
  const tls = { authority, certificate, privateKey };
  try {
    createSecureContext({ ca: authority, cert: certificate, key: privateKey });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`--kubelet-certificate-authority, --kubelet-client-certificate, --kubelet-client-key: ${why}`, {
      cause,
    });
  }
  return tls;
}
