import { createRequire } from 'node:module';
import type * as Ws from 'ws';
import type * as Yaml from 'yaml';

const require = createRequire(import.meta.url);

/**
 * What few requests need and every start would pay for, a third of its time: loaded by the first request that needs it.
 * By `require`, so that the code which uses it stays synchronous.
 */
export const lazyPackages = {
  yaml: (): typeof Yaml => require('yaml') as typeof Yaml,
  ws: (): typeof Ws => require('ws') as typeof Ws,
};
