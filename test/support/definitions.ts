import type { CustomResourceDefinition } from '../../src/api/types/apiextensions-v1.generated.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { done } from './http-objects.ts';
import type { WatchStream } from './watch-stream.ts';
import type { WholeServer } from './whole-server.ts';

export const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

type Version = NonNullable<NonNullable<CustomResourceDefinition['spec']>['versions']>[number];

/** A version with status and scale, whose objects have a size of 1 to 10 (2 when they do not say) and a color. */
export const crowVersion = (version: Partial<Version> = {}): Version => ({
  name: 'v1',
  served: true,
  storage: true,
  subresources: { status: {}, scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' } },
  selectableFields: [{ jsonPath: '.spec.color' }],
  additionalPrinterColumns: [
    { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'Color', type: 'string', jsonPath: '.spec.color', priority: 1 },
  ],
  schema: { openAPIV3Schema: crowSchema({}) },
  ...version,
});

/** `more`: further fields of spec. */
export const crowSchema = (more: JsonObject): NonNullable<NonNullable<Version['schema']>['openAPIV3Schema']> => ({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 10, default: 2 },
        color: { type: 'string', enum: ['black', 'grey'] },
        ...more,
      },
    },
    status: {
      type: 'object',
      properties: {
        size: { type: 'integer' },
        conditions: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['type'],
          items: {
            type: 'object',
            required: ['type'],
            properties: { type: { type: 'string' }, status: { type: 'string' } },
          },
        },
      },
    },
  },
});

/** `crows.birds.example.com`, or of another plural. */
export function crows(versions: readonly Version[] = [crowVersion()], plural = 'crows'): CustomResourceDefinition {
  const kind = plural === 'crows' ? 'Crow' : `${plural[0]?.toUpperCase()}${plural.slice(1)}`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.birds.example.com` },
    spec: {
      group: 'birds.example.com',
      scope: 'Namespaced',
      names: { plural, kind, shortNames: plural === 'crows' ? ['cw'] : [], categories: ['all'] },
      versions: [...versions],
    },
  };
}

export const crowsPath = (namespace = 'default', version = 'v1'): string =>
  `/apis/birds.example.com/${version}/namespaces/${namespace}/crows`;

export const crow = (name: string, spec: JsonObject = {}, version = 'v1'): JsonObject => ({
  apiVersion: `birds.example.com/${version}`,
  kind: 'Crow',
  metadata: { name },
  spec,
});

export const conditionIn = ({ status }: CustomResourceDefinition, type: string) =>
  status?.conditions?.find((condition) => condition.type === type);

/** A watch of one definition, from its present state on. */
export const watchDefinition = (server: WholeServer, name: string): Promise<WatchStream> =>
  server.watch(`${definitionsPath}?watch=true&fieldSelector=metadata.name%3D${name}`);

/** Creates it, and resolves once it is established. */
export async function define(server: WholeServer, definition = crows()): Promise<CustomResourceDefinition> {
  const name = definition.metadata?.name ?? '';
  const watch = await watchDefinition(server, name);
  done(await server.api.post(definitionsPath, definition));
  return becomes(watch, (present) => conditionIn(present, 'Established')?.status === 'True');
}

/** The first state that `holds`; the watch is closed then. */
export async function becomes(
  watch: WatchStream,
  holds: (definition: CustomResourceDefinition) => boolean,
): Promise<CustomResourceDefinition> {
  const is = ({ object }: WatchStream['events'][number]) => holds(object);
  await watch.until((events) => events.some(is));
  watch.close();
  return watch.events.find(is)?.object ?? {};
}

/** Deletes it, and resolves once it has gone. */
export async function undefine(server: WholeServer, name = 'crows.birds.example.com'): Promise<void> {
  const watch = await watchDefinition(server, name);
  const { status } = await server.api.delete(`${definitionsPath}/${name}`);
  if (status === 200) await watch.until((events) => events.some(({ type }) => type === 'DELETED'));
  watch.close();
}
