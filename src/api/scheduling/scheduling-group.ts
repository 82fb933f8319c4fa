import type { Kind } from '../kind.ts';
import { priorityClasses } from './priority-classes.ts';

/** The kinds of `scheduling.k8s.io`, by name. */
export const schedulingGroup: readonly Kind[] = [priorityClasses];
