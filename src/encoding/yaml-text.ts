import type { JsonValue } from '../machinery/json-value.ts';
import { lazyYaml } from './lazy-yaml.ts';

/**
 * A value as YAML 1.1, which is what Kubernetes' clients read: keys sorted, and strings that 1.1 would take for a
 * boolean or a number in quotes.
 */
export const toYaml = (value: JsonValue): string =>
  lazyYaml().stringify(value, {
    version: '1.1',
    sortMapEntries: true,
    aliasDuplicateObjects: false,
    lineWidth: 0,
    indentSeq: false,
  });
