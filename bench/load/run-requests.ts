import { performance } from 'node:perf_hooks';
import type { Target } from '../target.ts';
import { Histogram } from './histogram.ts';
import { type JobResult, type RequestsJob, sequencesPerGeneration } from './job.ts';
import { deploymentJson, hotObjectJson, inParallel } from './objects.ts';
import type { PreparedJob } from './prepared-job.ts';
import { RequestClient } from './request-client.ts';
import { WrongAnswers } from './wrong-answers.ts';

const patchTypes = { label: 'application/merge-patch+json', apply: 'application/apply-patch+yaml' };
const nameIn = (path: string): string => path.replace(/\?.*/, '').replace(/.*\//, '');
const rowsIn = (table: string): number => table.split('{"cells":[').length - 1;

/** Warms every connection with one request, so that handshakes are not measured. */
export async function prepareRequests(target: Target, job: RequestsJob, generation: number): Promise<PreparedJob> {
  const client = new RequestClient(target, job.concurrency, job.patienceMs);
  const wrong = new WrongAnswers();
  const first = generation * sequencesPerGeneration;
  let bytes = 0;
  const numbered = (text: string, n: number) => text.replace('{n}', `${generation}-${n}`);

  const objectOf = ({ namespace, name, bytes: size }: NonNullable<RequestsJob['object']>, n: number, path: string) =>
    hotObjectJson(namespace, name === '' ? nameIn(path) : numbered(name, n), first + n, size);
  const bodyOf = (n: number, path: string): string | undefined => {
    if (job.object === undefined) return undefined;
    if (job.patch === 'apply') return deploymentJson(job.object.namespace, nameIn(path));
    if (job.patch === 'label') return JSON.stringify({ metadata: { labels: { sequence: String(first + n) } } });
    return objectOf(job.object, n, path);
  };

  const send = async (n: number) => {
    const path = numbered(job.paths[n % job.paths.length] ?? '/', n);
    const body = bodyOf(n, path);
    const { rows } = job.expect;
    const reply = await client.send({
      method: job.method,
      path,
      accept: job.accept,
      keep: rows !== undefined,
      ...(body === undefined ? {} : { body }),
      ...(job.patch === undefined ? {} : { contentType: patchTypes[job.patch] }),
    });
    bytes += reply.bytes;
    if (reply.status !== job.expect.status)
      wrong.add(`${job.method} ${path}: ${reply.status} ${reply.text.slice(0, 200).trimEnd()}`);
    else if (job.expect.objects !== undefined && reply.objects !== job.expect.objects)
      wrong.add(`${path}: ${reply.objects} objects instead of ${job.expect.objects}`);
    else if (rows !== undefined && rowsIn(reply.text) !== rows)
      wrong.add(`${path}: ${rowsIn(reply.text)} rows instead of ${rows}`);
  };
  if (job.method === 'GET') await inParallel(job.concurrency, job.concurrency, send);
  const { object } = job;
  if (job.patch !== undefined && object !== undefined) {
    await inParallel(job.paths.length, job.concurrency, async (n) => {
      const path = job.paths[n] ?? '/';
      const { status, text } = await client.send(
        job.patch === 'apply'
          ? { method: 'PATCH', path, body: bodyOf(n, path) ?? '', contentType: patchTypes.apply }
          : { method: 'PUT', path, body: objectOf(object, n, path) },
      );
      if (status >= 300) wrong.add(`${job.patch} ${path}: ${status} ${text.slice(0, 200).trimEnd()}`);
    });
  }

  return {
    async run(): Promise<JobResult> {
      const latency = new Histogram();
      bytes = 0;
      const start = performance.now();
      await inParallel(job.requests, job.concurrency, async (n) => {
        const sent = performance.now();
        await send(n);
        latency.record(performance.now() - sent);
      });
      const wallMs = performance.now() - start;
      return { operations: job.requests, wallMs, bytes, latency: latency.latency(), wrong: wrong.list };
    },
    close: () => client.close(),
  };
}
