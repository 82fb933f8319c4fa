import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Target } from '../target.ts';
import type { Job, JobResult } from './job.ts';
import type { LoadCommand, LoadReply } from './load-process.ts';

/** The process that makes the load, so that its work is not counted as the server's or the report's. */
export class LoadGenerator {
  readonly #child: ChildProcess;
  #generation = 0;

  constructor() {
    this.#child = fork(new URL('./load-process.ts', import.meta.url), {
      execArgv: ['--import', 'tsx', '--max-old-space-size=4096'],
    });
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

  async finish(): Promise<void> {
    await this.#ask({ type: 'close' });
  }

  stop(): void {
    this.#child.kill();
  }

  async #ask(command: LoadCommand): Promise<LoadReply> {
    const answer = Promise.race([
      once(this.#child, 'message').then(([reply]: LoadReply[]) => reply),
      once(this.#child, 'exit').then(
        ([code]: unknown[]) => ({ type: 'failed', error: `the load generator exited with ${String(code)}` }) as const,
      ),
    ]);
    this.#child.send(command);
    const reply = await answer;
    if (reply === undefined) throw new Error('the load generator did not answer');
    if (reply.type === 'failed') throw new Error(reply.error);
    return reply;
  }
}
