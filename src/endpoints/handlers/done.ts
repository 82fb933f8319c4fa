import type { Status } from '../../machinery/api-error.ts';

/** What was asked for by creating something that is not kept has been done. */
export const done: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
