import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { verifyingKeyOf } from './json-web-token.ts';

const blocks = /-----BEGIN ([A-Z0-9 ]+)-----[^-]+-----END \1-----/g;

/** The key that a file has, to sign with. @throws {Error} naming the file */
export async function readSigningKey(file: string): Promise<KeyObject> {
  const [key] = await readKeys([file]);
  if (key === undefined || key.type !== 'private') throw new Error(`${file} holds no private key in PEM`);
  return key;
}

/** All keys of the files, public and private ones, and those of certificates. @throws {Error} naming the file */
export async function readKeys(files: readonly string[]): Promise<readonly KeyObject[]> {
  const keys = await Promise.all(files.map(keysIn));
  return keys.flat();
}

async function keysIn(file: string): Promise<readonly KeyObject[]> {
  const text = await readFile(file, 'utf8');
  const keys = [...text.matchAll(blocks)].flatMap(([pem, label = '']) => keyOf(file, pem, label));
  if (keys.length === 0) throw new Error(`${file} holds no key in PEM`);
  return keys;
}

function keyOf(file: string, pem: string, label: string): readonly KeyObject[] {
  // Files of curves have a block beside the key that says which curve it is.
  if (!label.endsWith('KEY') && label !== 'CERTIFICATE') return [];
  try {
    const key = label.endsWith('PRIVATE KEY') ? createPrivateKey(pem) : createPublicKey(pem);
    verifyingKeyOf(key);
    return [key];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${file} holds a key that cannot be used: ${why}`, { cause: error });
  }
}
