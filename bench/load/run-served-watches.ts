import { performance } from 'node:perf_hooks';
import { Histogram } from './histogram.ts';
import type { JobResult } from './job.ts';
import { inParallel } from './objects.ts';
import { Patience } from './patience.ts';
import type { OpenWatch, WatchClient } from './watch-client.ts';
import { WrongAnswers } from './wrong-answers.ts';

/** One watch that is open until it has what it came for. */
export type Errand = {
  /** Answers with what is wrong with it, if anything. */
  event(sequence: number): string | undefined;
  /** Bytes of the body, after their events. */
  body?(part: Buffer): void;
  readonly done: boolean;
  /** How far it has come. */
  readonly progress: string;
};

export type ServedWatches = {
  readonly path: string;
  readonly watchers: number;
  readonly concurrency: number;
  readonly patienceMs: number;
};

/** Opens watches, `concurrency` at a time, each until its errand is done. An operation is one of them. */
export async function runServedWatches(
  reader: WatchClient,
  { path, watchers, concurrency, patienceMs }: ServedWatches,
  errandOf: () => Errand,
): Promise<JobResult> {
  const latency = new Histogram();
  const wrong = new WrongAnswers();
  const patience = new Patience(patienceMs);
  let bytes = 0;
  let served = 0;
  const start = performance.now();
  await inParallel(watchers, concurrency, async (index) => {
    const errand = errandOf();
    const opened = performance.now();
    let open: OpenWatch | undefined;
    const end = new Promise<string | undefined>((resolve) => {
      const look = () => {
        if (errand.done) resolve(undefined);
      };
      const opening = reader.open(path, {
        event(sequence) {
          patience.happened();
          const problem = errand.event(sequence);
          if (problem !== undefined) wrong.add(`watch ${index}: ${problem}`);
          look();
        },
        body(part) {
          errand.body?.(part);
          look();
        },
        ended: (error) => resolve(`ended: ${error?.message ?? 'end of stream'}`),
      });
      opening.then(
        (watch) => (open = watch),
        (error: unknown) => resolve(String(error)),
      );
    });
    const problem = await Promise.race([end, patience.quiet().then(() => 'nothing more came')]);
    if (problem === undefined) {
      latency.record(performance.now() - opened);
      served += 1;
    } else wrong.add(`watch ${index}: ${problem}, at ${errand.progress}`);
    bytes += open?.bytes ?? 0;
    open?.close();
  });
  patience.stop();
  const wallMs = performance.now() - start;
  return { operations: served, wallMs, bytes, latency: latency.latency(), wrong: wrong.list };
}
