import type { PodRules } from '../core/pod-rules.ts';
import type { Kind } from '../kind.ts';
import { cronJobs } from './cron-jobs.ts';
import { jobs } from './jobs.ts';

/** The kinds of `batch`, by name. */
export const batchGroup = (rules: PodRules): readonly Kind[] => [cronJobs(rules), jobs(rules)];
