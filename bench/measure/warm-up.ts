import type { Job } from '../load/job.ts';

const share = 4;
const some = (count: number): number => Math.max(1, Math.ceil(count / share));

/**
 * A quarter of the load: enough for caches and connections. Of requests as many as in a round: they take little time, and
 * what V8's compiler threads still do for a server's code would else be told as the cost of its requests.
 */
export const warmUp = (job: Job): Job => (job.kind === 'requests' ? job : quarterOf(job));

/** The same load, but less of it. */
export function quarterOf(job: Job): Job {
  switch (job.kind) {
    case 'requests':
      return { ...job, requests: Math.max(job.concurrency, some(job.requests)) };
    case 'fanout':
      return { ...job, events: Math.max(job.writers, some(job.events)) };
    case 'relist':
      return { ...job, informers: some(job.informers) };
    case 'idle':
      return { ...job, watchers: some(job.watchers), openBefore: some(job.openBefore) };
    case 'initial-events':
    case 'resume':
      return { ...job, watchers: some(job.watchers) };
    default:
      return job satisfies never;
  }
}
