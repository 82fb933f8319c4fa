import { createRequire } from 'node:module';
import type * as Ws from 'ws';

const require = createRequire(import.meta.url);

/** Loaded by the first WebSocket, not by every start. By `require`, so that its user stays synchronous. */
export const lazyWs = (): typeof Ws => require('ws') as typeof Ws;
