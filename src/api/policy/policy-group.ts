import type { Kind } from '../kind.ts';
import { podDisruptionBudgets } from './pod-disruption-budgets.ts';

/** The kinds of `policy`. */
export const policyGroup: readonly Kind[] = [podDisruptionBudgets];
