import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readKeys, readSigningKey } from './read-keys.ts';

const pem = { type: 'pkcs8', format: 'pem' } as const;
const shared = { type: 'spki', format: 'pem' } as const;

describe('authentication: keys in files', () => {
  let folder: string;
  const file = (name: string) => join(folder, name);
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [secret, open] = [String(pair.privateKey.export(pem)), String(pair.publicKey.export(shared))];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keys-'));
    await writeFile(file('private'), secret);
    await writeFile(
      file('several'),
      `${open}\n-----BEGIN EC PARAMETERS-----\nAA==\n-----END EC PARAMETERS-----\n${secret}`,
    );
    await writeFile(file('public'), open);
    await writeFile(file('empty'), 'nothing');
    const edwards = generateKeyPairSync('ed25519').publicKey.export(shared);
    await writeFile(file('unknown'), edwards);
    await writeFile(file('damaged'), '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n');
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('all of a file are read, public or private', async () => {
    const keys = await readKeys([file('several'), file('public')]);
    expect(keys.map(({ type }) => type)).toEqual(['public', 'private', 'public']);
    expect((await readSigningKey(file('private'))).type).toBe('private');
  });

  test('a file that is of no use is named, with what is wrong', async () => {
    await expect(readSigningKey(file('public'))).rejects.toThrow(/public holds no private key in PEM/);
    await expect(readKeys([file('empty')])).rejects.toThrow(/empty holds no key in PEM/);
    await expect(readKeys([file('unknown')])).rejects.toThrow(
      /unknown holds a key that cannot be used: not an RSA key/,
    );
    await expect(readKeys([file('damaged')])).rejects.toThrow(/damaged holds a key that cannot be used/);
    await expect(readKeys([file('missing')])).rejects.toThrow(/missing/);
  });
});
