import type { ColdStartLimit } from '../measure/cold-start.ts';
import type { Backend } from '../profile.ts';

/** `floor`: Node alone. */
export type ColdStartCase = { readonly backend: Backend | 'floor'; readonly objects: number };

export const coldStartCases = (million: boolean): readonly ColdStartCase[] => [
  { backend: 'floor', objects: 0 },
  { backend: 'memory', objects: 0 },
  { backend: 'embedded', objects: 0 },
  { backend: 'etcd', objects: 0 },
  { backend: 'embedded', objects: 10_000 },
  { backend: 'etcd', objects: 10_000 },
  { backend: 'embedded', objects: 100_000 },
  { backend: 'etcd', objects: 100_000 },
  ...(million ? [{ backend: 'embedded' as const, objects: 1_000_000 }] : []),
];

export const coldStartLimits: readonly ColdStartLimit[] = [
  { figure: 'ready', objects: 0, atMost: 300 },
  { figure: 'ready', objects: 10_000, atMost: 600 },
  { figure: 'ready', objects: 100_000, backend: 'etcd', atMost: 4000 },
  { figure: 'resident', objects: 0, atMost: 90 * 2 ** 20 },
  { figure: 'resident-by-stored', atMost: 2 },
];
