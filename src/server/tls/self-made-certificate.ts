import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { KeyPair } from './issue.ts';
import { isUsableAuthority, isUsableLeaf, type ServingCertificate } from './serving-certificate.ts';

export interface SelfMadeOptions {
  /** Where it is kept: `ca.crt`, `ca.key`, `serving.crt`, `serving.key`, all mode 600. undefined: nowhere. */
  readonly directory: string | undefined;
  /** Host names and IP addresses it must be good for. */
  readonly names: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The certificate of a server that was given none: a leaf under an authority of its own. What is kept and still good
 * is used again; a leaf that will soon expire or lacks a name is made anew under the same authority, so that kubeconfigs
 * stay true; only an authority that is missing, broken or soon to expire is replaced.
 */
export async function selfMadeCertificate(options: SelfMadeOptions): Promise<ServingCertificate> {
  const { directory, names, clock, logger } = options;
  const now = clock.wallTime();
  let authority = await read(directory, 'ca');
  let leaf = await read(directory, 'serving');
  if (authority === undefined || !isUsableAuthority(authority.certificate, authority.privateKey, now)) {
    const { issueAuthority } = await import('./issue.ts');
    if (authority !== undefined) logger.warn('the certificate authority is not usable any more: making a new one');
    authority = await issueAuthority(now);
    await keep(directory, 'ca', authority);
  }
  if (leaf === undefined || !isUsableLeaf(leaf, authority.certificate, names, now)) {
    const { issueLeaf } = await import('./issue.ts');
    leaf = await issueLeaf(authority, names, now);
    await keep(directory, 'serving', leaf);
  }
  return {
    certificate: leaf.certificate + authority.certificate,
    privateKey: leaf.privateKey,
    authority: authority.certificate,
  };
}

async function read(directory: string | undefined, name: string): Promise<KeyPair | undefined> {
  if (directory === undefined) return undefined;
  try {
    const [certificate, privateKey] = await Promise.all([
      readFile(join(directory, `${name}.crt`), 'utf8'),
      readFile(join(directory, `${name}.key`), 'utf8'),
    ]);
    return { certificate, privateKey };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Each file appears whole or not at all; a pair torn by a crash fails its check at the next start and is remade. */
async function keep(directory: string | undefined, name: string, { certificate, privateKey }: KeyPair): Promise<void> {
  if (directory === undefined) return;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const [suffix, pem] of [
    ['key', privateKey],
    ['crt', certificate],
  ] as const) {
    const path = join(directory, `${name}.${suffix}`);
    await writeFile(`${path}.new`, pem, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
}
