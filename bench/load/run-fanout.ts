import { performance } from 'node:perf_hooks';
import type { Target } from '../target.ts';
import { Histogram } from './histogram.ts';
import { type FanoutJob, type JobResult, sequencesPerGeneration } from './job.ts';
import { hotObjectJson, hotPath, inParallel, objectName } from './objects.ts';
import { Patience } from './patience.ts';
import type { PreparedJob } from './prepared-job.ts';
import { RequestClient } from './request-client.ts';
import { resourceVersionOf } from './resource-version.ts';
import { type OpenWatch, WatchClient } from './watch-client.ts';
import { WrongAnswers } from './wrong-answers.ts';

/** How many TLS handshakes are on their way at once while watches are opened. */
const openingConcurrency = 64;
/** After the last event that is owed: time for one too many to come. */
const lateMs = 50;
/**
 * What stalled watches are sent before the run: more than Linux takes for a connection that nobody reads, which is 4 MiB
 * on the sending side and some 100 KiB on the receiving one.
 */
const fillEvents = 48;
const fillObjectBytes = 128 * 1024;
/** A sequence number that belongs to no generation. */
const unnumbered = 99_999_999;

/**
 * Writer w changes the hot objects w, w + writers, …, one after the other: so each object's events have rising sequence
 * numbers on every correct watch, whatever the order between writers. Where everybody is owed everything, all must see
 * one order: the first watch that has its n-th event says which one it is.
 *
 * With replicas, watchers and writers are spread over them in turn.
 *
 * Stalled watches are full before the run. Until then nothing but a client's silence tells them from others: the kernel
 * takes their bytes, and a round of a thousand events would fit in there whole.
 */
export async function prepareFanout(target: Target, job: FanoutJob, generation: number): Promise<PreparedJob> {
  const servers = [target, ...target.replicas.map(({ url }) => ({ ...target, url }))];
  const writers = servers.map((server) => new RequestClient(server, job.writers, job.patienceMs));
  const readers = servers.map((server) => new WatchClient(server));
  const inTurn = <T>(all: readonly T[], index: number): T => all[index % all.length] as T;
  const wrong = new WrongAnswers();
  const path = hotPath(job.namespace);
  await createHotObjects(inTurn(writers, 0), job, path);

  const first = generation * sequencesPerGeneration;
  const sentAt = new Float64Array(job.events);
  const latency = new Histogram();
  const patience = new Patience(job.patienceMs);
  const eventsOf = (object: number) => Math.floor((job.events - object - 1) / job.objects) + 1;
  const order = new Int32Array(job.events).fill(-1);
  const watches: OpenWatch[] = [];
  let delivered = 0;
  let done: (() => void) | undefined;
  const owedTo = (index: number) => (job.selection === 'all' ? job.events : Math.max(0, eventsOf(index % job.objects)));
  const owed = Array.from({ length: job.watchers }, (_, index) => owedTo(index)).reduce((sum, one) => sum + one, 0);

  const watch = async (index: number, resourceVersion: string, stalled: boolean) => {
    const own = index % job.objects;
    const selector = job.selection === 'all' ? '' : `&fieldSelector=metadata.name%3D${objectName(own)}`;
    const lastOfObject = new Int32Array(job.selection === 'all' ? job.objects : 1).fill(-1);
    let got = 0;
    const open = await inTurn(readers, index).open(`${path}?watch=true&resourceVersion=${resourceVersion}${selector}`, {
      event(sequence) {
        const number = sequence - first;
        if (number < 0 || number >= job.events) return;
        const object = number % job.objects;
        const slot = job.selection === 'all' ? object : 0;
        if (job.selection === 'own-name' && object !== own) wrong.add(`watch ${index}: event of object ${object}`);
        if (number <= (lastOfObject[slot] ?? -1)) wrong.add(`watch ${index}: ${number} after ${lastOfObject[slot]}`);
        lastOfObject[slot] = number;
        if (job.selection === 'all') {
          if (order[got] === -1) order[got] = number;
          else if (order[got] !== number) wrong.add(`watch ${index}: ${number} where others saw ${order[got]}`);
        }
        got += 1;
        if (stalled) return;
        const now = performance.now();
        patience.happened(now);
        latency.record(now - (sentAt[number] ?? 0));
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
  if (job.stalled > 0) {
    const from = await newestIn(inTurn(writers, 0), path);
    await inParallel(job.stalled, openingConcurrency, (index) => watch(index, from, true));
    await fill(inTurn(writers, 0), job, path);
  }
  const from = await newestIn(inTurn(writers, 0), path);
  await inParallel(job.watchers, openingConcurrency, (index) => watch(index, from, false));

  const write = async (writer: RequestClient, number: number) => {
    const name = objectName(number % job.objects);
    const body = hotObjectJson(job.namespace, name, first + number, job.objectBytes);
    sentAt[number] = performance.now();
    const reply = await writer.send({ method: 'PUT', path: `${path}/${name}`, body });
    patience.happened();
    if (reply.status !== 200) wrong.add(`PUT ${name}: ${reply.status} ${reply.text.slice(0, 200).trimEnd()}`);
  };

  return {
    async run(): Promise<JobResult> {
      const everything = new Promise<void>((resolve) => (done = resolve));
      const before = watches.reduce((sum, { bytes }) => sum + bytes, 0);
      const start = performance.now();
      const writerOf = async (w: number) => {
        for (let number = w; number < job.events; number += job.writers) {
          if (job.eventsPerSecond !== undefined) await at(start + (number * 1000) / job.eventsPerSecond);
          await write(inTurn(writers, w), number);
        }
      };
      await Promise.all(Array.from({ length: job.writers }, (_, w) => writerOf(w)));
      if (delivered < owed) await Promise.race([everything, patience.quiet()]);
      const wallMs = performance.now() - start;
      await at(performance.now() + lateMs);
      if (delivered !== owed) wrong.add(`${delivered} events delivered instead of ${owed}`);
      const bytes = watches.reduce((sum, { bytes }) => sum + bytes, 0) - before;
      return { operations: delivered, wallMs, bytes, latency: latency.latency(), wrong: wrong.list };
    },
    close() {
      patience.stop();
      for (const open of watches) open.close();
      for (const reader of readers) reader.close();
      for (const writer of writers) writer.close();
    },
  };
}

const at = (time: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.max(0, time - performance.now())));

/** Makes the objects, if they are not there. */
async function createHotObjects(client: RequestClient, job: FanoutJob, path: string): Promise<void> {
  await inParallel(job.objects, 16, async (index) => {
    const body = hotObjectJson(job.namespace, objectName(index), unnumbered, job.objectBytes);
    const reply = await client.send({ method: 'POST', path, body });
    if (reply.status !== 201 && reply.status !== 409) throw new Error(`POST ${path}: ${reply.status} ${reply.text}`);
  });
}

/** Changes one object, with much in it, until whoever does not read can be sent no more; then it is as small as before. */
async function fill(client: RequestClient, job: FanoutJob, path: string): Promise<void> {
  for (let n = 0; n <= fillEvents; n++) {
    const bytes = n < fillEvents ? fillObjectBytes : job.objectBytes;
    const body = hotObjectJson(job.namespace, objectName(0), unnumbered - n, bytes);
    const reply = await client.send({ method: 'PUT', path: `${path}/${objectName(0)}`, body });
    if (reply.status !== 200) throw new Error(`PUT ${objectName(0)}: ${reply.status} ${reply.text}`);
  }
}

/** The resourceVersion to watch from. */
async function newestIn(client: RequestClient, path: string): Promise<string> {
  const { text } = await client.send({ method: 'GET', path: `${path}?limit=1`, keep: true });
  return resourceVersionOf(text);
}
