import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let root: string | undefined;
let made = 0;

/** A new empty folder; all of them are removed when the process exits, however it does short of SIGKILL. */
export function scratchFolder(name: string): string {
  if (root === undefined) {
    const created = mkdtempSync(join(tmpdir(), 'crowsnest-bench-'));
    root = created;
    process.once('exit', () => rmSync(created, { recursive: true, force: true, maxRetries: 3 }));
  }
  const folder = join(root, `${name}-${made++}`);
  mkdirSync(folder);
  return folder;
}
