import type { Bucket } from '../load/histogram.ts';
import type { Backend, Transport } from '../profile.ts';
import type { Spread } from './spread.ts';

/** Milliseconds, each over the rounds; `buckets` are those of all rounds together. */
export type LatencySpread = {
  readonly p50: Spread;
  readonly p90: Spread;
  readonly p99: Spread;
  readonly max: Spread;
  readonly buckets: readonly Bucket[];
};

/** One variant of a profile on one target, over the counted rounds. */
export type Measurement = {
  readonly profile: string;
  readonly variant: string;
  readonly x: number;
  readonly target: string;
  readonly backend: Backend | undefined;
  readonly transport: Transport;
  /** What its ratio is taken against; undefined for the floor itself. */
  readonly floorName: string | undefined;
  readonly rounds: number;
  /** Server CPU (user and system, children included) per operation, in microseconds; null without a pid. */
  readonly cpuMicros: Spread | null;
  readonly operationsPerSecond: Spread;
  /** What clients received, per operation. */
  readonly bytesPerOperation: Spread;
  /** Resident bytes of the server at the end of the load; null without a pid. */
  readonly residentBytes: Spread | null;
  /** What the load added to them, for each watch it opened, or each that it stalled; null where servers are not new. */
  readonly residentPerWatch: Spread | null;
  /** CPU of the load generator per operation, in microseconds: far below its core's share, it is not what is measured. */
  readonly loadMicros: Spread | null;
  readonly latency: LatencySpread | null;
  readonly wrong: readonly string[];
};
