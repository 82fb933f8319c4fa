import type { Target } from '../target.ts';
import type { Job } from './job.ts';
import type { PreparedJob } from './prepared-job.ts';
import { prepareFanout } from './run-fanout.ts';
import { prepareIdle } from './run-idle.ts';
import { prepareInitialEvents } from './run-initial-events.ts';
import { prepareRelist } from './run-relist.ts';
import { prepareRequests } from './run-requests.ts';
import { prepareResume } from './run-resume.ts';

/** Opens what the job needs. `generation` is a number that no other job on the target has. */
export async function prepareJob(target: Target, job: Job, generation: number): Promise<PreparedJob> {
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
      return await prepareIdle(target, job);
    default:
      return job satisfies never;
  }
}
