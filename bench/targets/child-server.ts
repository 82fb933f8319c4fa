import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

export type Child = {
  readonly pid: number;
  readonly exited: boolean;
  readonly output: () => string;
  /** SIGTERM, and SIGKILL for one that does not go. */
  stop(): Promise<void>;
  wait(text: RegExp): Promise<RegExpExecArray>;
};

const startTimeoutMs = 60_000;
const stopTimeoutMs = 15_000;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A server as a child process, which does not outlive this one; its output is kept for error reports. */
export function startChild(command: string, args: readonly string[]): Child {
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const heard: (() => void)[] = [];
  const hear = (part: Buffer) => {
    output = (output + part.toString('utf8')).slice(-20_000);
    for (const listener of heard) listener();
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const exited = once(child, 'exit')
    .catch(() => undefined)
    .then(() => void running.delete(child));
  if (child.pid === undefined) throw new Error(`cannot start ${command}: is it on the PATH?`);
  running.add(child);
  return {
    pid: child.pid,
    get exited() {
      return !running.has(child);
    },
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
      await exited;
      clearTimeout(timer);
    },
    wait: (text) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${command} did not say ${text}: ${output}`)), startTimeoutMs);
        const look = () => {
          const match = text.exec(output);
          if (match === null) return;
          clearTimeout(timer);
          resolve(match);
        };
        heard.push(look);
        void exited.then(() => {
          clearTimeout(timer);
          reject(new Error(`${command} exited: ${output}`));
        });
        look();
      }),
  };
}

/** For Node: a debugger that waits for nobody, on a port of its own. */
export const inspectOption = '--inspect=127.0.0.1:0';

/** Where the debugger of a process with `inspectOption` listens. */
export const inspectorOf = (child: Child): string | undefined =>
  /Debugger listening on (ws:\S+)/.exec(child.output())?.[1];

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
