import { objectsAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { column, nameColumn } from '../printing/columns.ts';
import type { VirtualResource } from '../virtual-resource.ts';

/** How a part of the cluster is, as far as the server sees it. */
export interface ComponentHealth {
  readonly name: string;
  readonly healthy: boolean;
  /** What it says of itself, or why it cannot be asked. */
  readonly message: string;
}

const condition = (component: JsonObject): JsonObject | undefined =>
  objectsAt(component, 'conditions').find((one) => stringAt(one, 'type') === 'Healthy');

function status(component: JsonObject): string {
  const found = condition(component);
  if (found === undefined) return 'Unknown';
  return stringAt(found, 'status') === 'True' ? 'Healthy' : 'Unhealthy';
}

/** `v1` ComponentStatus. `components`: asks all of them. */
export const componentStatuses = (components: () => Promise<readonly ComponentHealth[]>): VirtualResource => ({
  group: '',
  version: 'v1',
  kind: 'ComponentStatus',
  resource: 'componentstatuses',
  singular: 'componentstatus',
  shortNames: ['cs'],
  categories: [],
  namespaced: false,
  verbs: ['get', 'list'],
  subresources: {},
  columns: [
    nameColumn,
    column('Status', 'Whether it is healthy.', status),
    column('Message', 'What it says.', (component) => stringAt(condition(component), 'message')),
    column('Error', 'Why nothing is known.', (component) => stringAt(condition(component), 'error')),
  ],
  deprecation: 'v1 ComponentStatus is deprecated in v1.19+',
  list: async () =>
    (await components()).map(({ name, healthy, message }) => ({
      metadata: { name },
      conditions: [{ type: 'Healthy', status: healthy ? 'True' : 'False', ...(message !== '' && { message }) }],
    })),
});
