import { apiVersionOf } from '../machinery/gvk.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { kubernetesSchema } from '../machinery/schema/kubernetes-schema.ts';
import { fillZeroValues } from '../machinery/schema/zero-values.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import { daemonSets } from './apps/daemon-sets.ts';
import { deployments } from './apps/deployments.ts';
import { replicaSets } from './apps/replica-sets.ts';
import { statefulSets } from './apps/stateful-sets.ts';
import { leases } from './coordination/leases.ts';
import { configMaps } from './core/config-maps.ts';
import { endpoints } from './core/endpoints.ts';
import { events } from './core/events.ts';
import { namespaces } from './core/namespaces.ts';
import { nodes } from './core/nodes.ts';
import { persistentVolumeClaims } from './core/persistent-volume-claims.ts';
import { persistentVolumes } from './core/persistent-volumes.ts';
import { pods } from './core/pods.ts';
import { replicationControllers } from './core/replication-controllers.ts';
import { secrets } from './core/secrets.ts';
import { serviceAccounts } from './core/service-accounts.ts';
import { services } from './core/services.ts';
import type { ResourceRow } from './resource-row.ts';

export interface ResourceTableOptions {
  /** How long an event is kept after it was last written. */
  readonly eventTtlSeconds: number;
}

export const defaultResourceTableOptions: ResourceTableOptions = { eventTtlSeconds: 3_600 };

/** Every built-in resource, by group and then by name: the order in which discovery lists them. */
export const resourceTable = (options: ResourceTableOptions = defaultResourceTableOptions): readonly ResourceRow[] => [
  configMaps,
  endpoints,
  events(options.eventTtlSeconds),
  namespaces,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  replicationControllers,
  secrets,
  serviceAccounts,
  services,
  daemonSets,
  deployments,
  replicaSets,
  statefulSets,
  leases,
];

/** What translate needs of a row. `etcdPrefix`: `/registry`, without a slash at the end. */
export function shapeOf(row: ResourceRow, etcdPrefix: string): ObjectShape {
  const fields = Object.entries(row.fields);
  const fieldsOf = (object: JsonObject) => Object.fromEntries(fields.map(([name, read]) => [name, read(object)]));
  return {
    kind: row.kind,
    apiVersion: apiVersionOf(row),
    keyPrefix: `${etcdPrefix}/${row.storagePrefix}/`,
    namespaced: row.namespaced,
    ...(fields.length === 0 ? {} : { fieldsOf }),
    fillZeroValues(object) {
      const schema = kubernetesSchema().byKind(row, row.kind);
      if (schema !== undefined) fillZeroValues(schema, object);
    },
  };
}
