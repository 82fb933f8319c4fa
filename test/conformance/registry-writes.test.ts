import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtInKinds, defaultBuiltInOptions } from '../../src/api/built-in-kinds.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { objectAt, stringAt } from '../../src/machinery/json-value.ts';
import {
  configMap,
  deletion,
  dryRun,
  listOf,
  metadataOf,
  namesOf,
  parsed,
  pod,
  RegistryFixture,
  refusal,
  revisionOf,
  write,
} from '../support/registry.ts';

let fixture: RegistryFixture;
let sequence = 0;
/** A namespace of its own for each test. */
const fresh = (): string => `ns-${++sequence}`;

beforeAll(async () => {
  fixture = await RegistryFixture.open({ kinds: builtInKinds({ ...defaultBuiltInOptions, eventTtlSeconds: 1 }) });
});
afterAll(() => fixture.close());

const set =
  (key: string, value: string) =>
  (existing: JsonObject): JsonObject => {
    existing['data'] = { ...objectAt(existing, 'data'), [key]: value };
    return existing;
  };

describe('create', () => {
  test('C1 answers with what is stored, and fills in what the server sets', async () => {
    const namespace = fresh();
    const store = fixture.store('configmaps');
    const given = configMap('a', { data: { key: 'value' }, metadata: { name: 'a', selfLink: '/x', uid: 'mine' } });
    const created = await store.create({ namespace }, given, write);
    expect(created.created).toBe(true);
    expect(parsed(created)).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { key: 'value' } });
    const { uid, creationTimestamp, resourceVersion, managedFields, ...rest } = metadataOf(created);
    expect(uid).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(resourceVersion).toMatch(/^[1-9]\d*$/);
    expect(managedFields).toMatchObject([{ manager: 'unknown', operation: 'Update', time: creationTimestamp }]);
    expect(rest).toEqual({ name: 'a', namespace });
    expect((await store.get({ namespace, name: 'a' }, '')).bytes).toEqual(created.bytes);
  });

  test('C1 an object with a resourceVersion is refused and not stored', async () => {
    const namespace = fresh();
    const store = fixture.store('configmaps');
    const given = { metadata: { name: 'a', resourceVersion: '5' } };
    const status = await refusal(store.create({ namespace }, given, write));
    expect(status.message).toBe('resourceVersion should not be set on objects to be created');
    expect((await refusal(store.get({ namespace, name: 'a' }, ''))).code).toBe(404);
  });

  test('C2 C17 an event expires, and whoever watches sees it go', async () => {
    const namespace = fresh();
    const store = fixture.store('events');
    const created = await store.create({ namespace }, event('a', namespace), write);
    const watch = await fixture.watch('events', { namespace }, { resourceVersion: `${revisionOf(created)}` });
    expect(fixture.of('events').stored.ttlSeconds).toBe(1);
    const [deleted] = await watch.told(1);
    expect(deleted).toMatch(new RegExp(`^DELETED ${namespace}/a@`));
  });

  test('C3 a name that is taken', async () => {
    const namespace = fresh();
    const store = fixture.store('configmaps');
    await store.create({ namespace }, configMap('a'), write);
    for (const options of [write, dryRun]) {
      const status = await refusal(store.create({ namespace }, configMap('a'), options));
      expect(status).toMatchObject({ code: 409, reason: 'AlreadyExists', message: 'configmaps "a" already exists' });
      expect(status.details).toEqual({ name: 'a', kind: 'configmaps' });
    }
  });

  test('a name that is taken by an object that is going', async () => {
    const namespace = fresh();
    const store = fixture.store('configmaps');
    await store.create(
      { namespace },
      configMap('a', { metadata: { name: 'a', finalizers: ['example.com/x'] } }),
      write,
    );
    await store.delete({ namespace, name: 'a' }, deletion(), write);
    const status = await refusal(store.create({ namespace }, configMap('a'), write));
    expect(status.message).toBe('object is being deleted: configmaps "a" already exists');
  });

  test('a generated name', async () => {
    const namespace = fresh();
    const given = { metadata: { generateName: 'a-' } };
    const created = await fixture.store('configmaps').create({ namespace }, given, write);
    expect(metadataOf(created)['name']).toMatch(/^a-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  test('a role is called what fits into a path, in any language, and listed', async () => {
    const namespace = fresh();
    const store = fixture.store('roles');
    const names = ['a role', 'b:é', 'c中文'];
    for (const name of names) await store.create({ namespace }, { metadata: { name } }, write);
    expect(namesOf(await store.list({ namespace }, listOf()))).toEqual(names);
    for (const name of names) await store.get({ namespace, name }, '');
    for (const name of ['\u{1f426}', '\ufffd']) {
      const status = await refusal(store.create({ namespace }, { metadata: { name } }, write));
      expect([status.code, status.message]).toMatchObject([422, expect.stringContaining('beyond U+D7FF')]);
    }
  });

  test('no name at all', async () => {
    const status = await refusal(fixture.store('configmaps').create({ namespace: fresh() }, { metadata: {} }, write));
    expect(status).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    });
  });

  test('a namespace that is not the one of the path', async () => {
    const given = { metadata: { name: 'a', namespace: 'other' } };
    const status = await refusal(fixture.store('configmaps').create({ namespace: fresh() }, given, write));
    expect(status).toMatchObject({
      code: 400,
      message: 'the namespace of the provided object does not match the namespace sent on the request',
    });
  });

  test('an object larger than the store takes', async () => {
    const given = { metadata: { name: 'a' }, spec: { holderIdentity: 'x'.repeat(2_000_000) } };
    const status = await refusal(fixture.store('leases').create({ namespace: fresh() }, given, write));
    expect(status).toMatchObject({ code: 500, message: 'etcdserver: request is too large' });
  });

  test('a dry run says what would be, and leaves nothing behind', async () => {
    const namespace = fresh();
    const store = fixture.store('pods');
    const created = await store.create({ namespace }, pod('a'), dryRun);
    expect(parsed(created)).toMatchObject({ kind: 'Pod', status: { phase: 'Pending' } });
    expect(metadataOf(created)).not.toHaveProperty('resourceVersion');
    expect(namesOf(await store.list({ namespace }, listOf()))).toEqual([]);
  });
});

describe('get', () => {
  test('C4 by the latest, any and a least resource version', async () => {
    const namespace = fresh();
    const store = fixture.store('configmaps');
    const created = await store.create({ namespace }, configMap('a'), write);
    const updated = await store.update({ namespace, name: 'a' }, '', set('k', 'v'), write);
    const at = async (version: string) => (await store.get({ namespace, name: 'a' }, version)).revision;
    expect(await at('')).toBe(revisionOf(updated));
    expect(await at(`${revisionOf(updated)}`)).toBe(revisionOf(updated));
    expect([revisionOf(created), revisionOf(updated)]).toContain(await at(`${revisionOf(created)}`));
    await fixture.caughtUp();
    expect(await at('0')).toBe(revisionOf(updated));
    for (const version of ['', '0', `${revisionOf(updated)}`]) {
      const status = await refusal(store.get({ namespace, name: 'missing' }, version));
      expect(status).toMatchObject({ code: 404, reason: 'NotFound', message: 'configmaps "missing" not found' });
    }
  });

  test('C4 a resource version that is no number, and one that no store reaches', async () => {
    const store = fixture.store('configmaps');
    const scope = { namespace: fresh(), name: 'a' };
    expect((await refusal(store.get(scope, 'abc'))).message).toBe(
      'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    );
    const status = await refusal(store.get(scope, '9223372036854775807'));
    expect(status).toMatchObject({ code: 504, reason: 'Timeout', details: { retryAfterSeconds: 1 } });
    expect(status.details?.causes).toEqual([
      { reason: 'ResourceVersionTooLarge', message: 'Too large resource version' },
    ]);
  });
});

describe('update', () => {
  test('C16 what is not there is not found, unless the resource is created by an update', async () => {
    const namespace = fresh();
    const status = await refusal(
      fixture.store('configmaps').update({ namespace, name: 'a' }, '', configMap('a'), write),
    );
    expect(status).toMatchObject({ code: 404, message: 'configmaps "a" not found' });
    const lease = { metadata: { name: 'a' }, spec: { leaseDurationSeconds: 10 } };
    const made = await fixture.store('leases').update({ namespace, name: 'a' }, '', lease, write);
    expect(made.created).toBe(true);
    expect(metadataOf(made)).toMatchObject({ name: 'a', namespace });
  });

  test('C16 the same data is not written again, also with a selfLink', async () => {
    const namespace = fresh();
    const store = fixture.store('configmaps');
    const created = await store.create({ namespace }, configMap('a', { data: { b: '1', a: '2' } }), write);
    const same = { data: { a: '2', b: '1' }, metadata: { ...metadataOf(created), selfLink: '/x' } };
    const updated = await store.update({ namespace, name: 'a' }, '', same, write);
    expect(updated.bytes).toEqual(created.bytes);
    expect(await store.get({ namespace, name: 'a' }, '')).toMatchObject({ revision: revisionOf(created) });
  });

  test('C16 a uid that is the object’s, and one that is not', async () => {
    const namespace = fresh();
    const store = fixture.store('configmaps');
    const created = await store.create({ namespace }, configMap('a'), write);
    const uid = stringAt(metadataOf(created), 'uid');
    const same = await store.update({ namespace, name: 'a' }, '', { metadata: { name: 'a', uid } }, write);
    expect(same.bytes).toEqual(created.bytes);
    const other = { metadata: { name: 'a', uid: 'other' } };
    const status = await refusal(store.update({ namespace, name: 'a' }, '', other, write));
    expect(status).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(status.message).toContain(`UID in precondition: other, UID in object meta: ${uid}`);
  });

  test('a resource version that is not the present one', async () => {
    const namespace = fresh();
    const store = fixture.store('configmaps');
    const created = await store.create({ namespace }, configMap('a'), write);
    await store.update({ namespace, name: 'a' }, '', set('k', 'v'), write);
    const stale = { metadata: metadataOf(created), data: { k: 'w' } };
    const status = await refusal(store.update({ namespace, name: 'a' }, '', stale, write));
    expect(status).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(status.message).toBe(
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; ' +
        'please apply your changes to the latest version and try again',
    );
  });

  test('a lease is not overwritten without its resource version', async () => {
    const namespace = fresh();
    const store = fixture.store('leases');
    const lease = { metadata: { name: 'a' }, spec: {} };
    await store.create({ namespace }, structuredClone(lease), write);
    const status = await refusal(store.update({ namespace, name: 'a' }, '', lease, write));
    expect(status.message).toBe(
      'leases.coordination.k8s.io "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    );
  });

  test('what the server set stays as it was', async () => {
    const namespace = fresh();
    const store = fixture.store('configmaps');
    const created = metadataOf(await store.create({ namespace }, configMap('a'), write));
    const claims = { name: 'a', creationTimestamp: '1999-01-01T00:00:00Z', deletionGracePeriodSeconds: null };
    const updated = await store.update({ namespace, name: 'a' }, '', { metadata: claims, data: { k: 'v' } }, write);
    const { resourceVersion: _, ...rest } = metadataOf(updated);
    const { resourceVersion: __, ...before } = created;
    expect(rest).toEqual(before);
  });

  test('C19 concurrent updates all take effect', async () => {
    const namespace = fresh();
    const store = fixture.store('configmaps');
    await store.create({ namespace }, configMap('a'), write);
    const keys = Array.from({ length: 12 }, (_, i) => `k${i}`);
    await Promise.all(keys.map((key) => store.update({ namespace, name: 'a' }, '', set(key, 'v'), write)));
    const { data } = parsed(await store.get({ namespace, name: 'a' }, ''));
    expect(Object.keys(data as JsonObject).sort()).toEqual(keys.toSorted());
  });

  test('C20 an outdated guess is corrected before anything counts', async () => {
    const namespace = fresh();
    const store = fixture.store('configmaps');
    await store.create({ namespace }, configMap('a'), write);
    const old = await store.get({ namespace, name: 'a' }, '');
    await store.update({ namespace, name: 'a' }, '', set('k', 'v'), write);
    const stale = fixture.storeThatBelieves('configmaps', old);
    const seen: string[] = [];
    const updated = await stale.update(
      { namespace, name: 'a' },
      '',
      (existing) => {
        seen.push(JSON.stringify(existing['data']));
        // Refused on the guess, fine on the truth.
        if (existing['data'] === undefined) throw new TypeError('no data');
        return set('l', 'w')(existing);
      },
      write,
    );
    expect(parsed(updated)['data']).toEqual({ k: 'v', l: 'w' });
    expect(seen).toEqual([undefined, '{"k":"v"}']);

    const truth = await store.get({ namespace, name: 'a' }, '');
    const fresher = fixture.storeThatBelieves('configmaps', truth);
    const status = await refusal(fresher.update({ namespace, name: 'a' }, '', () => refuse('always'), write));
    expect(status.message).toBe('Internal error occurred: always');
  });

  test('a dry run changes nothing', async () => {
    const namespace = fresh();
    const store = fixture.store('configmaps');
    const created = await store.create({ namespace }, configMap('a'), write);
    const tried = await store.update({ namespace, name: 'a' }, '', set('k', 'v'), dryRun);
    expect(parsed(tried)['data']).toEqual({ k: 'v' });
    expect((await store.get({ namespace, name: 'a' }, '')).bytes).toEqual(created.bytes);
  });

  test('status and the rest are written apart, and generation counts the spec', async () => {
    const namespace = fresh();
    const store = fixture.store('replicasets');
    const scope = { namespace, name: 'a' };
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    const spec = { replicas: 2, selector: { matchLabels: { a: 'b' } }, template };
    const created = await store.create(
      { namespace },
      { metadata: { name: 'a' }, spec, status: { replicas: 9 } },
      write,
    );
    expect(parsed(created)).toMatchObject({ status: { replicas: 0 }, metadata: { generation: 1 } });

    const status = { metadata: { name: 'a' }, spec: { ...spec, replicas: 5 }, status: { replicas: 2 } };
    const observed = await store.update(scope, 'status', status, write);
    expect(parsed(observed)).toMatchObject({
      spec: { replicas: 2 },
      status: { replicas: 2 },
      metadata: { generation: 1 },
    });

    const scaled = await store.update(scope, '', { ...status, status: {} }, write);
    expect(parsed(scaled)).toMatchObject({
      spec: { replicas: 5 },
      status: { replicas: 2 },
      metadata: { generation: 2 },
    });
    const missing = await refusal(store.update(scope, 'nothing', status, write));
    expect(missing.code).toBe(404);
  });

  test.each([
    ['abc', 'invalid syntax'],
    ['99999999999999999999', 'value out of range'],
  ])('a resourceVersion that is no number is told in the words of its parser: %s', async (text, why) => {
    const scope = { namespace: fresh(), name: 'a' };
    const store = fixture.store('configmaps');
    await store.create(scope, configMap('a'), write);
    const seen = { metadata: { name: 'a', resourceVersion: text } };
    expect(await refusal(store.update(scope, '', seen, write))).toMatchObject({
      code: 500,
      message: `strconv.ParseUint: parsing "${text}": ${why}`,
    });
  });

  test('a name that is not the one of the path', async () => {
    const scope = { namespace: fresh(), name: 'a' };
    const store = fixture.store('configmaps');
    await store.create(scope, configMap('a'), write);
    expect((await refusal(store.update(scope, '', configMap('b'), write))).message).toBe(
      'the name of the object (b) does not match the name on the URL (a)',
    );
  });
});

function refuse(why: string): never {
  throw new TypeError(why);
}

const event = (name: string, namespace: string): JsonObject => ({
  metadata: { name },
  involvedObject: { kind: 'Pod', namespace, name },
});
