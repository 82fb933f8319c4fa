import { type Latency, mergeBuckets } from '../load/histogram.ts';
import type { Job, JobResult } from '../load/job.ts';
import type { Profile, Variant } from '../profile.ts';
import type { Target } from '../target.ts';
import type { LatencySpread, Measurement } from './measurement.ts';
import { type Spread, spread } from './spread.ts';

/** One job on one target, once: CPU milliseconds and resident bytes are the server's, but for `loadMs`. */
export type Round = {
  readonly result: JobResult;
  readonly cpuMs: number;
  readonly resident: number;
  readonly grown: number;
  /** CPU of the load generator. */
  readonly loadMs: number | undefined;
};

/** The first variant of a profile on the same target, in the same rounds: what a server takes anyway. */
export type Base = { readonly variant: Variant; readonly rounds: readonly Round[] };

/** What the rounds of one target come to. */
export function summarize(
  profile: Profile,
  variant: Variant,
  target: Target,
  rounds: readonly Round[],
  base?: Base,
): Measurement {
  const operations = (round: Round) => eventsOrOperations(profile, variant.job, round.result);
  const ofPid = (value: (round: Round) => number) => (target.pid === undefined ? null : spread(rounds.map(value)));
  return {
    profile: profile.name,
    variant: variant.label,
    x: variant.x,
    target: target.name,
    backend: target.backend,
    transport: target.transport,
    floorName: target.floorName,
    rounds: rounds.length,
    cpuMicros: ofPid((round) => (round.cpuMs * 1000) / operations(round)),
    operationsPerSecond: spread(rounds.map((round) => (operations(round) * 1000) / round.result.wallMs)),
    bytesPerOperation: spread(rounds.map((round) => round.result.bytes / operations(round))),
    residentBytes: ofPid(({ resident }) => resident),
    residentPerWatch: profile.servers === 'new' && target.pid !== undefined ? perWatch(variant, rounds, base) : null,
    loadMicros: rounds.every(({ loadMs }) => loadMs === undefined)
      ? null
      : spread(rounds.map((round) => ((round.loadMs ?? 0) * 1000) / operations(round))),
    latency: latencySpread(rounds.map(({ result }) => result.latency).filter((latency) => latency !== null)),
    wrong: rounds.flatMap(({ result }) => result.wrong),
  };
}

/** Where cost is counted by event, that is what was written, not what was delivered. */
const eventsOrOperations = (profile: Profile, job: Job, result: JobResult): number =>
  Math.max(1, profile.operation === 'event' && job.kind === 'fanout' ? job.events : result.operations);

/** With a base, what those have grown the server by that are more; of the base itself it says nothing. */
function perWatch({ job }: Variant, rounds: readonly Round[], base: Base | undefined): Spread | null {
  if (base?.rounds === rounds) return null;
  const more = watchesOf(job) - (base === undefined ? 0 : watchesOf(base.variant.job));
  return spread(rounds.map(({ grown }, i) => (grown - (base?.rounds[i]?.grown ?? 0)) / Math.max(1, more)));
}

/** Those whose memory is looked at: that are opened while it is measured, or stalled. */
function watchesOf(job: Job): number {
  if (job.kind === 'fanout') return Math.max(1, job.stalled);
  return job.kind === 'idle' ? job.watchers : 1;
}

function latencySpread(rounds: readonly Latency[]): LatencySpread | null {
  if (rounds.length === 0) return null;
  const of = (quantile: 'p50' | 'p90' | 'p99' | 'max') => spread(rounds.map((latency) => latency[quantile]));
  const buckets = mergeBuckets(rounds.map((latency) => latency.buckets));
  return { p50: of('p50'), p90: of('p90'), p99: of('p99'), max: of('max'), buckets };
}
