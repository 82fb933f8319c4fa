import type { Job } from './load/job.ts';

export type Backend = 'memory' | 'embedded' | 'etcd';
export type Transport = 'http' | 'tls' | 'h2';

/** What the figures of a profile are held against; `on`: only with this store or transport. */
export type Limit = Rule & { readonly on?: Backend | Transport };

/** All are of the server's CPU per operation, in microseconds, but where another figure is named. */
export type Rule =
  | { readonly against: 'floor'; readonly atMost: number }
  /** The 99th percentile of the latency against that of the floor. */
  | { readonly against: 'floor-p99'; readonly atMost: number }
  | { readonly against: 'micros'; readonly atMost: number }
  /** `share` of another profile's cost on the same target, and `plusMicros` for what is paid per request. */
  | { readonly against: 'profile'; readonly profile: string; readonly share: number; readonly plusMicros: number }
  /** Another profile's cost on the floor. */
  | { readonly against: 'floor-profile'; readonly profile: string; readonly atMost: number }
  /** The last variant against the one at `x`. */
  | { readonly against: 'variant'; readonly x: number; readonly atMost: number }
  /** For each watch that is open or stalled. */
  | { readonly against: 'resident-bytes'; readonly atMost: number };

/** One load of a profile; `x` is what grows, for the charts. */
export type Variant = {
  readonly label: string;
  readonly x: number;
  readonly job: Job;
  /** How many objects the server has; absent: `dataset.objects`. */
  readonly objects?: number;
  /** How many servers share the store and the watchers; absent: one. */
  readonly replicas?: number;
};

export type Profile = {
  /** Stable: results are compared by it. */
  readonly name: string;
  readonly what: string;
  /** What an operation is. */
  readonly operation: string;
  /** What `x` counts, where there are several variants. */
  readonly axis?: string;
  readonly variants: readonly Variant[];
  readonly backends: readonly Backend[];
  readonly transports: readonly Transport[];
  readonly limits: readonly Limit[];
  /** Counted, if nobody asks for another number: fewer where it takes long and there is no limit. Absent: three. */
  readonly rounds?: number;
  /**
   * `shared`: those of the other profiles. `new`: new ones for every round, without more than what writers change, because
   * what is measured is their memory; servers given on the command line are taken as they are. `own`: not for servers given on the command line,
   * because it needs several, or other objects in them. Absent: shared.
   */
  readonly servers?: 'shared' | 'new' | 'own';
};
