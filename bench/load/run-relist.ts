import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import type { Target } from '../target.ts';
import { Histogram } from './histogram.ts';
import type { JobResult, RelistJob } from './job.ts';
import { inParallel } from './objects.ts';
import type { PreparedJob } from './prepared-job.ts';
import { type Reply, RequestClient } from './request-client.ts';
import { continueOf, resourceVersionOf } from './resource-version.ts';
import { WatchClient } from './watch-client.ts';
import { WrongAnswers } from './wrong-answers.ts';

/** How often client-go asks again when it is told to. */
const attempts = 10;

/**
 * An operation is one informer back in sync: told 410, listed in pages as client-go does, watching again. One that is told
 * to come later does.
 */
export function prepareRelist(target: Target, job: RelistJob): PreparedJob {
  const client = new RequestClient(target, job.concurrency, job.patienceMs);
  const reader = new WatchClient(target);
  const wrong = new WrongAnswers();
  let bytes = 0;

  const get = async (path: string): Promise<Reply> => {
    for (let attempt = 1; ; attempt++) {
      const reply = await client.send({ method: 'GET', path, keep: true });
      bytes += reply.bytes;
      if (reply.retryAfterMs === undefined || attempt === attempts) return reply;
      await setTimeout(reply.retryAfterMs);
    }
  };

  const relist = async () => {
    const refused = await get(`${job.path}?watch=true&resourceVersion=${job.forgotten}`);
    if (refused.status !== 410 && !/"code":\s*410/.test(refused.text))
      throw new Error(`a watch from ${job.forgotten} was not told 410 but ${refused.status}`);
    let objects = 0;
    let resourceVersion: string | undefined;
    let next: string | undefined = '';
    while (next !== undefined) {
      const page = await get(`${job.path}?limit=${job.pageSize}${next}`);
      if (page.status !== 200) throw new Error(`a page of the list: ${page.status} ${page.text.slice(0, 200)}`);
      objects += page.objects;
      const own = resourceVersionOf(page.text);
      resourceVersion ??= own;
      if (own !== resourceVersion) throw new Error(`a page of ${own} in a list of ${resourceVersion}`);
      const token = continueOf(page.text);
      next = token === undefined ? undefined : `&continue=${encodeURIComponent(token)}`;
    }
    if (objects !== job.objects) throw new Error(`${objects} objects instead of ${job.objects}`);
    const watch = await reader.open(`${job.path}?watch=true&resourceVersion=${resourceVersion}`, {
      event: (sequence) => wrong.add(`event ${sequence} after a list that had everything`),
      ended: (error) => wrong.add(`the new watch ended: ${error?.message ?? 'end of stream'}`),
    });
    watch.close();
  };

  return {
    async run(): Promise<JobResult> {
      const latency = new Histogram();
      let back = 0;
      const start = performance.now();
      await inParallel(job.informers, job.concurrency, async (index) => {
        const begun = performance.now();
        try {
          await relist();
          latency.record(performance.now() - begun);
          back += 1;
        } catch (error) {
          wrong.add(`informer ${index}: ${error instanceof Error ? error.message : String(error)}`);
        }
      });
      const wallMs = performance.now() - start;
      return { operations: back, wallMs, bytes, latency: latency.latency(), wrong: wrong.list };
    },
    close() {
      client.close();
      reader.close();
    },
  };
}
