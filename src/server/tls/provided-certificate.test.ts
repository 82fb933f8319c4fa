import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { realClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { providedCertificate } from './provided-certificate.ts';
import { selfMadeCertificate } from './self-made-certificate.ts';

test('server/tls: a provided pair is used as it is, and one that cannot work is refused by name', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'crowsnest-tls-'));
  const more = { names: ['localhost'], clock: realClock, logger: silentLogger };
  const { certificate, privateKey } = await selfMadeCertificate({ ...more, directory });
  const other = await selfMadeCertificate({ ...more, directory: undefined });
  const file = (name: string) => join(directory, name);
  await writeFile(file('chain.pem'), certificate);
  await writeFile(file('other.key'), other.privateKey);
  await writeFile(file('nothing.pem'), 'nothing');

  expect(await providedCertificate(file('chain.pem'), file('serving.key'))).toMatchObject({ certificate, privateKey });
  await expect(providedCertificate(file('chain.pem'), file('other.key'))).rejects.toThrow('other.key is not the');
  await expect(providedCertificate(file('nothing.pem'), file('other.key'))).rejects.toThrow(
    'nothing.pem holds no cert',
  );
  await expect(providedCertificate(file('chain.pem'), file('nothing.pem'))).rejects.toThrow('holds no private key');
  await expect(providedCertificate(file('missing.pem'), file('other.key'))).rejects.toThrow('missing.pem');
  await rm(directory, { recursive: true });
});
