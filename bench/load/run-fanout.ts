import { performance } from 'node:perf_hooks';
import type { Target } from '../target.ts';
import { Histogram } from './histogram.ts';
import { type FanoutJob, type JobResult, sequencesPerGeneration } from './job.ts';
import { hotObjectJson, hotPath, inParallel, objectName } from './objects.ts';
import type { PreparedJob } from './prepared-job.ts';
import { RequestClient } from './request-client.ts';
import { type OpenWatch, WatchClient } from './watch-client.ts';
import { WrongAnswers } from './wrong-answers.ts';

/** How many TLS handshakes are on their way at once while watches are opened. */
const openingConcurrency = 64;
/** No event for this long while some are owed: they are lost. */
const patienceMs = 20_000;

/**
 * Writer w changes the hot objects w, w + writers, …, one after the other: so each object's events have rising sequence
 * numbers on every correct watch, whatever the order between writers.
 */
export async function prepareFanout(target: Target, job: FanoutJob, generation: number): Promise<PreparedJob> {
  const writer = new RequestClient(target, job.writers);
  const reader = new WatchClient(target);
  const wrong = new WrongAnswers();
  const path = hotPath(job.namespace);
  const resourceVersion = await createHotObjects(writer, job, path);

  const first = generation * sequencesPerGeneration;
  const sentAt = new Float64Array(job.events);
  const latency = new Histogram();
  const eventsOf = (object: number) => Math.floor((job.events - object - 1) / job.objects) + 1;
  const watches: OpenWatch[] = [];
  let delivered = 0;
  let lastDelivery = 0;
  let done: (() => void) | undefined;
  const owedTo = (index: number) => (job.selection === 'all' ? job.events : Math.max(0, eventsOf(index % job.objects)));
  const owed = Array.from({ length: job.watchers }, (_, index) => owedTo(index)).reduce((sum, one) => sum + one, 0);

  const watch = async (index: number, stalled: boolean) => {
    const own = index % job.objects;
    const selector = job.selection === 'all' ? '' : `&fieldSelector=metadata.name%3D${objectName(own)}`;
    const lastOfObject = new Int32Array(job.selection === 'all' ? job.objects : 1).fill(-1);
    let got = 0;
    const open = await reader.open(`${path}?watch=true&resourceVersion=${resourceVersion}${selector}`, {
      event(sequence) {
        const number = sequence - first;
        if (number < 0 || number >= job.events) return;
        const object = number % job.objects;
        const slot = job.selection === 'all' ? object : 0;
        if (job.selection === 'own-name' && object !== own) wrong.add(`watch ${index}: event of object ${object}`);
        if (number <= (lastOfObject[slot] ?? -1)) wrong.add(`watch ${index}: ${number} after ${lastOfObject[slot]}`);
        lastOfObject[slot] = number;
        got += 1;
        if (stalled) return;
        lastDelivery = performance.now();
        latency.record(lastDelivery - (sentAt[number] ?? 0));
        delivered += 1;
        if (delivered === owed) done?.();
      },
      ended: (error) => {
        if (!stalled) wrong.add(`watch ${index}: ended after ${got} events: ${error?.message ?? 'end of stream'}`);
      },
    });
    if (stalled) open.pause();
    watches.push(open);
  };
  await inParallel(job.watchers, openingConcurrency, (index) => watch(index, false));
  await inParallel(job.stalled, openingConcurrency, (index) => watch(index, true));

  const write = async (number: number) => {
    const name = objectName(number % job.objects);
    const body = hotObjectJson(job.namespace, name, first + number, job.objectBytes);
    sentAt[number] = performance.now();
    const reply = await writer.send({ method: 'PUT', path: `${path}/${name}`, body });
    if (reply.status !== 200) wrong.add(`PUT ${name}: ${reply.status} ${reply.text.slice(0, 200)}`);
  };

  return {
    async run(): Promise<JobResult> {
      const everything = new Promise<void>((resolve) => (done = resolve));
      const start = performance.now();
      lastDelivery = start;
      const writerOf = async (w: number) => {
        for (let number = w; number < job.events; number += job.writers) {
          if (job.eventsPerSecond !== undefined) await at(start + (number * 1000) / job.eventsPerSecond);
          await write(number);
        }
      };
      await Promise.all(Array.from({ length: job.writers }, (_, w) => writerOf(w)));
      lastDelivery = Math.max(lastDelivery, performance.now());
      await Promise.race([everything, quiet(() => lastDelivery)]);
      const wallMs = performance.now() - start;
      if (delivered !== owed) wrong.add(`${delivered} events delivered instead of ${owed}`);
      const bytes = watches.reduce((sum, { bytes }) => sum + bytes, 0);
      return { operations: delivered, wallMs, bytes, latency: latency.summary(), wrong: wrong.list };
    },
    close() {
      for (const open of watches) open.close();
      reader.close();
      writer.close();
    },
  };
}

const at = (time: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.max(0, time - performance.now())));

async function quiet(last: () => number): Promise<void> {
  while (performance.now() - last() < patienceMs) await at(performance.now() + 250);
}

/** Makes the namespace and the objects, if they are not there; answers with the resourceVersion to watch from. */
async function createHotObjects(client: RequestClient, job: FanoutJob, path: string): Promise<string> {
  await inParallel(job.objects, 16, async (index) => {
    const body = hotObjectJson(job.namespace, objectName(index), 99_999_999, job.objectBytes);
    const reply = await client.send({ method: 'POST', path, body });
    if (reply.status !== 201 && reply.status !== 409) throw new Error(`POST ${path}: ${reply.status} ${reply.text}`);
  });
  const { text } = await client.send({ method: 'GET', path: `${path}?limit=1`, keep: true });
  return resourceVersionOf(text);
}

export function resourceVersionOf(list: string): string {
  const { metadata } = JSON.parse(list) as { metadata: { resourceVersion: string } };
  return metadata.resourceVersion;
}
