import { performance } from 'node:perf_hooks';
import type { Target } from '../target.ts';
import { Histogram } from './histogram.ts';
import type { InitialEventsJob, JobResult } from './job.ts';
import { inParallel } from './objects.ts';
import type { PreparedJob } from './prepared-job.ts';
import { type OpenWatch, WatchClient } from './watch-client.ts';
import { WrongAnswers } from './wrong-answers.ts';

const query = 'watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan';

/** Each watch is open until it has every object once; an operation is one whole initial state. */
export function prepareInitialEvents(target: Target, job: InitialEventsJob): PreparedJob {
  const reader = new WatchClient(target);
  return {
    async run(): Promise<JobResult> {
      const latency = new Histogram();
      const wrong = new WrongAnswers();
      let bytes = 0;
      const start = performance.now();
      await inParallel(job.watchers, job.concurrency, async (index) => {
        const opened = performance.now();
        let got = 0;
        let last = -1;
        let open: OpenWatch | undefined;
        await new Promise<void>((resolve, reject) => {
          const events = {
            event(sequence: number) {
              got += 1;
              if (sequence <= last) wrong.add(`watch ${index}: object ${sequence} after ${last}`);
              last = sequence;
              if (got === job.objects) resolve();
            },
            ended(error: Error | undefined) {
              wrong.add(`watch ${index}: ended after ${got} objects: ${error?.message ?? 'end of stream'}`);
              resolve();
            },
          };
          reader.open(`${job.path}?${query}`, events).then((watch) => (open = watch), reject);
        });
        latency.record(performance.now() - opened);
        bytes += open?.bytes ?? 0;
        open?.close();
      });
      return {
        operations: job.watchers,
        wallMs: performance.now() - start,
        bytes,
        latency: latency.summary(),
        wrong: wrong.list,
      };
    },
    close: () => reader.close(),
  };
}
