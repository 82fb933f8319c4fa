import { podTemplateWarnings } from '../core/pod-warnings.ts';
import type { JobSpec } from '../types/batch-v1.generated.ts';

const manyCompletions = 100_000;
const manyAtATime = 10_000;

/** What should be heard of a job's spec. `path`: where it stands. */
export function jobWarnings(spec: JobSpec | undefined, path: string): string[] {
  const { completionMode, completions = 0, parallelism = 0, template } = spec ?? {};
  const warnings: string[] = [];
  if (completionMode === 'Indexed' && completions > manyCompletions && parallelism > manyAtATime) {
    warnings.push(
      `${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, ` +
        'Kubernetes might not be able to track completedIndexes when a big number of indexes fail',
    );
  }
  return [...warnings, ...podTemplateWarnings(template, `${path}.template`)];
}
