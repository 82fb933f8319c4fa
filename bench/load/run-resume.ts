import { performance } from 'node:perf_hooks';
import type { Target } from '../target.ts';
import { Histogram } from './histogram.ts';
import { type JobResult, type ResumeJob, sequencesPerGeneration } from './job.ts';
import { hotObjectJson, hotPath, inParallel, objectName } from './objects.ts';
import type { PreparedJob } from './prepared-job.ts';
import { RequestClient } from './request-client.ts';
import { resourceVersionOf } from './run-fanout.ts';
import { type OpenWatch, WatchClient } from './watch-client.ts';
import { WrongAnswers } from './wrong-answers.ts';

/** An operation is one watch opened from a recent resourceVersion, given the events it missed, and closed. */
export async function prepareResume(target: Target, job: ResumeJob, generation: number): Promise<PreparedJob> {
  const writer = new RequestClient(target, 1);
  const reader = new WatchClient(target);
  const path = hotPath(job.namespace);
  const { text } = await writer.send({ method: 'GET', path: `${path}?limit=1`, keep: true });
  const resourceVersion = resourceVersionOf(text);
  const first = generation * sequencesPerGeneration;
  for (let n = 0; n < job.behind; n++) {
    const name = objectName(0);
    const body = hotObjectJson(job.namespace, name, first + n, job.objectBytes);
    const reply = await writer.send({ method: 'PUT', path: `${path}/${name}`, body });
    if (reply.status > 201) throw new Error(`PUT ${name}: ${reply.status} ${reply.text}`);
  }

  return {
    async run(): Promise<JobResult> {
      const latency = new Histogram();
      const wrong = new WrongAnswers();
      let bytes = 0;
      const start = performance.now();
      await inParallel(job.watchers, job.concurrency, async (index) => {
        const opened = performance.now();
        let expected = first;
        let open: OpenWatch | undefined;
        await new Promise<void>((resolve, reject) => {
          const events = {
            event(sequence: number) {
              if (sequence < first) return;
              if (sequence !== expected) wrong.add(`watch ${index}: event ${sequence} instead of ${expected}`);
              expected = sequence + 1;
              if (expected === first + job.behind) resolve();
            },
            ended(error: Error | undefined) {
              wrong.add(`watch ${index}: ended at ${expected}: ${error?.message ?? 'end of stream'}`);
              resolve();
            },
          };
          reader
            .open(`${path}?watch=true&resourceVersion=${resourceVersion}`, events)
            .then((watch) => (open = watch), reject);
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
    close() {
      reader.close();
      writer.close();
    },
  };
}
