import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

export type Child = {
  readonly pid: number;
  readonly output: () => string;
  stop(): Promise<void>;
  wait(text: RegExp): Promise<RegExpExecArray>;
};

const startTimeoutMs = 60_000;

/** A server as a child process; its output is kept for error reports. */
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
  const exited = once(child, 'exit').catch(() => undefined);
  if (child.pid === undefined) throw new Error(`cannot start ${command}`);
  return {
    pid: child.pid,
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      await exited;
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
        void exited.then(() => reject(new Error(`${command} exited: ${output}`)));
        look();
      }),
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
