import { performance } from 'node:perf_hooks';
import type { Target } from '../target.ts';
import type { IdleJob, JobResult } from './job.ts';
import { hotPath, inParallel } from './objects.ts';
import type { PreparedJob } from './prepared-job.ts';
import { type OpenWatch, WatchClient } from './watch-client.ts';
import { WrongAnswers } from './wrong-answers.ts';

const openingConcurrency = 64;

/** Here opening the watches is what is run; they stay open until `close`, so that their memory can be read between. */
export async function prepareIdle(target: Target, job: IdleJob): Promise<PreparedJob> {
  const reader = new WatchClient(target);
  const wrong = new WrongAnswers();
  const watches: OpenWatch[] = [];
  const open = async (index: number) => {
    const events = {
      event: (sequence: number) => wrong.add(`watch ${index}: event ${sequence} out of nothing`),
      ended: (error: Error | undefined) => wrong.add(`watch ${index}: ended: ${error?.message ?? 'end of stream'}`),
    };
    const selector = `fieldSelector=metadata.name%3Didle-${index}`;
    const path = `${hotPath(job.namespace)}?watch=true&resourceVersion=0&sendInitialEvents=false`;
    watches.push(await reader.open(`${path}&resourceVersionMatch=NotOlderThan&${selector}`, events));
  };
  await inParallel(job.openBefore, openingConcurrency, open);
  return {
    async run(): Promise<JobResult> {
      const start = performance.now();
      await inParallel(job.watchers, openingConcurrency, (index) => open(job.openBefore + index));
      return {
        operations: job.watchers,
        wallMs: performance.now() - start,
        bytes: 0,
        latency: null,
        wrong: wrong.list,
      };
    },
    close() {
      for (const watch of watches) watch.close();
      reader.close();
    },
  };
}
