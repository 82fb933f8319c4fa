import type { JobStatus } from '../types/batch-v1.generated.ts';

/** Whether the first or another condition of a type has a status. */
export const hasCondition = ({ conditions = [] }: JobStatus, type: string, status = 'True'): boolean =>
  conditions.some((condition) => condition.type === type && condition.status === status);

export const isFinished = (status: JobStatus): boolean =>
  hasCondition(status, 'Complete') || hasCondition(status, 'Failed');
