import type { RequestInfo } from '../request-info.ts';

/** Requests that last as long as their client wants: without a time limit, and counted apart. */
export const isLongRunning = ({ verb }: RequestInfo): boolean => verb === 'watch';
