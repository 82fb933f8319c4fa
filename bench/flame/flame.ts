import type { ThreadProfile } from './cpu-profile.ts';
import type { Syscall } from './syscalls.ts';

/** What one target did while it was under the load of a profile. */
export type Flame = {
  readonly profile: string;
  readonly variant: string;
  readonly target: string;
  readonly operation: string;
  readonly threads: readonly ThreadProfile[];
  /** By operation; null where they could not be counted. */
  readonly syscalls: readonly Syscall[] | null;
  readonly wrong: readonly string[];
};
