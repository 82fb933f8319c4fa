import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, realpathSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface KubectlProgram {
  readonly path: string;
  /** `1.32` */
  readonly version: string;
  readonly minor: number;
}

/**
 * Every kubectl there is: those on the PATH, and files that CROWSNEST_TEST_KUBECTLS names, separated as on the PATH.
 * Versions differ in what they ask of a server. @throws {Error} when there is none.
 */
export function kubectlPrograms(): readonly KubectlProgram[] {
  const split = (paths = '') => paths.split(delimiter).filter((path) => path !== '');
  const found = [
    ...split(process.env['PATH']).map((folder) => join(folder, 'kubectl')),
    ...split(process.env['CROWSNEST_TEST_KUBECTLS']),
  ].filter((path) => existsSync(path));
  const programs = [...new Set(found.map((path) => realpathSync(path)))].map((path): KubectlProgram => {
    const said = execFileSync(path, ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
    const { clientVersion } = JSON.parse(said) as { clientVersion: { major: string; minor: string } };
    const minor = Number.parseInt(clientVersion.minor, 10);
    return { path, version: `${clientVersion.major}.${minor}`, minor };
  });
  if (programs.length === 0) throw new Error('there is no kubectl on the PATH');
  return programs;
}

export interface KubectlResult {
  readonly stdout: string;
  readonly stderr: string;
  /** 0: it worked. */
  readonly code: number;
}

/** What a test waits for is owed at once: after this long it fails with what came instead. */
const patienceMs = 30_000;

/** A kubectl that goes on, such as `get -w`: its lines as they come. */
export class RunningKubectl {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #ended: Promise<number>;
  #rest = '';
  #errors = '';
  #over = false;
  readonly #waiting: (() => void)[] = [];

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, 'close').then(([code]: unknown[]) => {
      this.#over = true;
      this.#wake();
      return typeof code === 'number' ? code : -1;
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
      this.#wake();
    });
  }

  /** Every line of output until now. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  get stderr(): string {
    return this.#errors;
  }

  /** The first line that matches, if it is there already or once it comes; rejects when kubectl ends without it. */
  line(pattern: RegExp): Promise<string> {
    return this.#until(() => this.#lines.find((line) => pattern.test(line)), pattern);
  }

  /** Resolves once there are this many lines, with the first so many. */
  firstLines(count: number): Promise<readonly string[]> {
    return this.#until(() => (this.#lines.length < count ? undefined : this.#lines.slice(0, count)), `${count} lines`);
  }

  /** Resolves once a watch of its own is open on the server. It must have been started with `-v=6`. */
  async watching(): Promise<void> {
    const pattern = /watch=true\S* 200 OK/;
    await this.#until(() => (pattern.test(this.#errors) ? true : undefined), pattern);
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
    this.#wake();
  }

  async #until<T>(find: () => T | undefined, what: RegExp | string): Promise<T> {
    const patience = AbortSignal.timeout(patienceMs);
    const wake = () => this.#wake();
    patience.addEventListener('abort', wake);
    try {
      for (;;) {
        const found = find();
        if (found !== undefined) return found;
        if (this.#over || patience.aborted) {
          const how = this.#over ? 'kubectl ended without' : 'waited in vain for';
          throw new Error(`${how} ${String(what)}:\n${this.#lines.join('\n')}\n${this.#errors}`);
        }
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    } finally {
      patience.removeEventListener('abort', wake);
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** A kubectl with a kubeconfig, a home and a cache of its own. */
export class Kubectl {
  readonly #program: string;
  readonly #home: string;
  readonly #kubeconfig: string;
  readonly #running = new Set<RunningKubectl>();

  private constructor(program: string, home: string, kubeconfig: string) {
    this.#program = program;
    this.#home = home;
    this.#kubeconfig = kubeconfig;
  }

  /** `program`: the one from the PATH, unless told. The caller closes it. */
  static async open(kubeconfig: string, program = 'kubectl'): Promise<Kubectl> {
    const home = await mkdtemp(join(tmpdir(), 'kubectl-'));
    const file = join(home, 'kubeconfig');
    await writeFile(file, kubeconfig, { mode: 0o600 });
    return new Kubectl(program, home, file);
  }

  /** Runs to the end; a failure is a result too. `input` goes to its standard input. */
  try(args: readonly string[], input = ''): Promise<KubectlResult> {
    return new Promise((resolve, reject) => {
      const options = { env: this.#environment(), maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' as const };
      const child = execFile(this.#program, this.#arguments(args), options, (error, stdout, stderr) => {
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
    const child = spawn(this.#program, this.#arguments(args), {
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
    // For `edit`: somebody who writes `after` wherever it says `before`.
    const KUBE_EDITOR = 'sed -i -e s/before/after/';
    return { PATH, HOME: this.#home, KUBECTL_COMMAND_HEADERS: 'false', KUBE_EDITOR, TZ: 'UTC' };
  }
}
