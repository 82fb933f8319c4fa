import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type RunningServer, type StartServerOptions, startServer } from '../../src/server/start-server.ts';

/** `embedded`: in memory; else an etcd's endpoint, `http://127.0.0.1:2379`. */
export type TestStorage = 'embedded' | { readonly etcd: string };

export interface TestServerOptions {
  readonly storage?: TestStorage;
  readonly overrides?: StartServerOptions;
}

/** Without those that write on their own once the server is ready: a test that counts revisions is the only one that writes. */
export const quietControllers = [
  '*',
  '-apiservice-registration-controller',
  '-bootstrap-roles',
  '-bootstrap-system-priority-classes',
  '-priority-and-fairness-config-producer',
];

/** A server in this process, ready, on free ports. The caller closes it. */
export const startTestServer = ({ storage = 'embedded', overrides }: TestServerOptions = {}): Promise<RunningServer> =>
  startServer({
    controllers: quietControllers,
    ...(storage === 'embedded' ? {} : { etcdServers: [storage.etcd] }),
    ...overrides,
  });

export interface SpawnedServer {
  /** The https one, unless it is off. */
  readonly url: string;
  /** The one without TLS. */
  readonly plainUrl: string;
  readonly urls: readonly string[];
  readonly kubeconfig: string;
  /** Where it wrote that; gone once it is stopped. */
  readonly kubeconfigFile: string;
  readonly pid: number;
  /** Everything it wrote to stderr: lines of JSON. */
  readonly log: string;
  /** Its exit code once it has ended, or null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Sends the signal (default SIGTERM) and resolves with the exit code, or null when the signal ended it. Idempotent. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** The build, where the test command has just made it; else the sources, which are always true but start slowly. */
const program = (): readonly string[] =>
  process.env['CROWSNEST_TEST_BUILD'] === undefined
    ? ['--import', 'tsx', resolve('src/main.ts')]
    : [resolve('dist/main.js')];

/** How long a server may take to be ready, on a machine that has much else to do. */
const startTimeoutMs = 60_000;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A `crowsnest` process that is expected to end by itself. */
export async function runToEnd(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, [...program(), ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  running.delete(child);
  return { code, stdout, stderr };
}

/**
 * `crowsnest serve` as a process of its own, on free ports, ready, that writes nothing by itself from then on. `args` are more
 * flags; without a store among them it is in memory. The caller stops it.
 */
export async function spawnServer(args: readonly string[] = []): Promise<SpawnedServer> {
  const folder = await mkdtemp(join(tmpdir(), 'crowsnest-'));
  const kubeconfigFile = join(folder, 'kubeconfig');
  const has = (flag: string): boolean => args.some((arg) => arg.startsWith(flag));
  const place = has('--etcd-servers') ? `--data-dir=${join(folder, 'data')}` : '--memory';
  const flags = [
    '--secure-port=any',
    '--insecure-port=any',
    ...(has('--controllers') ? [] : [`--controllers=${quietControllers.join(',')}`]),
    `--print-kubeconfig=${kubeconfigFile}`,
    ...(has('--data-dir') ? [] : [place]),
    ...args,
  ];
  const child = spawn(process.execPath, [...program(), 'serve', ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
  running.add(child);
  const ended = once(child, 'close').then(([code]: unknown[]) => {
    running.delete(child);
    return code as number | null;
  });
  let log = '';
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    const code = await ended;
    await rm(folder, { recursive: true, force: true });
    return code;
  };
  try {
    await new Promise<void>((ready, failed) => {
      const timer = setTimeout(() => failed(new Error(`the server is not ready:\n${log}`)), startTimeoutMs);
      void ended.then((code) => failed(new Error(`the server ended with ${code}:\n${log}`)));
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        if (!/"msg":"ready"/.test(log)) return;
        clearTimeout(timer);
        ready();
      });
    });
  } catch (error) {
    await stop('SIGKILL');
    throw error;
  }
  const [, list = '[]'] = /"urls":(\[[^\]]*\])/.exec(log) ?? [];
  const urls = JSON.parse(list) as string[];
  const kubeconfig = await readFile(kubeconfigFile, 'utf8');
  return {
    url: urls[0] ?? '',
    plainUrl: urls.find((url) => url.startsWith('http:')) ?? '',
    urls,
    kubeconfig,
    kubeconfigFile,
    pid: child.pid ?? 0,
    ended,
    get log() {
      return log;
    },
    stop,
  };
}
