import { describe, expect, test } from 'vitest';
import { resourceTable, shapeOf } from './resource-table.ts';

const rows = resourceTable();

describe('registry: the resource table', () => {
  test('keys are laid out as in a Kubernetes store', () => {
    const prefixes = Object.fromEntries(rows.map((row) => [row.resource, shapeOf(row, '/registry').keyPrefix]));
    expect(prefixes).toEqual({
      configmaps: '/registry/configmaps/',
      endpoints: '/registry/services/endpoints/',
      events: '/registry/events/',
      namespaces: '/registry/namespaces/',
      nodes: '/registry/minions/',
      persistentvolumeclaims: '/registry/persistentvolumeclaims/',
      persistentvolumes: '/registry/persistentvolumes/',
      pods: '/registry/pods/',
      replicationcontrollers: '/registry/controllers/',
      secrets: '/registry/secrets/',
      serviceaccounts: '/registry/serviceaccounts/',
      services: '/registry/services/specs/',
      daemonsets: '/registry/daemonsets/',
      deployments: '/registry/deployments/',
      replicasets: '/registry/replicasets/',
      statefulsets: '/registry/statefulsets/',
      leases: '/registry/leases/',
    });
  });

  test('no name of any kind is taken twice in one group', () => {
    for (const group of new Set(rows.map((row) => row.group))) {
      const names = rows
        .filter((row) => row.group === group)
        .flatMap((row) => [...new Set([row.resource, row.singular, ...row.shortNames])]);
      expect(names).toHaveLength(new Set(names).size);
    }
  });

  test('every row has one name column, and prints an empty object without failing', () => {
    for (const row of rows) {
      expect(row.columns.filter((column) => column.format === 'name')).toHaveLength(1);
      for (const column of row.columns) expect(column.cell({}, 0)).not.toBeUndefined();
      for (const read of Object.values(row.fields)) expect(typeof read({})).toBe('string');
    }
  });

  test('the trigger field is one that can be selected by', () => {
    for (const row of rows) if (row.triggerField !== undefined) expect(row.fields).toHaveProperty([row.triggerField]);
  });

  test('an event lives as long as the option says', () => {
    const events = resourceTable({ eventTtlSeconds: 60 }).find((row) => row.resource === 'events');
    expect(events?.ttlSeconds).toBe(60);
  });
});
