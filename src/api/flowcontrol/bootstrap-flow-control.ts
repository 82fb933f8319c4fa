import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../machinery/json-value.ts';
import type { FlowSchemaSpec, PriorityLevelConfigurationSpec } from '../types/flowcontrol-v1.generated.ts';

/** What every cluster has of flow control: specs by name, in the order in which they are made. */
export interface BootstrapFlowControl {
  readonly priorityLevels: Readonly<Record<string, PriorityLevelConfigurationSpec>>;
  readonly flowSchemas: Readonly<Record<string, FlowSchemaSpec>>;
}

let table: BootstrapFlowControl | undefined;

/** Read when it is first needed. */
export function bootstrapFlowControl(): BootstrapFlowControl {
  table ??= JSON.parse(
    readFileSync(new URL('./bootstrap-flow-control.generated.json', import.meta.url), 'utf8'),
  ) as BootstrapFlowControl;
  return table;
}

/** Flow schemas and priority levels that have to be there as they are: requests that nothing else is for fall to them. */
export const isMandatory = (name: string): boolean => name === 'exempt' || name === 'catch-all';

/** Without what is absent or empty, by which Go does not tell one spec from another. */
export function significant(spec: object): JsonObject {
  return JSON.parse(
    JSON.stringify(spec, (_, value: unknown) => (Array.isArray(value) && value.length === 0 ? undefined : value)),
  ) as JsonObject;
}
