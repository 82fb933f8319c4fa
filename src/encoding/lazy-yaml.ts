import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';

const require = createRequire(import.meta.url);

/**
 * What few requests need and every start would pay for: loaded by the first request that reads or writes YAML. By
 * `require`, so that the code which uses it stays synchronous.
 */
export const lazyYaml = (): typeof Yaml => require('yaml') as typeof Yaml;
