import type { Target } from '../target.ts';
import type { Job, JobResult } from './job.ts';
import type { PreparedJob } from './prepared-job.ts';
import { prepareFanout } from './run-fanout.ts';
import { prepareIdle } from './run-idle.ts';
import { prepareInitialEvents } from './run-initial-events.ts';
import { prepareRelist } from './run-relist.ts';
import { prepareRequests } from './run-requests.ts';
import { prepareResume } from './run-resume.ts';

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
      prepared = await prepare(command.target, command.job, command.generation);
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

async function prepare(target: Target, job: Job, generation: number): Promise<PreparedJob> {
  switch (job.kind) {
    case 'requests':
      return await prepareRequests(target, job, generation);
    case 'fanout':
      return await prepareFanout(target, job, generation);
    case 'initial-events':
      return prepareInitialEvents(target, job);
    case 'resume':
      return await prepareResume(target, job, generation);
    case 'relist':
      return prepareRelist(target, job);
    case 'idle':
      return prepareIdle(target, job);
    default:
      return job satisfies never;
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
