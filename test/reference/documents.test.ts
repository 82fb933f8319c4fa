import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { builtInKinds } from '../../src/api/built-in-kinds.ts';
import { inDiscoveryOrder } from '../../src/api/discovery-order.ts';
import { Discovery } from '../../src/discovery/discovery.ts';
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
    ).toEqual(version === 'v2' ? ['io.k8s.apimachinery.pkg.version.Info'] : []);
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
