import type { Job } from './load/job.ts';

export type Backend = 'memory' | 'embedded' | 'etcd';
export type Transport = 'http' | 'tls' | 'h2';

/** What a profile's cost per operation is held against. All in microseconds of server CPU. */
export type Limit =
  | { readonly against: 'floor'; readonly atMost: number }
  | { readonly against: 'micros'; readonly atMost: number }
  /** `share` of another profile's cost on the same target, and `plusMicros` for what is paid per request. */
  | { readonly against: 'profile'; readonly profile: string; readonly share: number; readonly plusMicros: number }
  /** Another profile's cost on the floor. */
  | { readonly against: 'floor-profile'; readonly profile: string; readonly atMost: number }
  /** The last variant against the one at `x`. */
  | { readonly against: 'variant'; readonly x: number; readonly atMost: number }
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
  readonly limits: Readonly<Partial<Record<Backend | Transport | 'all', Limit>>>;
  /**
   * `shared`: those of the other profiles. `new`: new and empty ones for every round, because what is measured is their
   * memory; servers given on the command line are taken as they are. `own`: not for servers given on the command line,
   * because it needs several, or other objects in them. Absent: shared.
   */
  readonly servers?: 'shared' | 'new' | 'own';
};
