import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { builtInKinds } from '../../src/api/built-in-kinds.ts';
import { inDiscoveryOrder } from '../../src/api/discovery-order.ts';
import { Discovery } from '../../src/discovery/discovery.ts';
import { pathItems } from '../../src/discovery/openapi-paths.ts';
import { schemaDefinitions } from '../../src/discovery/schema-definitions.ts';
import { kubernetesSchema } from '../../src/machinery/schema/kubernetes-schema.ts';
import { type DocumentRecords, discoveryHashes, hashesOf } from './documents.ts';

const recorded = JSON.parse(
  readFileSync(new URL('records/documents.json', import.meta.url), 'utf8'),
) as DocumentRecords;

const served = inDiscoveryOrder(builtInKinds().flatMap(({ versions }) => versions));
const discovery = new Discovery({ resources: () => served, otherPaths: [], serverAddress: '' });

/** Of these the original names every group that it knows, also those that it does not serve. */
const ofEveryGroup = [
  'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions',
  'io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent',
];

describe('what kube-apiserver 1.37 tells about itself', () => {
  test.each(['v2', 'v3'] as const)('OpenAPI %s: every definition of a kind that there is a schema of', (version) => {
    const definitions = hashesOf(schemaDefinitions(kubernetesSchema().kinds, version));
    for (const name of ofEveryGroup) delete definitions[name];
    const expected = recorded.definitions[version];
    expect(
      Object.keys(expected).filter((name) => !ofEveryGroup.includes(name) && definitions[name] !== expected[name]),
    ).toEqual([]);
  });

  test.each(['v2', 'v3'] as const)('OpenAPI %s: every path that is served, with its operations', (version) => {
    const paths = hashesOf(pathItems(served, version));
    const differing = Object.entries(paths).filter(([path, hash]) => recorded.paths[version][path] !== hash);
    expect(differing.map(([path]) => path)).toEqual([]);
  });

  test.each(['v2', 'v3'] as const)('OpenAPI %s: every reference leads somewhere', (version) => {
    const document = JSON.parse(
      (version === 'v2' ? discovery.openApiV2('json') : discovery.openApi('', 'v1'))?.body.toString() ?? '',
    ) as Record<string, unknown>;
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g);
    const at = (path: string) =>
      path.split('/').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
    expect([...new Set([...references].map(([, path = '']) => path))].filter((path) => at(path) === undefined)).toEqual(
      [],
    );
  });

  test('discovery: every resource that is served, with its verbs, names and subresources', () => {
    const ours = discoveryHashes(
      (['api', 'apis'] as const).map((prefix) => JSON.parse(discovery.aggregated(prefix, 'json').body.toString())),
    );
    const differing = Object.entries(ours).flatMap(([groupVersion, resources]) =>
      Object.entries(resources)
        .filter(([resource, hash]) => recorded.discovery[groupVersion]?.[resource] !== hash)
        .map(([resource]) => `${groupVersion} ${resource}`),
    );
    expect(differing).toEqual([]);
    // In its order.
    const inOrder = Object.keys(recorded.discovery).filter((groupVersion) => groupVersion in ours);
    expect(Object.keys(ours)).toEqual(inOrder);
    for (const groupVersion of inOrder) {
      const resources = Object.keys(ours[groupVersion] ?? {});
      expect(resources).toEqual(
        Object.keys(recorded.discovery[groupVersion] ?? {}).filter((name) => resources.includes(name)),
      );
    }
  });
});
