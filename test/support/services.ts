import { textAt } from '../../src/machinery/json/json-path.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { parsed, type RegistryFixture, write } from './registry.ts';

/** Creates a service of one port in namespace `a`. Resolves with the address that it was given. */
export async function createService(fixture: RegistryFixture, name: string, spec: JsonObject = {}): Promise<string> {
  const service = { metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } };
  const result = await fixture.store('services').create({ namespace: 'a' }, service, write);
  return textAt(parsed(result), 'spec', 'clusterIP');
}
