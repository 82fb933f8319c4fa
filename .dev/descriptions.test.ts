import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { schemaDefinitions } from '../src/discovery/schema-definitions.ts';
import { kubernetesSchema } from '../src/machinery/schema/kubernetes-schema.ts';
import { readDescriptions } from './descriptions.ts';

const models = join(import.meta.dirname, '../node_modules/@kubernetes/client-node/dist/gen/models');
const descriptions = readDescriptions(models, kubernetesSchema().names);

describe('descriptions', () => {
  test('a type and its fields have the words of Kubernetes’ documentation', () => {
    const [pod, fields] = descriptions['io.k8s.api.core.v1.Pod'] ?? [];
    expect(pod).toMatch(/^Pod is a collection of containers that can run on a host\./);
    expect(fields?.['kind']).toMatch(/^Kind is a string value representing the REST resource/);
    const [, port] = descriptions['io.k8s.api.core.v1.ServicePort'] ?? [];
    expect(port?.['protocol']).toBe(
      'The IP protocol for this port. Supports "TCP", "UDP", and "SCTP". Default is TCP.',
    );
  });

  test('kinds of one name in several groups have their own words', () => {
    const core = descriptions['io.k8s.api.core.v1.EndpointPort']?.[0];
    const discovery = descriptions['io.k8s.api.discovery.v1.EndpointPort']?.[0];
    expect(core).toMatch(/EndpointPort/);
    expect(discovery).not.toBe(core);
  });

  test('nearly every type has words, and they change nothing but descriptions', () => {
    const structs = kubernetesSchema().names;
    expect(structs.filter((name) => (descriptions[name]?.[0] ?? '') !== '').length).toBeGreaterThan(
      structs.length * 0.8,
    );
    const kinds = kubernetesSchema().kinds;
    const wordless = (schemas: unknown) =>
      JSON.parse(JSON.stringify(schemas), (key, value: unknown) =>
        key === 'description' && typeof value === 'string' ? undefined : value,
      ) as unknown;
    const described = schemaDefinitions(kinds, 'v3', descriptions);
    expect(JSON.stringify(described)).toContain('"description":"The IP protocol for this port.');
    expect(wordless(described)).toEqual(schemaDefinitions(kinds, 'v3'));
  });
});
