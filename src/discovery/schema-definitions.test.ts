import { describe, expect, test } from 'vitest';
import { builtInKinds } from '../api/built-in-kinds.ts';
import { inDiscoveryOrder } from '../api/discovery-order.ts';
import { type OpenApiVersion, schemaDefinitions } from './schema-definitions.ts';

interface Definition {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required: readonly string[];
  readonly 'x-kubernetes-group-version-kind'?: readonly unknown[];
}

const resources = inDiscoveryOrder(builtInKinds().flatMap(({ versions }) => versions));
const definitionOf = (resource: string, version: OpenApiVersion, name: string) =>
  schemaDefinitions(only(resource), version)[name] as unknown as Definition;
const only = (resource: string) => resources.filter((served) => served.resource === resource);

describe('discovery/schema-definitions', () => {
  test('a kind has its fields, their types and its group, version and kind', () => {
    expect(schemaDefinitions(only('configmaps'), 'v2')['io.k8s.api.core.v1.ConfigMap']).toEqual({
      type: 'object',
      properties: {
        apiVersion: { type: 'string' },
        binaryData: { type: 'object', additionalProperties: { type: 'string', format: 'byte' } },
        data: { type: 'object', additionalProperties: { type: 'string' } },
        immutable: { type: 'boolean' },
        kind: { type: 'string' },
        metadata: { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' },
      },
      'x-kubernetes-group-version-kind': [{ group: '', kind: 'ConfigMap', version: 'v1' }],
    });
  });

  test('in v3 a reference has nothing beside it', () => {
    const { properties } = definitionOf('configmaps', 'v3', 'io.k8s.api.core.v1.ConfigMap');
    expect(properties['metadata']).toEqual({
      allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }],
      default: {},
    });
  });

  test('a field has the rules by which patches merge it', () => {
    const { properties, required } = definitionOf('deployments', 'v2', 'io.k8s.api.core.v1.PodSpec');
    expect(required).toEqual(['containers']);
    expect(properties['containers']).toEqual({
      type: 'array',
      items: { $ref: '#/definitions/io.k8s.api.core.v1.Container' },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'name',
    });
  });

  test.each(['v2', 'v3'] as const)(
    'every reference leads somewhere, and every kind and its list is told: %s',
    (version) => {
      const definitions = schemaDefinitions(resources, version);
      const references = JSON.stringify(definitions).matchAll(
        /"\$ref":"#\/(?:definitions|components\/schemas)\/([^"]+)"/g,
      );
      const names = [...references].map(([, name]) => name);
      expect(names.length).toBeGreaterThan(100);
      expect(names.filter((name) => definitions[name ?? ''] === undefined)).toEqual([]);
      const kinds = Object.values(definitions as unknown as Record<string, Definition>).flatMap(
        (definition) => definition['x-kubernetes-group-version-kind'] ?? [],
      );
      const expected = resources.flatMap(({ group, kind, version: apiVersion }) =>
        [kind, `${kind}List`].map((name) => ({ group, kind: name, version: apiVersion })),
      );
      expect(kinds).toEqual(expect.arrayContaining(expected));
    },
  );
});
