import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestEtcd } from './etcd.ts';

/** How etcd orders its history on disk: `<revision>_<place in the transaction>`, both big-endian. */
function diskKey(revision: bigint): Buffer {
  const key = Buffer.alloc(17);
  key.writeBigUInt64BE(revision, 0);
  key[8] = '_'.charCodeAt(0);
  return key;
}

/**
 * Makes a freshly started etcd go on from `revision`, as if it had taken so many writes: for what only happens after
 * billions of them. One key, `/far`, is written for it and must not be read; the process is restarted.
 * @throws {Error} when the last write is not found in the data file.
 */
export async function moveToRevision(etcd: TestEtcd, revision: number): Promise<void> {
  const answer = JSON.parse(await etcd.ctl('put', '/far', 'away', '-w', 'json')) as { header: { revision: number } };
  // In good order, so that nothing is left to be replayed from the log.
  await etcd.kill('SIGTERM');
  const file = join(etcd.dataDir, 'member', 'snap', 'db');
  const data = await readFile(file);
  const last = diskKey(BigInt(answer.header.revision));
  let at = data.indexOf(last);
  if (at === -1) throw new Error(`revision ${answer.header.revision} is not in ${file}`);
  // Pages that are no longer used hold copies; the newest key stays the newest, so no order is disturbed.
  for (; at !== -1; at = data.indexOf(last, at + last.length)) diskKey(BigInt(revision)).copy(data, at);
  await writeFile(file, data);
  await etcd.restart();
}
