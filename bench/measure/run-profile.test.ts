import { describe, expect, test } from 'vitest';
import type { JobResult } from '../load/job.ts';
import type { Profile } from '../profile.ts';
import { target } from './example.ts';
import { type Generator, roundsOf, runProfile } from './run-profile.ts';

const profile: Profile = {
  name: 'idle',
  what: '',
  operation: 'watch',
  variants: [1, 2].map((watchers) => ({
    label: `${watchers} watchers`,
    x: watchers,
    job: { kind: 'idle', namespace: 'a', watchers, openBefore: 0 },
  })),
  backends: ['embedded'],
  transports: ['http'],
  limits: [],
};
const [own, floor] = [target(), target({ name: 'floor http', floor: true, floorName: undefined })];

/** Remembers what it was asked for; result n took n milliseconds for 10 operations, and says what is wrong with it. */
class Recorder implements Generator {
  readonly asked: string[] = [];
  readonly #wrong: (run: number) => readonly string[];
  #run = 0;

  constructor(wrong: (run: number) => readonly string[] = () => []) {
    this.#wrong = wrong;
  }

  async prepare({ name }: { name: string }, job: { kind: string; watchers?: number }): Promise<void> {
    this.asked.push(`${name} ${job.watchers}`);
  }

  async run(): Promise<JobResult> {
    const run = ++this.#run;
    const latency = { p50: run, p90: run, p99: run, max: run, buckets: [[run, 10]] as const };
    return { operations: 10, wallMs: run, bytes: 100, latency, wrong: this.#wrong(run) };
  }

  async finish(): Promise<void> {}
}

const inTurn = async (_profile: Profile, _variant: unknown, round: number) =>
  round % 2 === 0 ? [own, floor] : [floor, own];
const run = (generator: Generator, rounds: number, of = profile) =>
  runProfile(generator, of, { rounds, targetsOf: inTurn, progress: () => {} });

describe('bench/measure/run-profile', () => {
  test('rounds are outermost, targets innermost; a warm-up comes first', async () => {
    const recorder = new Recorder();
    await run(recorder, 1);
    const [c, f] = [own.name, floor.name];
    expect(recorder.asked).toEqual([`${c} 1`, `${f} 1`, `${c} 1`, `${f} 1`, `${f} 1`, `${c} 1`, `${f} 2`, `${c} 2`]);
  });

  test('figures are spread over the counted rounds, floors last', async () => {
    const results = await run(new Recorder(), 3, { ...profile, variants: profile.variants.slice(0, 1) });
    expect(results.map(({ target: name, rounds }) => [name, rounds])).toEqual([
      [own.name, 3],
      [floor.name, 3],
    ]);
    // Results 1 and 2 are the warm-up; then floor, own, own, floor, floor, own.
    expect(results[0]?.latency?.p99).toEqual({ min: 4, median: 5, max: 8 });
    expect(results[0]?.latency?.buckets).toEqual([
      [4, 10],
      [5, 10],
      [8, 10],
    ]);
    expect(results[0]?.operationsPerSecond).toEqual({ min: 1250, median: 2000, max: 2500 });
    expect(results[0]?.bytesPerOperation.median).toBe(10);
    expect(results[0]?.cpuMicros).toBeNull();
  });

  test('a wrong answer counts in the warm-up too', async () => {
    const results = await run(new Recorder((n) => (n === 1 ? ['lost'] : [])), 1);
    expect(results.find(({ target: name }) => name === own.name)).toMatchObject({ wrong: ['lost'], rounds: 2 });
  });

  test('without counted rounds there is one round', async () => {
    const recorder = new Recorder();
    const results = await run(recorder, 0);
    expect(recorder.asked).toHaveLength(4);
    expect(results.map(({ rounds }) => rounds)).toEqual([1, 1, 1, 1]);
  });

  test('the warm-up is a quarter of the load', async () => {
    const recorder = new Recorder();
    const variants = [
      { label: '', x: 0, job: { kind: 'idle', namespace: 'a', watchers: 100, openBefore: 0 } },
    ] as const;
    await run(recorder, 1, { ...profile, variants });
    expect(recorder.asked).toEqual([`${own.name} 25`, `${floor.name} 25`, `${floor.name} 100`, `${own.name} 100`]);
  });

  test('beyond what it may take there is one counted round', async () => {
    const recorder = new Recorder();
    const options = { rounds: 9, allowanceMs: 0, targetsOf: inTurn, progress: () => {} };
    const results = await runProfile(recorder, profile, options);
    expect(results.map(({ rounds }) => rounds)).toEqual([1, 1, 1, 1]);
  });

  test('a profile may have a number of rounds of its own, unless one is asked for', () => {
    expect(roundsOf(profile, undefined)).toBe(3);
    expect(roundsOf({ ...profile, rounds: 2 }, undefined)).toBe(2);
    expect(roundsOf({ ...profile, rounds: 2 }, 5)).toBe(5);
  });

  test('memory of a watch is what more of them take than the first variant', async () => {
    const own = target({ pid: process.pid });
    const results = await runProfile(
      new Recorder(),
      { ...profile, servers: 'new' },
      { rounds: 1, targetsOf: async () => [own], progress: () => {} },
    );
    const [one, two] = results.map(({ residentPerWatch }) => residentPerWatch);
    expect(one).toBeNull();
    expect(two).not.toBeNull();
  });

  test('new servers for each round need no warm-up', async () => {
    const recorder = new Recorder();
    await run(recorder, 2, { ...profile, servers: 'new' });
    expect(recorder.asked).toHaveLength(8);
  });

  test('a job that fails is a wrong answer, and the run goes on', async () => {
    const failing = new Recorder();
    failing.run = () => Promise.reject(new Error('no connection'));
    const results = await run(failing, 0);
    expect(results.map(({ wrong }) => wrong)).toEqual(Array.from({ length: 4 }, () => ['Error: no connection']));
  });
});
