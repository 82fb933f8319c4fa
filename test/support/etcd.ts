import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeCertificates, type TestCertificates, writeCertificates } from './certificates.ts';
import { freePort } from './free-port.ts';

const run = promisify(execFile);

export interface EtcdOptions {
  /** Serve clients over TLS only, and ask for a client certificate. */
  readonly tls?: boolean;
  /** Create the user `root` with this password and switch authentication on. */
  readonly rootPassword?: string;
  /** More flags for `etcd`, such as `['--auth-token-ttl', '2']`. */
  readonly flags?: readonly string[];
}

export interface TestEtcd {
  /** `http://127.0.0.1:port`, or `https://…`; stays the same over restarts. */
  readonly endpoint: string;
  readonly pid: number;
  readonly dataDir: string;
  /** With `tls`: what a client needs. */
  readonly certificates: TestCertificates | undefined;
  /** Sends the signal (default SIGKILL) and waits for the process to end. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** SIGSTOP: connections stay open and nobody answers. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** Starts it again on its data, killing it first if it runs; resolves when it answers. */
  restart(): Promise<void>;
  /** Runs etcdctl against it, with TLS and credentials as needed; returns what it printed. */
  ctl(...args: string[]): Promise<string>;
  /** Ends the process and removes its data. Idempotent. */
  stop(): Promise<void>;
}

/** How a member answers health checks before it counts as started. */
const startTimeoutMs = 30_000;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A member: one etcd process with its ports and data. */
class Member implements TestEtcd {
  readonly endpoint: string;
  readonly dataDir: string;
  readonly certificates: TestCertificates | undefined;
  readonly #args: readonly string[];
  readonly #ctlArgs: readonly string[];
  #password: string | undefined;
  #child: ChildProcess | undefined;
  #output = '';

  constructor(
    endpoint: string,
    dataDir: string,
    args: readonly string[],
    ctlArgs: readonly string[],
    certificates: TestCertificates | undefined,
  ) {
    this.endpoint = endpoint;
    this.dataDir = dataDir;
    this.#args = args;
    this.#ctlArgs = ctlArgs;
    this.certificates = certificates;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('etcd is not running');
    return pid;
  }

  spawn(): void {
    const child = spawn('etcd', this.#args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    running.add(child);
    const keep = (chunk: Buffer) => {
      this.#output = (this.#output + chunk.toString()).slice(-16_384);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => keep(Buffer.from(String(error))));
    child.once('exit', () => {
      running.delete(child);
      if (this.#child === child) this.#child = undefined;
    });
  }

  /** Resolves when the member serves linearizable reads; rejects with its output when it ends or takes too long. */
  async ready(): Promise<void> {
    const deadline = Date.now() + startTimeoutMs;
    for (;;) {
      if (this.#child === undefined) throw new Error(`etcd ended:\n${this.#output}`);
      try {
        await this.ctl('get', '/', '--command-timeout=5s');
        return;
      } catch (error) {
        if (Date.now() > deadline) throw new Error(`etcd does not answer:\n${this.#output}`, { cause: error });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async setRootPassword(password: string): Promise<void> {
    await this.ctl('user', 'add', `root:${password}`);
    await this.ctl('user', 'grant-role', 'root', 'root');
    await this.ctl('auth', 'enable');
    this.#password = password;
  }

  async ctl(...args: string[]): Promise<string> {
    const user = this.#password === undefined ? [] : ['--user', `root:${this.#password}`];
    const { stdout } = await run('etcdctl', [...this.#ctlArgs, '--endpoints', this.endpoint, ...user, ...args], {
      env: { ...process.env, ETCDCTL_API: '3' },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    child.kill('SIGCONT');
    await ended;
  }

  pause(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  resume(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  async restart(): Promise<void> {
    await this.kill();
    this.spawn();
    await this.ready();
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

interface Ports {
  readonly client: number;
  readonly peer: number;
}

async function prepare(name: string, ports: Ports, cluster: string, options: EtcdOptions): Promise<Member> {
  const dataDir = await mkdtemp(join(tmpdir(), 'etcd-test-'));
  const endpoint = `${options.tls ? 'https' : 'http'}://127.0.0.1:${ports.client}`;
  const peer = `http://127.0.0.1:${ports.peer}`;
  const args = [
    `--name=${name}`,
    `--data-dir=${dataDir}`,
    `--listen-client-urls=${endpoint}`,
    `--advertise-client-urls=${endpoint}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=${cluster}`,
    '--logger=zap',
    '--log-level=warn',
    '--log-outputs=stderr',
    // The cheapest: passwords of tests need not be hard to guess.
    '--bcrypt-cost=4',
    ...(options.flags ?? []),
  ];
  if (!options.tls) return new Member(endpoint, dataDir, args, [], undefined);
  const certificates = await makeCertificates();
  const files = await writeCertificates(certificates, `${dataDir}/certificates`);
  args.push(`--cert-file=${files.serverCert}`, `--key-file=${files.serverKey}`);
  args.push(`--trusted-ca-file=${files.ca}`, '--client-cert-auth');
  const ctlArgs = ['--cacert', files.ca, '--cert', files.clientCert, '--key', files.clientKey];
  return new Member(endpoint, dataDir, args, ctlArgs, certificates);
}

/** Somebody else may take a port between our finding it free and etcd's listening on it. */
const attempts = 3;

/** As many members as asked for, forming one cluster, all answering. */
export async function startEtcdCluster(size: number, options: EtcdOptions = {}): Promise<TestEtcd[]> {
  for (let attempt = 1; ; attempt++) {
    const ports: Ports[] = [];
    for (let i = 0; i < size; i++) ports.push({ client: await freePort(), peer: await freePort() });
    const cluster = ports.map(({ peer }, i) => `m${i}=http://127.0.0.1:${peer}`).join(',');
    const members = await Promise.all(ports.map((port, i) => prepare(`m${i}`, port, cluster, options)));
    try {
      for (const member of members) member.spawn();
      await Promise.all(members.map((member) => member.ready()));
      if (options.rootPassword !== undefined)
        for (const member of members.slice(0, 1)) await member.setRootPassword(options.rootPassword);
      return members;
    } catch (error) {
      await Promise.all(members.map((member) => member.stop()));
      if (attempt === attempts || !/address already in use/.test(String(error))) throw error;
    }
  }
}

/** One etcd of its own, from the PATH, on free loopback ports and an empty directory. The caller stops it. */
export async function startEtcd(options: EtcdOptions = {}): Promise<TestEtcd> {
  const [member] = await startEtcdCluster(1, options);
  if (member === undefined) throw new Error('no member was started');
  return member;
}
