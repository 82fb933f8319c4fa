import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchFolder } from '../scratch.ts';
import { startChild } from '../targets/child-server.ts';

/** How often the process asked the kernel for something. */
export type Syscall = { readonly name: string; readonly calls: number };

/**
 * Counts the system calls of a process and its threads while `run` runs, with strace.
 * @throws {Error} when strace is not there, or not allowed to.
 */
export async function counted<T>(pid: number, run: () => Promise<T>): Promise<readonly [T, Syscall[]]> {
  const file = join(scratchFolder('strace'), 'summary');
  const strace = startChild('strace', ['-c', '-f', '-o', file, '-p', String(pid)]);
  try {
    await strace.wait(/attached/);
    const result = await run();
    await strace.stop();
    return [result, parseSummary(readFileSync(file, 'utf8'))];
  } finally {
    await strace.stop();
  }
}

/** The rows of `strace -c`, most calls first. The column of errors is empty where there were none. */
export function parseSummary(text: string): Syscall[] {
  return text
    .split('\n')
    .map((line) => /^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?([a-z]\w*)$/.exec(line))
    .filter((row) => row !== null)
    .map(([, calls, name = '']) => ({ name, calls: Number(calls) }))
    .filter(({ name }) => name !== 'total')
    .sort((a, b) => b.calls - a.calls);
}
