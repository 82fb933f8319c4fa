import type { ApiRequest } from '../api-request.ts';

/** True when an answer is on its way already: nothing else can be said on this response. */
export const headSent = ({ bindings: { outgoing } }: ApiRequest): boolean => outgoing?.headersSent ?? false;
