import type { LatencySummary } from '../load/histogram.ts';
import type { Job, JobResult } from '../load/job.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import type { Profile } from '../profiles.ts';
import type { Target } from '../target.ts';
import { usageOf } from './process-usage.ts';

/** Over the rounds of one target. */
export type Spread = { readonly min: number; readonly median: number; readonly max: number };

export type Measurement = {
  readonly profile: string;
  readonly variant: string;
  readonly x: number;
  readonly target: string;
  readonly floorName: string | undefined;
  /** Server CPU (user and system) per operation, in microseconds; null without a pid. */
  readonly cpuMicros: Spread | null;
  readonly operationsPerSecond: Spread;
  readonly bytes: Spread;
  /** Resident bytes of the server at the end of the load; null without a pid. */
  readonly residentBytes: Spread | null;
  /** What the load added to them, by operation. */
  readonly residentPerOperation: Spread | null;
  /** Of the round with the median p99. */
  readonly latency: LatencySummary | null;
  readonly wrong: readonly string[];
};

type Round = { readonly result: JobResult; readonly cpuMs: number; readonly resident: number; readonly grown: number };

/**
 * Runs every variant on every target, round by round with the targets interleaved in turning order, so that what else
 * the machine does falls on all alike. The first round warms up and is not counted.
 */
export async function runProfile(
  generator: LoadGenerator,
  profile: Profile,
  targets: readonly Target[],
  rounds: number,
  progress: (text: string) => void,
): Promise<Measurement[]> {
  const measured = new Map<string, Round[]>();
  for (let round = 0; round <= rounds; round++) {
    for (const variant of profile.variants) {
      for (const [turn] of targets.entries()) {
        const target = targets[(turn + round) % targets.length];
        if (target === undefined) continue;
        progress(
          `${profile.name} ${variant.label} on ${target.name}, ${round === 0 ? 'warm-up' : `round ${round} of ${rounds}`}`,
        );
        const measurement = await measure(generator, target, variant.job);
        const key = `${variant.label}\n${target.name}`;
        const counted = measured.get(key) ?? [];
        measured.set(key, counted);
        if (round > 0 || rounds === 0 || measurement.result.wrong.length > 0) counted.push(measurement);
      }
    }
  }
  return profile.variants.flatMap((variant) =>
    targets.map((target) => {
      const all = measured.get(`${variant.label}\n${target.name}`) ?? [];
      const operations = (round: Round) => eventsOrOperations(profile, variant.job, round.result);
      const byTail = all.toSorted((a, b) => (a.result.latency?.p99 ?? 0) - (b.result.latency?.p99 ?? 0));
      const ofPid = (value: (round: Round) => number) => (target.pid === undefined ? null : spread(all.map(value)));
      return {
        profile: profile.name,
        variant: variant.label,
        x: variant.x,
        target: target.name,
        floorName: target.floorName,
        cpuMicros: ofPid((round) => (round.cpuMs * 1000) / operations(round)),
        operationsPerSecond: spread(all.map((round) => (operations(round) * 1000) / round.result.wallMs)),
        bytes: spread(all.map(({ result }) => result.bytes)),
        residentBytes: ofPid(({ resident }) => resident),
        residentPerOperation: ofPid((round) => round.grown / operations(round)),
        latency: byTail[Math.floor(byTail.length / 2)]?.result.latency ?? null,
        wrong: all.flatMap(({ result }) => result.wrong),
      };
    }),
  );
}

/** One job on one target. A failure to get through it at all is a wrong answer, so that the run goes on. */
async function measure(generator: LoadGenerator, target: Target, job: Job): Promise<Round> {
  try {
    await generator.prepare(target, job);
    const before = usage(target);
    const result = await generator.run();
    const after = usage(target);
    await generator.finish();
    const { residentBytes: resident } = after;
    return { result, cpuMs: after.cpuMs - before.cpuMs, resident, grown: resident - before.residentBytes };
  } catch (error) {
    await generator.finish();
    const result = { operations: 0, wallMs: 1, bytes: 0, latency: null, wrong: [String(error)] };
    return { result, cpuMs: 0, resident: 0, grown: 0 };
  }
}

/** Where cost is counted by event, that is what was written, not what was delivered. */
const eventsOrOperations = (profile: Profile, job: Job, result: JobResult): number =>
  Math.max(1, profile.operation === 'event' && job.kind === 'fanout' ? job.events : result.operations);

const usage = (target: Target) => (target.pid === undefined ? { cpuMs: 0, residentBytes: 0 } : usageOf(target.pid));

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { min: sorted[0] ?? 0, median: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 };
}
