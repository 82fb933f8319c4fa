import type { Kind } from '../kind.ts';
import { leases } from './leases.ts';

/** The kinds of `coordination.k8s.io`, by name. */
export const coordinationGroup: readonly Kind[] = [leases];
