import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtInKinds } from '../../src/api/built-in-kinds.ts';
import type { AdmissionAttributes } from '../../src/machinery/admission-attributes.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import type { RegistryStore } from '../../src/registry/registry-store.ts';
import { deletion, RegistryFixture, refusal, write } from '../support/registry.ts';

let fixture: RegistryFixture;
let core: RegistryStore;
/** The same store, asked for as events.k8s.io/v1. */
let strict: RegistryStore;
const asked: AdmissionAttributes[] = [];

beforeAll(async () => {
  const admission = {
    admit: async (attributes: AdmissionAttributes) => void asked.push(attributes),
    validate: async (attributes: AdmissionAttributes) => void asked.push(attributes),
  };
  fixture = await RegistryFixture.open({ admission });
  const served = builtInKinds()
    .flatMap(({ versions }) => versions)
    .find(({ group }) => group === 'events.k8s.io');
  if (served === undefined) throw new Error('events.k8s.io is served');
  core = fixture.store('events');
  strict = core.as(served);
});
afterAll(() => fixture.close());

const scope = { namespace: 'n', name: 'e' };
const event = (over: JsonObject = {}): JsonObject => ({
  metadata: { name: 'e' },
  involvedObject: { kind: 'Pod', namespace: 'n', name: 'p' },
  reason: 'Failing',
  type: 'Normal',
  eventTime: '2024-01-01T00:00:00.000001Z',
  action: 'Trying',
  reportingComponent: 'c',
  reportingInstance: 'i',
  ...over,
});

describe('a stored kind under the names of a version', () => {
  test('messages name the resource as it was asked for', async () => {
    const missing = { namespace: 'n', name: 'missing' };
    const names = async (store: RegistryStore) => [
      (await refusal(store.get(missing, ''))).message,
      (await refusal(store.delete(missing, deletion(), write))).message,
      (await refusal(store.create(scope, event(), write))).message,
      (await refusal(store.update(scope, '', event({ metadata: { name: 'e', resourceVersion: '1' } }), write))).message,
    ];
    await core.create(scope, event(), write);
    const messages = (resource: string) => [
      `${resource} "missing" not found`,
      `${resource} "missing" not found`,
      `${resource} "e" already exists`,
      `Operation cannot be fulfilled on ${resource} "e": the object has been modified; please apply your changes to the latest version and try again`,
    ];
    expect(await names(core)).toEqual(messages('events'));
    expect(await names(strict)).toEqual(messages('events.events.k8s.io'));
    expect((await refusal(strict.get(missing, ''))).details).toMatchObject({ group: 'events.k8s.io', kind: 'events' });
  });

  test('but for a generated name that is taken, which has the group of the hub', async () => {
    const metadata = { name: 'taken', generateName: 'ta' };
    await core.create(scope, event({ metadata: { ...metadata } }), write);
    expect((await refusal(strict.create(scope, event({ metadata }), write))).message).toBe(
      'events "taken" already exists, the server was not able to generate a unique name for the object',
    );
  });

  test('admission is told the names that were asked for, on every verb, and the object of the hub', async () => {
    asked.length = 0;
    const own = { namespace: 'n', name: 'admitted' };
    const metadata = { name: 'admitted' };
    await strict.update(own, '', event({ metadata }), write);
    await strict.update(own, '', event({ metadata: { name: 'admitted', labels: { a: 'b' } } }), write);
    await strict.delete(own, deletion(), write);
    expect(asked.map(({ operation }) => operation)).toEqual([
      'CREATE',
      'CREATE',
      'UPDATE',
      'UPDATE',
      'DELETE',
      'DELETE',
    ]);
    for (const { group, version, kind, resource } of asked) {
      expect([group, version, kind, resource]).toEqual(['events.k8s.io', 'v1', 'Event', 'events']);
    }
    expect(asked[0]?.object).toHaveProperty('involvedObject');
  });

  test('rules depend on the version; refusals name the kind of the hub', async () => {
    const old = event({ eventTime: null, metadata: { name: 'old' } });
    expect(await refusal(strict.create(scope, old, write))).toMatchObject({
      code: 422,
      message: 'Event "old" is invalid: eventTime: Required value',
    });
    await core.create(scope, event({ eventTime: null, metadata: { name: 'old' } }), write);
    const renamed = event({ eventTime: null, metadata: { name: 'old' }, reason: 'Other' });
    const own = { namespace: 'n', name: 'old' };
    expect((await refusal(strict.update(own, '', structuredClone(renamed), write))).message).toBe(
      'Event "old" is invalid: reason: Invalid value: "Other": field is immutable',
    );
    await core.update(own, '', renamed, write);
  });
});
