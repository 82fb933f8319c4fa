import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A TypeScript file as a process of its own, and the lines it has said. */
export class ChildLines {
  readonly lines: string[] = [];
  readonly process: ChildProcess;
  /** Its exit code, or the signal that ended it, when all it said has been read. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  #waiting: { readonly enough: () => boolean; readonly resolve: () => void }[] = [];

  constructor(file: URL, args: readonly string[]) {
    const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(file), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.process = child;
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.lines.push(line);
      this.#waiting = this.#waiting.filter(({ enough, resolve }) => {
        if (!enough()) return true;
        resolve();
        return false;
      });
    });
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? signal));
    });
  }

  /** Resolves when it has said at least so many lines; rejects when it ends before. */
  said(count: number): Promise<void> {
    if (this.lines.length >= count) return Promise.resolve();
    return Promise.race([
      new Promise<void>((resolve) => this.#waiting.push({ enough: () => this.lines.length >= count, resolve })),
      this.ended.then((how) => {
        if (this.lines.length < count) throw new Error(`ended with ${how} after ${this.lines.length} lines`);
      }),
    ]);
  }
}
