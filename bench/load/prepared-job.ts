import type { JobResult } from './job.ts';

/** A job whose connections are open. `run` is what is measured; it may be called once. */
export type PreparedJob = { run(): Promise<JobResult>; close(): void };
