import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface KubectlResult {
  readonly stdout: string;
  readonly stderr: string;
  /** 0: it worked. */
  readonly code: number;
}

/** A kubectl that goes on, such as `get -w`: its lines as they come. */
export class RunningKubectl {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #ended: Promise<number>;
  #rest = '';
  #errors = '';
  #over = false;
  #wake: (() => void) | undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, 'close').then(([code]: unknown[]) => {
      this.#over = true;
      this.#wake?.();
      return typeof code === 'number' ? code : -1;
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
  }

  /** Every line of output until now. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  get stderr(): string {
    return this.#errors;
  }

  /** The first line that matches, if it is there already or once it comes; rejects when kubectl ends without it. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = this.#lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      if (this.#over) throw new Error(`kubectl ended without ${pattern}:\n${this.#lines.join('\n')}\n${this.#errors}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Interrupts it, as a person would, and resolves with its exit code. Idempotent. */
  async stop(): Promise<number> {
    this.#child.kill('SIGINT');
    return this.#ended;
  }

  /** Its exit code, once it ends by itself. */
  get ended(): Promise<number> {
    return this.#ended;
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    this.#lines.push(...lines);
    this.#wake?.();
  }
}

/** kubectl from the PATH, with a kubeconfig, a home and a cache of its own. */
export class Kubectl {
  readonly #home: string;
  readonly #kubeconfig: string;
  readonly #running = new Set<RunningKubectl>();

  private constructor(home: string, kubeconfig: string) {
    this.#home = home;
    this.#kubeconfig = kubeconfig;
  }

  /** The caller closes it. */
  static async open(kubeconfig: string): Promise<Kubectl> {
    const home = await mkdtemp(join(tmpdir(), 'kubectl-'));
    const file = join(home, 'kubeconfig');
    await writeFile(file, kubeconfig, { mode: 0o600 });
    return new Kubectl(home, file);
  }

  /** Runs to the end; a failure is a result too. `input` goes to its standard input. */
  try(args: readonly string[], input = ''): Promise<KubectlResult> {
    return new Promise((resolve, reject) => {
      const options = { env: this.#environment(), maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' as const };
      const child = execFile('kubectl', this.#arguments(args), options, (error, stdout, stderr) => {
        if (error === null) resolve({ stdout, stderr, code: 0 });
        else if (typeof error.code === 'number') resolve({ stdout, stderr, code: error.code });
        else reject(error);
      });
      child.stdin?.end(input);
    });
  }

  /** Runs to the end and gives its output; rejects with what kubectl said when it fails. */
  async run(args: readonly string[], input = ''): Promise<string> {
    const { stdout, stderr, code } = await this.try(args, input);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} exited with ${code}:\n${stderr}${stdout}`);
    return stdout;
  }

  /** The output as JSON. */
  async json<T>(args: readonly string[], input = ''): Promise<T> {
    return JSON.parse(await this.run([...args, '-o', 'json'], input)) as T;
  }

  /** Starts one that goes on; it is stopped with this one at the latest. */
  start(args: readonly string[]): RunningKubectl {
    const child = spawn('kubectl', this.#arguments(args), {
      env: this.#environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const running = new RunningKubectl(child);
    this.#running.add(running);
    return running;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running].map((running) => running.stop()));
    await rm(this.#home, { recursive: true, force: true });
  }

  #arguments(args: readonly string[]): string[] {
    return [`--kubeconfig=${this.#kubeconfig}`, `--cache-dir=${join(this.#home, 'cache')}`, ...args];
  }

  #environment(): NodeJS.ProcessEnv {
    const { PATH } = process.env;
    return { PATH, HOME: this.#home, KUBECTL_COMMAND_HEADERS: 'false', TZ: 'UTC' };
  }
}
