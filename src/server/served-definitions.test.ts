import { describe, expect, test } from 'vitest';
import type { CustomResourceDefinition } from '../api/types/apiextensions-v1.generated.ts';
import type { Logger } from '../base/logger.ts';
import { silentLogger } from '../base/logger.ts';
import { ServedDefinitions } from './served-definitions.ts';
import type { ServedKinds } from './served-kinds.ts';

const status = {
  acceptedNames: { plural: 'crows', singular: 'crow', kind: 'Crow', listKind: 'CrowList' },
  conditions: [{ type: 'Established', status: 'True' }],
};
const spec = {
  group: 'example.com',
  scope: 'Namespaced',
  names: status.acceptedNames,
  versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
};
const definition = (over: object) =>
  ({ metadata: { name: 'crows.example.com' }, spec, status, ...over }) as unknown as CustomResourceDefinition;

function installing(...definitions: CustomResourceDefinition[]) {
  const installed: string[] = [];
  const told: unknown[] = [];
  const install: ServedKinds['install'] = (kinds) => {
    installed.push(...kinds.map(({ stored }) => stored.resource));
  };
  const logger: Logger = { ...silentLogger, warn: (_, about) => void told.push(about?.['definition']) };
  const conversion = () => ({ convert: () => Promise.resolve([]) });
  new ServedDefinitions({ install } as ServedKinds, logger, conversion).install(definitions);
  return { installed, told };
}

describe('server/served-definitions', () => {
  test.each([
    { spec: 5 },
    { spec: { ...spec, versions: {} } },
    { spec: { ...spec, versions: [null] } },
    { spec: { ...spec, versions: [{ ...spec.versions[0], schema: { openAPIV3Schema: { properties: 1 } } }] } },
    { spec: { ...spec, versions: [{ ...spec.versions[0], additionalPrinterColumns: 'a' }] } },
    { status: { ...status, acceptedNames: 'crows' } },
    { status: { ...status, conditions: {} } },
  ])('one that the store holds damaged keeps no other from being served: %j', (damage) => {
    const whole = definition({ metadata: { name: 'whole.example.com' } });
    expect(installing(definition(damage), whole).installed).toContain('crows');
  });

  test('what is not established is not served', () => {
    expect(installing(definition({ status: { ...status, conditions: [] } }))).toEqual({ installed: [], told: [] });
  });
});
