import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AdmissionAttributes } from '../../src/machinery/admission-attributes.ts';
import { ApiError } from '../../src/machinery/api-error.ts';
import { type JsonObject, objectAt, stringAt } from '../../src/machinery/json-value.ts';
import { forbidden } from '../../src/machinery/status-errors.ts';
import {
  configMap,
  deletion,
  dryRun,
  itemsOf,
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
/** What admission says of deletions, and how often it was asked. */
let asked: AdmissionAttributes[] = [];
let refuses: (request: AdmissionAttributes) => ApiError | undefined = () => undefined;
let sequence = 0;

beforeAll(async () => {
  fixture = await RegistryFixture.open({
    admission: {
      admit: async (request) => {
        if (request.operation !== 'DELETE') return;
        asked.push(request);
        const refused = refuses(request);
        if (refused !== undefined) throw refused;
      },
      validate: () => Promise.resolve(),
    },
  });
});
afterAll(() => fixture.close());

/** A namespace of its own for each test, with nothing asked of admission yet. */
function fresh(): string {
  asked = [];
  refuses = () => undefined;
  return `ns-${++sequence}`;
}

const withFinalizers = (name: string, ...finalizers: string[]): JsonObject => ({ metadata: { name, finalizers } });

const label = (existing: JsonObject): JsonObject => {
  const metadata = existing['metadata'] as JsonObject;
  metadata['labels'] = { changed: 'yes' };
  return existing;
};

const isLabelled = (object: JsonObject | undefined): boolean =>
  objectAt(objectAt(object, 'metadata'), 'labels') !== undefined;

describe('delete', () => {
  test('C5 answers with the object as it last was, at the revision of its deletion', async () => {
    const scope = { namespace: fresh(), name: 'a' };
    const store = fixture.store('configmaps');
    const created = await store.create(scope, configMap('a', { data: { k: 'v' } }), write);
    const deleted = await store.delete(scope, deletion(), write);
    expect(deleted).toMatchObject({ deleted: true, name: 'a', uid: metadataOf(created)['uid'] });
    expect(parsed(deleted)['data']).toEqual({ k: 'v' });
    expect(revisionOf(deleted)).toBe(await fixture.storage.currentRevision());
    const status = await refusal(store.delete(scope, deletion(), write));
    expect(status).toMatchObject({ code: 404, message: 'configmaps "a" not found' });
  });

  test('C6 a uid that is the object’s, and one that is not', async () => {
    const scope = { namespace: fresh(), name: 'a' };
    const store = fixture.store('configmaps');
    const uid = stringAt(metadataOf(await store.create(scope, configMap('a'), write)), 'uid');
    const other = deletion({ preconditions: { uid: 'other', resourceVersion: undefined } });
    const status = await refusal(store.delete(scope, other, write));
    expect(status).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(status.message).toContain(`the UID in the precondition (other) does not match the UID in record (${uid})`);
    expect((await store.get(scope, '')).name).toBe('a');
    const own = deletion({ preconditions: { uid, resourceVersion: undefined } });
    expect((await store.delete(scope, own, write)).deleted).toBe(true);
  });

  test('C8 C13 an outdated guess does not keep the object, nor its precondition', async () => {
    const scope = { namespace: fresh(), name: 'a' };
    const store = fixture.store('configmaps');
    await store.create(scope, configMap('a'), write);
    const old = await store.get(scope, '');
    const updated = await store.update(scope, '', label, write);
    const preconditions = { uid: undefined, resourceVersion: `${revisionOf(updated)}` };
    const stale = fixture.storeThatBelieves('configmaps', old);
    const deleted = await stale.delete(scope, deletion({ preconditions }), write);
    expect(metadataOf(deleted)['labels']).toEqual({ changed: 'yes' });
    expect(revisionOf(deleted)).toBe(await fixture.storage.currentRevision());
    expect((await refusal(store.get(scope, ''))).code).toBe(404);
  });

  test('C9 an update between the decision and the deletion is seen by both', async () => {
    const scope = { namespace: fresh(), name: 'a' };
    const store = fixture.store('configmaps');
    await store.create(scope, configMap('a'), write);
    let updated: Promise<unknown> | undefined;
    const racing = await RegistryFixture.open({
      storage: fixture.storage,
      admission: {
        admit: async ({ operation }) => {
          if (operation !== 'DELETE') return;
          asked.push({} as AdmissionAttributes);
          await (updated ??= store.update(scope, '', label, write));
        },
        validate: () => Promise.resolve(),
      },
    });
    const deleted = await racing.store('configmaps').delete(scope, deletion(), write);
    await racing.close();
    expect(asked).toHaveLength(2);
    expect(metadataOf(deleted)['labels']).toEqual({ changed: 'yes' });
  });

  test('C10 a guess that exists no more', async () => {
    const scope = { namespace: fresh(), name: 'a' };
    const store = fixture.store('configmaps');
    await store.create(scope, configMap('a'), write);
    const old = await store.get(scope, '');
    await store.delete(scope, deletion(), write);
    const stale = fixture.storeThatBelieves('configmaps', old);
    expect((await refusal(stale.delete(scope, deletion(), write))).code).toBe(404);
  });

  test('C11 a refusal is asked for again on the fresh object, and once only when the guess was right', async () => {
    const scope = { namespace: fresh(), name: 'a' };
    const store = fixture.store('configmaps');
    await store.create(scope, configMap('a'), write);
    const old = await store.get(scope, '');
    const no = forbidden({ group: '', resource: 'configmaps' }, 'a', 'not this one');
    refuses = () => no;
    const right = fixture.storeThatBelieves('configmaps', old);
    expect(await refusal(right.delete(scope, deletion(), write))).toEqual(no.status);
    expect(asked).toHaveLength(1);

    await store.update(scope, '', label, write);
    asked = [];
    refuses = ({ oldObject }) => (isLabelled(oldObject) ? undefined : no);
    expect((await right.delete(scope, deletion(), write)).deleted).toBe(true);
    expect(asked).toHaveLength(2);
  });

  test('C12 C14 what the guess passes and the fresh object does not is refused', async () => {
    const scope = { namespace: fresh(), name: 'a' };
    const store = fixture.store('configmaps');
    await store.create(scope, configMap('a'), write);
    const old = await store.get(scope, '');
    await store.update(scope, '', label, write);
    const stale = fixture.storeThatBelieves('configmaps', old);
    const no = forbidden({ group: '', resource: 'configmaps' }, 'a', 'stale object');
    refuses = ({ oldObject }) => (isLabelled(oldObject) ? no : undefined);
    expect((await refusal(stale.delete(scope, deletion(), write))).message).toContain('stale object');
    refuses = () => undefined;
    const preconditions = { uid: undefined, resourceVersion: `${old.revision}` };
    expect((await refusal(stale.delete(scope, deletion({ preconditions }), write))).code).toBe(409);
    expect((await store.get(scope, '')).name).toBe('a');
  });

  test('with finalizers it stays until the last one is removed', async () => {
    const scope = { namespace: fresh(), name: 'a' };
    const store = fixture.store('configmaps');
    const created = await store.create(scope, withFinalizers('a', 'example.com/x'), write);
    const marked = await store.delete(scope, deletion(), write);
    expect(marked.deleted).toBe(false);
    expect(metadataOf(marked)).toMatchObject({ deletionGracePeriodSeconds: 0, finalizers: ['example.com/x'] });
    expect(metadataOf(marked)['deletionTimestamp']).toMatch(/Z$/);
    const again = await store.delete(scope, deletion(), write);
    expect(again.bytes).toEqual(marked.bytes);

    const added = await refusal(store.update(scope, '', withFinalizers('a', 'example.com/x', 'example.com/y'), write));
    expect(added.code).toBe(422);
    const watch = await fixture.watch('configmaps', scope, { resourceVersion: `${revisionOf(created)}` });
    await store.update(scope, '', { metadata: { name: 'a' } }, write);
    expect((await refusal(store.get(scope, ''))).code).toBe(404);
    const told = await watch.told(2);
    expect(told.map((text) => text.split(' ')[0])).toEqual(['MODIFIED', 'DELETED']);
  });

  test('an orphaning or foreground deletion leaves word for the garbage collector', async () => {
    const namespace = fresh();
    const store = fixture.store('configmaps');
    for (const [name, propagationPolicy, finalizer] of [
      ['a', 'Orphan', 'orphan'],
      ['b', 'Foreground', 'foregroundDeletion'],
    ] as const) {
      await store.create({ namespace }, configMap(name), write);
      const marked = await store.delete({ namespace, name }, deletion({ propagationPolicy }), write);
      expect(marked.deleted).toBe(false);
      expect(metadataOf(marked)['finalizers']).toEqual([finalizer]);
    }
    const both = deletion({ propagationPolicy: 'Orphan', orphanDependents: true });
    const status = await refusal(store.delete({ namespace, name: 'a' }, both, write));
    expect(status).toMatchObject({
      code: 422,
      reason: 'Invalid',
      details: { group: 'meta.k8s.io', kind: 'DeleteOptions' },
    });
  });

  test('without a garbage collector nothing waits for it', async () => {
    const namespace = fresh();
    const alone = await RegistryFixture.open({ garbageCollection: false });
    const store = alone.store('configmaps');
    await store.create({ namespace }, configMap('a'), write);
    const deleted = await store.delete({ namespace, name: 'a' }, deletion({ propagationPolicy: 'Foreground' }), write);
    expect(deleted.deleted).toBe(true);
    await alone.close();
  });

  test('a pod that runs has grace, and a second deletion may only shorten it', async () => {
    const scope = { namespace: fresh(), name: 'a' };
    const store = fixture.store('pods');
    await store.create(scope, pod('a', { nodeName: 'node' }), write);
    const marked = await store.delete(scope, deletion(), write);
    expect(marked.deleted).toBe(false);
    expect(metadataOf(marked)).toMatchObject({ deletionGracePeriodSeconds: 30, generation: 2 });
    const longer = await store.delete(scope, deletion({ gracePeriodSeconds: 60 }), write);
    expect(longer.bytes).toEqual(marked.bytes);
    const shorter = await store.delete(scope, deletion({ gracePeriodSeconds: 5 }), write);
    expect(metadataOf(shorter)).toMatchObject({ deletionGracePeriodSeconds: 5, generation: 2 });
    const difference =
      Date.parse(stringAt(metadataOf(marked), 'deletionTimestamp')) -
      Date.parse(stringAt(metadataOf(shorter), 'deletionTimestamp'));
    expect(difference).toBe(25_000);
    expect((await store.delete(scope, deletion({ gracePeriodSeconds: 0 }), write)).deleted).toBe(true);
    expect((await refusal(store.get(scope, ''))).code).toBe(404);
  });

  test('grace may be any int64, and is kept to the last digit; its end is where Go’s durations end', async () => {
    const scope = { namespace: fresh(), name: 'a' };
    const store = fixture.store('pods');
    await store.create(scope, pod('a', { nodeName: 'node' }), write);
    const longest = 2n ** 63n - 1n;
    const marked = await store.delete(scope, deletion({ gracePeriodSeconds: longest }), write);
    expect(marked.bytes.toString()).toContain('"deletionGracePeriodSeconds":9223372036854775807');
    expect(stringAt(metadataOf(marked), 'deletionTimestamp')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const shorter = await store.delete(scope, deletion({ gracePeriodSeconds: 5 }), write);
    expect(metadataOf(shorter)).toMatchObject({ deletionGracePeriodSeconds: 5 });
  });

  test('a pod that runs nowhere goes at once, and whoever watches sees it going first', async () => {
    const scope = { namespace: fresh(), name: 'a' };
    const store = fixture.store('pods');
    const created = await store.create(scope, pod('a'), write);
    const watch = await fixture.watch('pods', scope, { resourceVersion: `${revisionOf(created)}` });
    const deleted = await store.delete(scope, deletion(), write);
    expect(deleted.deleted).toBe(true);
    await watch.told(2);
    const [going, gone] = watch.sink.events;
    expect([going?.type, gone?.type]).toEqual(['MODIFIED', 'DELETED']);
    expect(gone?.object.metadata).toMatchObject({
      deletionGracePeriodSeconds: 0,
      resourceVersion: `${revisionOf(deleted)}`,
    });
  });

  test('a dry run changes nothing', async () => {
    const scope = { namespace: fresh(), name: 'a' };
    const store = fixture.store('pods');
    const created = await store.create(scope, pod('a', { nodeName: 'node' }), write);
    const tried = await store.delete(scope, deletion(), dryRun);
    expect(metadataOf(tried)).toHaveProperty('deletionTimestamp');
    expect((await store.get(scope, '')).bytes).toEqual(created.bytes);
  });
});

describe('delete a collection', () => {
  test('deletes what the list gives, in its order, and nothing else', async () => {
    const namespace = fresh();
    const store = fixture.store('configmaps');
    for (const name of ['a', 'b', 'c']) {
      await store.create({ namespace }, { metadata: { name, labels: { keep: name === 'b' ? 'yes' : 'no' } } }, write);
    }
    const listed = await store.list({ namespace }, listOf({ labels: 'keep=no' }));
    const deleted = await store.deleteCollection({ namespace }, listOf({ labels: 'keep=no' }), deletion(), write);
    expect(itemsOf(deleted)).toEqual(itemsOf(listed));
    expect(asked.map(({ name }) => name)).toEqual(['a', 'c']);
    expect(namesOf(await store.list({ namespace }, listOf()))).toEqual(['b']);
  });

  test('of a revision deletes what was there then', async () => {
    const namespace = fresh();
    const store = fixture.store('configmaps');
    const then = await store.create({ namespace }, configMap('a'), write);
    await store.create({ namespace }, configMap('b'), write);
    await fixture.caughtUp();
    const list = listOf({ resourceVersion: String(revisionOf(then)) });
    expect(namesOf(await store.deleteCollection({ namespace }, list, deletion(), write))).toEqual(['a']);
    expect(namesOf(await store.list({ namespace }, listOf()))).toEqual(['b']);
  });

  test('does not mind what is gone meanwhile', async () => {
    const namespace = fresh();
    const store = fixture.store('configmaps');
    for (const name of ['a', 'b']) await store.create({ namespace }, configMap(name), write);
    let first: Promise<unknown> | undefined;
    const racing = await RegistryFixture.open({
      storage: fixture.storage,
      admission: {
        admit: async () => {
          await (first ??= store.delete({ namespace, name: 'b' }, deletion(), write));
        },
        validate: () => Promise.resolve(),
      },
    });
    const deleted = await racing.store('configmaps').deleteCollection({ namespace }, listOf(), deletion(), write);
    await racing.close();
    expect(namesOf(deleted)).toEqual(['a', 'b']);
    expect(namesOf(await store.list({ namespace }, listOf()))).toEqual([]);
  });
});
