import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { RequestContext } from '../../src/machinery/request-context.ts';
import { configMap, metadataOf, pod, RegistryFixture } from '../support/registry.ts';

let fixture: RegistryFixture;
let sequence = 0;
const fresh = (): string => `ns-${++sequence}`;

beforeAll(async () => {
  fixture = await RegistryFixture.open();
});
afterAll(() => fixture.close());

const by = (fieldManager: string): RequestContext => RequestContext.of('', { fieldManager });
const agent = (userAgent: string): RequestContext => RequestContext.of('', { userAgent });

interface Entry {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
  readonly fieldsV1: JsonObject;
}
const entriesOf = (written: Parameters<typeof metadataOf>[0]): readonly Entry[] =>
  (metadataOf(written)['managedFields'] ?? []) as unknown as readonly Entry[];
const managersOf = (written: Parameters<typeof metadataOf>[0]): Record<string, string> =>
  Object.fromEntries(entriesOf(written).map(({ manager, fieldsV1 }) => [manager, JSON.stringify(fieldsV1)]));

const label = (name: string, value: string) => (existing: JsonObject) => {
  const metadata = existing['metadata'] as JsonObject;
  metadata['labels'] = { ...(metadata['labels'] as JsonObject | undefined), [name]: value };
  return existing;
};

describe('managedFields', () => {
  test('whoever creates manages what he set, and what was filled in for him', async () => {
    const namespace = fresh();
    const created = await fixture.store('pods').create({ namespace }, pod('p'), agent('kubectl/v1.37 (linux)'));
    const [entry] = entriesOf(created);
    expect(entry).toMatchObject({ manager: 'kubectl', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1' });
    expect(entry?.fieldsV1).toMatchObject({
      'f:spec': {
        'f:containers': { 'k:{"name":"main"}': { '.': {}, 'f:image': {}, 'f:resources': {} } },
        'f:restartPolicy': {},
      },
    });
    expect(entry?.fieldsV1).not.toHaveProperty('f:status');
    expect(entry?.fieldsV1).not.toHaveProperty('f:metadata');
  });

  test('whoever changes a field takes it, and who has none left goes', async () => {
    const scope = { namespace: fresh(), name: 'c' };
    const store = fixture.store('configmaps');
    await store.create(scope, configMap('c', { data: { k: 'v' } }), by('first'));
    expect(managersOf(await store.update(scope, '', label('l', '1'), by('second')))).toEqual({
      first: '{"f:data":{".":{},"f:k":{}}}',
      second: '{"f:metadata":{"f:labels":{".":{},"f:l":{}}}}',
    });
    const taken = await store.update(scope, '', label('l', '2'), by('first'));
    expect(managersOf(taken)).toEqual({
      first: '{"f:data":{".":{},"f:k":{}},"f:metadata":{"f:labels":{"f:l":{}}}}',
      second: '{"f:metadata":{"f:labels":{}}}',
    });
    const without = (existing: JsonObject): JsonObject => {
      delete (existing['metadata'] as JsonObject)['labels'];
      return existing;
    };
    expect(managersOf(await store.update(scope, '', without, by('third')))).toEqual({
      first: '{"f:data":{".":{},"f:k":{}}}',
    });
  });

  test('an update that changes nothing, or only whose turn it was, writes nothing', async () => {
    const scope = { namespace: fresh(), name: 'c' };
    const store = fixture.store('configmaps');
    const created = await store.create(scope, configMap('c', { data: { k: 'v' } }), by('first'));
    expect((await store.update(scope, '', (existing) => existing, by('second'))).bytes).toEqual(created.bytes);
  });

  test('a status is managed by way of its subresource, and nothing else is', async () => {
    const scope = { namespace: fresh(), name: 'p' };
    const store = fixture.store('pods');
    await store.create(scope, pod('p'), by('creator'));
    const change = (existing: JsonObject): JsonObject => {
      (existing['status'] as JsonObject)['message'] = 'hello';
      (existing['spec'] as JsonObject)['hostname'] = 'h';
      (existing['metadata'] as JsonObject)['managedFields'] = [];
      return existing;
    };
    const entries = entriesOf(await store.update(scope, 'status', change, by('kubelet')));
    expect(entries).toMatchObject([
      { manager: 'creator' },
      { manager: 'kubelet', subresource: 'status', fieldsV1: { 'f:status': { 'f:message': {} } } },
    ]);
    expect(JSON.stringify(entries[1]?.fieldsV1)).toBe('{"f:status":{"f:message":{}}}');
  });

  test.each([[[]], [[{}]]])('%j ends the tracking, which an update does not begin again', async (managedFields) => {
    const scope = { namespace: fresh(), name: 'c' };
    const store = fixture.store('configmaps');
    await store.create(scope, configMap('c'), by('first'));
    const clear = (existing: JsonObject): JsonObject => {
      (existing['metadata'] as JsonObject)['managedFields'] = managedFields;
      return existing;
    };
    expect(entriesOf(await store.update(scope, '', clear, by('second')))).toEqual([]);
    expect(entriesOf(await store.update(scope, '', label('l', '1'), by('third')))).toEqual([]);
  });

  test('what a client says of managers counts if it is valid, else what is stored', async () => {
    const scope = { namespace: fresh(), name: 'c' };
    const store = fixture.store('configmaps');
    await store.create(scope, configMap('c', { data: { k: 'v' } }), by('first'));
    const say = (fieldsType: string) => (existing: JsonObject) => {
      const entry = { manager: 'mine', operation: 'Update', apiVersion: 'v1', fieldsType, fieldsV1: { 'f:data': {} } };
      (existing['metadata'] as JsonObject)['managedFields'] = [
        entry,
        { ...entry, manager: 'of a version that is not served', apiVersion: 'v0' },
      ];
      return existing;
    };
    expect(managersOf(await store.update(scope, '', say('V7'), by('second')))).toEqual({
      first: '{"f:data":{".":{},"f:k":{}}}',
    });
    expect(managersOf(await store.update(scope, '', say('FieldsV1'), by('second')))).toEqual({ mine: '{"f:data":{}}' });
  });

  test('more than ten managers become one: the oldest', async () => {
    const scope = { namespace: fresh(), name: 'c' };
    const store = fixture.store('configmaps');
    await store.create(scope, configMap('c', { data: { k: 'v' } }), by('m0'));
    for (let i = 1; i <= 12; i++) await store.update(scope, '', label(`l${i}`, ''), by(`m${i}`));
    const read = await store.get(scope, '');
    const entries = entriesOf(read);
    expect(entries).toHaveLength(10);
    expect(entries.some(({ manager }) => manager === 'ancient-changes')).toBe(true);
    const owned = JSON.stringify(entries.map(({ fieldsV1 }) => fieldsV1));
    for (let i = 1; i <= 12; i++) expect(owned).toContain(`"f:l${i}"`);
  });

  test('what every daemon set says is managed by whoever wrote it last', async () => {
    const namespace = fresh();
    const labels = { app: 'd' };
    const spec = {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    };
    const store = fixture.store('daemonsets');
    const created = await store.create({ namespace }, { metadata: { name: 'd' }, spec }, by('first'));
    expect(entriesOf(created)[0]?.fieldsV1).toMatchObject({
      'f:metadata': { 'f:annotations': { 'f:deprecated.daemonset.template.generation': {} } },
    });
  });

  test('what cannot be told apart leaves managers as they were', async () => {
    const scope = { namespace: fresh(), name: 's' };
    const store = fixture.store('serviceaccounts');
    await store.create(scope, { metadata: { name: 's' }, secrets: [{ name: 'a' }] }, by('first'));
    const nameless = (existing: JsonObject): JsonObject => ({ ...existing, secrets: [{ namespace: 'n' }] });
    expect(managersOf(await store.update(scope, '', nameless, by('second')))).toEqual({
      first: '{"f:secrets":{".":{},"k:{\\"name\\":\\"a\\"}":{}}}',
    });
  });
});
