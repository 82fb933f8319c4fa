import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readStaticTokens } from '../authentication/static-tokens.ts';
import { asksWhoComes } from '../config/access.ts';
import type { Config } from '../config/options.ts';
import { pemBlocks } from '../machinery/pem.ts';
import type { UserInfo } from '../machinery/request-context.ts';

/** Those who sign certificates of clients. */
export interface Authorities {
  /** As the file has them. */
  readonly pem: string;
  readonly certificates: readonly X509Certificate[];
}

/** What the server knows people by, from its files. */
export interface AccessFiles {
  readonly tokens: readonly (readonly [token: string, user: UserInfo])[];
  readonly clients: Authorities | undefined;
  readonly proxies: Authorities | undefined;
  /** With which the server's own kubeconfig comes in. */
  readonly adminToken: string;
}

/** `undefined`: nobody is asked who he is. @throws {Error} naming a file that cannot be used */
export async function loadAccessFiles(config: Config): Promise<AccessFiles | undefined> {
  if (!asksWhoComes(config)) return undefined;
  const [tokens, clients, proxies, adminToken] = await Promise.all([
    loadTokens(config.tokenAuthFile),
    loadAuthorities(config.clientCaFile),
    loadAuthorities(config.requestheaderClientCaFile),
    loadAdminToken(config),
  ]);
  return { tokens, clients, proxies, adminToken };
}

async function loadTokens(file: string): Promise<AccessFiles['tokens']> {
  if (file === '') return [];
  const text = await readFile(file, 'utf8');
  try {
    return readStaticTokens(text);
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

async function loadAuthorities(file: string): Promise<Authorities | undefined> {
  if (file === '') return undefined;
  const pem = await readFile(file, 'utf8');
  const blocks = [...pemBlocks(pem)].filter(({ type }) => type === 'CERTIFICATE');
  try {
    const certificates = blocks.map(({ bytes }) => new X509Certificate(bytes));
    if (certificates.length === 0) throw new Error('data does not contain any valid certificates');
    return { pem, certificates };
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** The same after a restart, so that kubeconfigs stay true. */
async function loadAdminToken({ memory, dataDir }: Config): Promise<string> {
  const made = randomBytes(32).toString('base64url');
  if (memory) return made;
  const path = join(dataDir, 'admin.token');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  try {
    // Whole or not at all: of two servers that start at once in one directory, one makes it.
    await writeFile(path, made, { mode: 0o600, flag: 'wx' });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const kept = (await readFile(path, 'utf8')).trim();
  if (kept.length < 32) throw new Error(`${path} has no token: remove it, and the next start makes one`);
  return kept;
}
