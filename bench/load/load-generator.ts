import { type ChildProcess, fork } from 'node:child_process';
import type { Target } from '../target.ts';
import type { Job, JobResult } from './job.ts';
import type { LoadCommand, LoadReply } from './load-process.ts';

/** The process that makes the load, so that its work is not counted as the server's or the report's. */
export class LoadGenerator {
  readonly #child: ChildProcess;
  #generation = 0;
  #answer: ((reply: LoadReply) => void) | undefined;

  constructor() {
    this.#child = fork(new URL('./load-process.ts', import.meta.url), {
      execArgv: ['--import', 'tsx', '--max-old-space-size=4096'],
    });
    this.#child.on('message', (reply: LoadReply) => this.#answered(reply));
    this.#child.on('exit', (code, signal) =>
      this.#answered({ type: 'failed', error: `the load generator exited with ${code ?? signal}` }),
    );
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async prepare(target: Target, job: Job): Promise<void> {
    this.#generation += 1;
    await this.#ask({ type: 'prepare', target, job, generation: this.#generation });
  }

  async run(): Promise<JobResult> {
    const reply = await this.#ask({ type: 'run' });
    if (reply.type !== 'result') throw new Error(`the load generator answered ${reply.type} to run`);
    return reply.result;
  }

  /** Nothing is left of one that has died. */
  async finish(): Promise<void> {
    if (this.#child.connected) await this.#ask({ type: 'close' });
  }

  stop(): void {
    this.#child.kill();
  }

  async #ask(command: LoadCommand): Promise<LoadReply> {
    if (!this.#child.connected) throw new Error('the load generator is gone');
    const reply = await new Promise<LoadReply>((resolve) => {
      this.#answer = resolve;
      this.#child.send(command);
    });
    if (reply.type === 'failed') throw new Error(reply.error);
    return reply;
  }

  #answered(reply: LoadReply): void {
    this.#answer?.(reply);
    this.#answer = undefined;
  }
}
