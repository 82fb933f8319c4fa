import type { Target } from '../target.ts';
import type { Job, JobResult } from './job.ts';
import { prepareJob } from './prepare-job.ts';
import type { PreparedJob } from './prepared-job.ts';

/** What the parent sends, one at a time, and what it gets back for each. */
export type LoadCommand =
  | { readonly type: 'prepare'; readonly target: Target; readonly job: Job; readonly generation: number }
  | { readonly type: 'run' }
  | { readonly type: 'close' };
export type LoadReply =
  | { readonly type: 'prepared' }
  | { readonly type: 'result'; readonly result: JobResult }
  | { readonly type: 'closed' }
  | { readonly type: 'failed'; readonly error: string };

let prepared: PreparedJob | undefined;

async function obey(command: LoadCommand): Promise<LoadReply> {
  switch (command.type) {
    case 'prepare':
      prepared = await prepareJob(command.target, command.job, command.generation);
      return { type: 'prepared' };
    case 'run':
      if (prepared === undefined) throw new Error('run before prepare');
      return { type: 'result', result: await prepared.run() };
    case 'close':
      prepared?.close();
      prepared = undefined;
      return { type: 'closed' };
    default:
      return command satisfies never;
  }
}

process.on('message', (command: LoadCommand) => {
  obey(command).then(
    (reply) => process.send?.(reply),
    (error: unknown) => process.send?.({ type: 'failed', error: String(error) } satisfies LoadReply),
  );
});
// Without whoever asked there is nothing to do, however that one ended.
process.on('disconnect', () => process.exit(0));
