import type { KeyObject } from 'node:crypto';
import { readKeys, readSigningKey } from '../authentication/read-keys.ts';
import type { Config } from '../config/options.ts';

/** What tokens of service accounts are signed with, and known by. */
export interface TokenKeys {
  readonly signingKey: KeyObject | undefined;
  /** At least one. */
  readonly keys: readonly KeyObject[];
}

/** `undefined`: there are no tokens. @throws {Error} naming a file that cannot be used */
export async function loadTokenKeys(config: Config): Promise<TokenKeys | undefined> {
  const { serviceAccountSigningKeyFile: file, serviceAccountKeyFile: files } = config;
  if (file === '' && files.length === 0) return undefined;
  const signingKey = file === '' ? undefined : await readSigningKey(file);
  const keys = files.length > 0 ? await readKeys(files) : [];
  return { signingKey, keys: keys.length === 0 && signingKey !== undefined ? [signingKey] : keys };
}
