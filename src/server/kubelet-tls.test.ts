import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificates } from '../../test/support/certificates.ts';
import { configFromValues } from '../config/config.ts';
import { loadKubeletTls } from './kubelet-tls.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubelet-tls-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(certificate: string, key: string) {
  const kubeletClientCertificate = join(folder, 'cert');
  const kubeletClientKey = join(folder, 'key');
  await writeFile(kubeletClientCertificate, certificate);
  await writeFile(kubeletClientKey, key);
  return loadKubeletTls(configFromValues({ kubeletClientCertificate, kubeletClientKey }));
}

test('what kubelets are shown is read at the start, and nothing where nothing is named', async () => {
  const { client } = await makeCertificates();
  expect(await load(client.cert, client.key)).toMatchObject({ certificate: client.cert, privateKey: client.key });
  expect(await loadKubeletTls(configFromValues({}))).toEqual({});
});

test('what could not be shown to anybody is told at the start', async () => {
  const { client, server } = await makeCertificates();
  await expect(load(client.cert, server.key)).rejects.toThrow('--kubelet-client-key');
  await expect(load('no certificate', client.key)).rejects.toThrow('--kubelet-client-certificate');
});
