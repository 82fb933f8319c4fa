import { performance } from 'node:perf_hooks';
import type { Job, JobResult } from '../load/job.ts';
import type { Profile, Variant } from '../profile.ts';
import type { Target } from '../target.ts';
import type { Measurement } from './measurement.ts';
import { usageOf } from './process-usage.ts';
import { type Round, summarize } from './summarize.ts';
import { warmUp } from './warm-up.ts';

/** What makes the load: a process of its own, or a test's stand-in. */
export type Generator = {
  /** Its process, if it has one. */
  readonly pid?: number | undefined;
  prepare(target: Target, job: Job): Promise<void>;
  run(): Promise<JobResult>;
  finish(): Promise<void>;
};

export const defaultRounds = 3;

/** How many rounds of a profile are counted, when `asked` are asked for. */
export const roundsOf = (profile: Profile, asked: number | undefined): number =>
  asked ?? profile.rounds ?? defaultRounds;

export type RunOptions = {
  /** Counted; one more warms up. 0: one round, counted, without a warm-up. */
  readonly rounds: number;
  /** A further round is not begun when it would end after this, as long as the last one took. Absent: no bound. */
  readonly allowanceMs?: number;
  /** What the variant runs on in this round, in the order to take. */
  readonly targetsOf: (profile: Profile, variant: Variant, round: number) => Promise<readonly Target[]>;
  readonly progress: (text: string) => void;
};

/**
 * Runs every variant on every target, round by round with the targets interleaved. The first round warms up and
 * is not counted, but a wrong answer in it is; where every round has new servers there is nothing to warm.
 */
export async function runProfile(
  generator: Generator,
  profile: Profile,
  { rounds, allowanceMs = Number.POSITIVE_INFINITY, targetsOf, progress }: RunOptions,
): Promise<Measurement[]> {
  const first = profile.servers === 'new' || rounds === 0 ? 1 : 0;
  const last = Math.max(1, rounds);
  const measured = new Map<string, { target: Target; variant: Variant; rounds: Round[] }>();
  const begun = performance.now();
  let took = 0;
  for (let round = first; round <= last; round++) {
    const now = performance.now();
    if (round > 1 && now - begun + took > allowanceMs) break;
    for (const variant of profile.variants) {
      for (const target of await targetsOf(profile, variant, round)) {
        const name = [profile.name, variant.label].filter((text) => text !== '').join(', ');
        progress(`${name} on ${target.name}, ${round === 0 ? 'warm-up' : `round ${round} of ${last}`}`);
        const result = await measure(generator, target, round === 0 ? warmUp(variant.job) : variant.job);
        const key = keyOf(variant, target);
        const all = measured.get(key) ?? { target, variant, rounds: [] };
        measured.set(key, all);
        if (round > 0 || result.result.wrong.length > 0) all.rounds.push(result);
      }
    }
    took = performance.now() - now;
  }
  const order = (target: Target) => (target.floor ? 1 : 0);
  return [...measured.values()]
    .sort(
      (a, b) =>
        profile.variants.indexOf(a.variant) - profile.variants.indexOf(b.variant) ||
        order(a.target) - order(b.target) ||
        (a.target.name < b.target.name ? -1 : 1),
    )
    .map((one) => {
      const base = profile.variants.length > 1 ? measured.get(keyOf(profile.variants[0], one.target)) : undefined;
      return summarize(profile, one.variant, one.target, one.rounds, base);
    });
}

const keyOf = (variant: Variant | undefined, { name }: Target): string => `${variant?.label}\n${name}`;

/** One job on one target. A failure to get through it at all is a wrong answer, so that the run goes on. */
async function measure(generator: Generator, target: Target, job: Job): Promise<Round> {
  try {
    const empty = usage(target);
    await generator.prepare(target, job);
    const [before, loadBefore] = [usage(target), loadMs(generator)];
    const result = await generator.run();
    const [after, loadAfter] = [usage(target), loadMs(generator)];
    await generator.finish();
    return {
      result,
      cpuMs: after.cpuMs - before.cpuMs,
      resident: after.residentBytes,
      // Of idle watches the first are opened in preparation, to be the base; those that stall are opened there, too.
      grown: after.residentBytes - (job.kind === 'idle' ? before : empty).residentBytes,
      loadMs: loadAfter === undefined || loadBefore === undefined ? undefined : loadAfter - loadBefore,
    };
  } catch (error) {
    await generator.finish();
    const result = { operations: 0, wallMs: 1, bytes: 0, latency: null, wrong: [String(error)] };
    return { result, cpuMs: 0, resident: 0, grown: 0, loadMs: undefined };
  }
}

const loadMs = ({ pid }: Generator) => (pid === undefined ? undefined : usageOf([pid]).cpuMs);

const usage = ({ pid, replicas }: Target) =>
  pid === undefined ? { cpuMs: 0, residentBytes: 0 } : usageOf([pid, ...replicas.map((one) => one.pid)]);
