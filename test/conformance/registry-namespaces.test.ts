import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AdmissionChain } from '../../src/admission/admission-chain.ts';
import { NamespaceLifecycle } from '../../src/admission/namespace-lifecycle.ts';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { NamespaceController } from '../../src/controllers/namespace-controller.ts';
import { ApiError } from '../../src/machinery/api-error.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { storedContent } from '../../src/pipeline/stored-content.ts';
import type { DeleteOptions } from '../../src/registry/rest-storage.ts';
import { namespaceLister } from '../../src/server/namespace-lister.ts';
import type { StoredObject } from '../../src/translate/stored-object.ts';
import { WatchValve } from '../support/disturbed-storage.ts';
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

beforeEach(async () => {
  fixture = await RegistryFixture.open({ admission: lifecycleOf(() => fixture) });
});
afterEach(() => fixture.close());

const lifecycleOf = (served: () => RegistryFixture): AdmissionChain =>
  new AdmissionChain([
    new NamespaceLifecycle(
      namespaceLister(() => served().of('namespaces')),
      realClock,
    ),
  ]);

const namespaces = () => fixture.store('namespaces');
const createNamespace = (name: string) => namespaces().create({ namespace: '' }, { metadata: { name } }, write);
const scope = (name: string) => ({ namespace: '', name });

describe('a namespace', () => {
  test('begins active, with a finalizer and its name as a label', async () => {
    const created = parsed(await createNamespace('a'));
    expect(created).toMatchObject({
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
      metadata: { labels: { 'kubernetes.io/metadata.name': 'a' } },
    });
    expect(created.metadata).not.toHaveProperty('namespace');
  });

  test('its finalizers and phase cannot be changed by an update', async () => {
    await createNamespace('a');
    const mine = { metadata: { name: 'a' }, spec: { finalizers: [] }, status: { phase: 'Odd' } };
    const updated = parsed(await namespaces().update(scope('a'), '', mine, write));
    expect(updated).toMatchObject({ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } });
  });

  test('that is deleted says so and stays, until it is finalized', async () => {
    await createNamespace('a');
    const marked = await namespaces().delete(scope('a'), deletion(), write);
    expect(marked.deleted).toBe(false);
    expect(parsed(marked)).toMatchObject({ status: { phase: 'Terminating' }, spec: { finalizers: ['kubernetes'] } });
    expect(metadataOf(marked)['deletionTimestamp']).toMatch(/Z$/);
    for (const options of [{}, { gracePeriodSeconds: 0 }, { propagationPolicy: 'Foreground' } as const]) {
      const again = await namespaces().delete(scope('a'), deletion(options), write);
      expect([again.deleted, parsed(again)]).toEqual([false, parsed(marked)]);
    }
    const emptied = { metadata: { name: 'a' }, spec: {} };
    await namespaces().update(scope('a'), 'finalize', emptied, write);
    expect((await refusal(namespaces().get(scope('a'), ''))).code).toBe(404);
  });

  test('is deleted only as the one that was meant, also while it is going', async () => {
    const uid = metadataOf(await createNamespace('a'))['uid'] as string;
    const wrongUid = deletion({ preconditions: { uid: 'other', resourceVersion: '1' } });
    const wrongVersion = deletion({ preconditions: { uid, resourceVersion: '1' } });
    const refused = async (options: DeleteOptions) => {
      const { code, message } = await refusal(namespaces().delete(scope('a'), options, write));
      return [code, message];
    };
    const words = (what: string, wanted: string, actual: string) =>
      `Operation cannot be fulfilled on namespaces "a": Precondition failed: ${what} in precondition: ${wanted}, ` +
      `${what} in object meta: ${actual}`;
    for (let times = 0; times < 2; times++) {
      const present = String((await namespaces().get(scope('a'), '')).revision);
      expect(await refused(wrongUid)).toEqual([409, words('UID', 'other', uid)]);
      expect(await refused(wrongVersion)).toEqual([409, words('ResourceVersion', '1', present)]);
      const right = deletion({ preconditions: { uid, resourceVersion: present } });
      expect((await namespaces().delete(scope('a'), right, write)).deleted).toBe(false);
    }
  });

  test('without finalizers of its own goes in two steps all the same', async () => {
    await createNamespace('a');
    const finalized = await namespaces().update(scope('a'), 'finalize', { metadata: { name: 'a' } }, write);
    expect(parsed(finalized)).not.toHaveProperty('spec.finalizers');
    const first = await namespaces().delete(scope('a'), deletion(), write);
    expect([first.deleted, parsed(first)['status']]).toEqual([false, { phase: 'Terminating' }]);
    expect((await namespaces().delete(scope('a'), deletion(), write)).deleted).toBe(true);
  });

  test('says in its phase what its deletionTimestamp says, and nothing else may be written there', async () => {
    await createNamespace('a');
    const writeStatus = (status: JsonObject, metadata: JsonObject = {}) =>
      namespaces().update(scope('a'), 'status', { metadata: { name: 'a', ...metadata }, status }, write);
    const active = { phase: 'Active', conditions: [{ type: 'Odd', status: 'True' }] };
    const given = await writeStatus(active, { labels: { x: 'y', 'kubernetes.io/metadata.name': 'other' } });
    expect(parsed(given)).toMatchObject({
      metadata: { labels: { x: 'y', 'kubernetes.io/metadata.name': 'a' } },
      status: { phase: 'Active' },
    });
    expect(parsed(await writeStatus({}))).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'a' } },
      status: { phase: 'Active' },
    });
    const phase = async (value: string) => (await refusal(writeStatus(value === '' ? {} : { phase: value }))).message;
    expect(await phase('Terminating')).toBe(
      'Namespace "a" is invalid: status.Phase: Invalid value: "Terminating": ' +
        "may only be 'Active' if `deletionTimestamp` is empty",
    );
    await namespaces().delete(scope('a'), deletion(), write);
    for (const value of ['Active', '']) {
      expect(await phase(value)).toBe(
        'Namespace "a" is invalid: status.Phase: Invalid value: "Active": ' +
          "may only be 'Terminating' if `deletionTimestamp` is not empty",
      );
    }
    expect(parsed(await writeStatus({ phase: 'Terminating' }))).toMatchObject({ status: { phase: 'Terminating' } });
  });

  test('has finalizers in its spec that are known or have a domain', async () => {
    const wrong = async (call: Promise<unknown>) =>
      (await refusal(call)).details?.causes?.map(({ field, message }) => `${field}: ${message?.slice(0, 70)}`);
    const notKnown = 'Invalid value: "x": name is neither a standard finalizer name nor is it fully qualified';
    const notKey = 'Invalid value: "x/y/z": a valid label key must consist of alphanumeric';
    const spec = { finalizers: ['x', 'x/y/z', 'x/y'] };
    expect(await wrong(namespaces().create({ namespace: '' }, { metadata: { name: 'a' }, spec }, write))).toEqual([
      `spec.finalizers: ${notKnown.slice(0, 70)}`,
      `spec.finalizers: ${notKey}`,
    ]);
    await createNamespace('a');
    const finalize = { metadata: { name: 'a', finalizers: ['x'] }, spec };
    expect(await wrong(namespaces().update(scope('a'), 'finalize', finalize, write))).toEqual([
      `metadata.finalizers[0]: ${notKnown.slice(0, 70)}`,
      `spec.finalizers[0]: ${notKnown.slice(0, 70)}`,
      `spec.finalizers[1]: ${notKey}`,
    ]);
    const good = { metadata: { name: 'a' }, spec: { finalizers: ['x/y'] }, status: { phase: 'Odd' } };
    const finalized = parsed(await namespaces().update(scope('a'), 'finalize', good, write));
    expect(finalized).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'a' } },
      spec: { finalizers: ['x/y'] },
      status: { phase: 'Active' },
    });
  });

  test('that does not exist takes nothing in', async () => {
    for (const options of [write, dryRun]) {
      const status = await refusal(fixture.store('configmaps').create({ namespace: 'a' }, configMap('x'), options));
      expect(status).toMatchObject({ code: 404, reason: 'NotFound', message: 'namespaces "a" not found' });
    }
  });

  test('that was created just now takes objects in at once', async () => {
    await createNamespace('a');
    const created = await fixture.store('configmaps').create({ namespace: 'a' }, configMap('x'), write);
    expect(created.created).toBe(true);
  });

  test('that is going takes nothing in', async () => {
    await createNamespace('a');
    await namespaces().delete(scope('a'), deletion(), write);
    await fixture.caughtUp();
    const status = await refusal(fixture.store('configmaps').create({ namespace: 'a' }, configMap('x'), write));
    expect(status).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message:
        'configmaps "x" is forbidden: unable to create new content in namespace a because it is being terminated',
      details: {
        causes: [
          {
            reason: 'NamespaceTerminating',
            message: 'namespace a is being terminated',
            field: 'metadata.namespace',
          },
        ],
      },
    });
  });

  test('that is long gone takes nothing in either, while a server that was restarted is told its past', async () => {
    await createNamespace('a');
    const marked = await namespaces().delete(scope('a'), deletion(), write);
    await namespaces().update(scope('a'), 'finalize', { metadata: { name: 'a' }, spec: {} }, write);
    const valve = new WatchValve();
    valve.close();
    const storage = valve.behind(fixture.storage);
    const restarted: RegistryFixture = await RegistryFixture.open({
      storage,
      admission: lifecycleOf(() => restarted),
      replayRevisions: 2,
      started: false,
    });
    const ready = restarted.start();
    const { cache, shape } = restarted.of('namespaces');
    while (cache.get(`${shape.keyPrefix}a`) === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(cache.revision).toBeLessThan(revisionOf(marked));
    const status = await refusal(restarted.store('configmaps').create({ namespace: 'a' }, configMap('x'), write));
    expect(status).toMatchObject({ code: 404, message: 'namespaces "a" not found' });
    valve.open();
    await ready;
    await restarted.close();
  });

  test('that every cluster has cannot be deleted', async () => {
    await createNamespace('default');
    const status = await refusal(namespaces().delete(scope('default'), deletion(), write));
    expect(status).toMatchObject({
      code: 403,
      message: 'namespaces "default" is forbidden: this namespace may not be deleted',
    });
  });
});

describe('the namespace controller', () => {
  let controller: NamespaceController;
  const contents = ['configmaps', 'pods', 'secrets', 'leases'];

  beforeEach(() => {
    controller = new NamespaceController({
      namespaces: namespaces(),
      contents: {
        served: () => contents.map((resource) => fixture.store(resource)),
        stored: (namespace) => {
          const prefixes = contents.map((resource) => fixture.of(resource).stored.storagePrefix);
          const unserved = fixture.pipeline.unserved.values();
          return storedContent(fixture.storage, '/registry/', [...prefixes, ...unserved], namespace);
        },
      },
      clock: realClock,
      logger: silentLogger,
    });
  });
  afterEach(() => controller.stop());

  /** Resolves when the namespace is gone. */
  async function gone(name: string, since: number): Promise<void> {
    const watch = await fixture.watch('namespaces', scope(name), { resourceVersion: `${since}` });
    for (let count = 1; ; count++) if ((await watch.told(count)).at(-1)?.startsWith('DELETED') === true) return;
  }

  const observe = async (name: string): Promise<void> => {
    await fixture.caughtUp();
    const current = fixture.of('namespaces').cache.get(`/registry/namespaces/${name}`);
    if (current !== undefined) controller.observe({ revision: current.revision, current, previous: undefined });
  };

  test('empties a namespace that is deleted, and nothing beside it', async () => {
    controller.start([]);
    for (const name of ['a', 'ab']) {
      await createNamespace(name);
      await fixture.store('configmaps').create({ namespace: name }, configMap('x'), write);
      await fixture.store('pods').create({ namespace: name }, pod('y'), write);
    }
    const marked = await namespaces().delete(scope('a'), deletion(), write);
    await observe('a');
    await observe('ab');
    await gone('a', revisionOf(marked));
    const list = async (resource: string) => namesOf(await fixture.store(resource).list({ namespace: '' }, listOf()));
    expect(await list('configmaps')).toEqual(['x']);
    expect(await list('pods')).toEqual(['y']);
    expect(await list('namespaces')).toEqual(['ab']);
  });

  test('waits for content that has a finalizer', async () => {
    controller.start([]);
    await createNamespace('a');
    const held: JsonObject = { metadata: { name: 'x', finalizers: ['example.com/hold'] } };
    const created = await fixture.store('configmaps').create({ namespace: 'a' }, held, write);
    const content = await fixture.watch(
      'configmaps',
      { namespace: 'a' },
      { resourceVersion: `${revisionOf(created)}` },
    );
    const marked = await namespaces().delete(scope('a'), deletion(), write);
    await observe('a');
    expect((await content.told(1))[0]).toMatch(/^MODIFIED a\/x@/);
    expect(parsed(await namespaces().get(scope('a'), ''))).toMatchObject({ status: { phase: 'Terminating' } });
    await fixture.store('configmaps').update({ namespace: 'a', name: 'x' }, '', { metadata: { name: 'x' } }, write);
    await gone('a', revisionOf(marked));
  });

  /** A value as another server writes it into the same store. */
  const putKey = async (key: string, value: string): Promise<void> => {
    const operations = [{ type: 'put', key: `/registry/${key}`, value: Buffer.from(value) } as const];
    await fixture.storage.transact({ compare: [], operations });
    await fixture.caughtUp();
  };
  const deleteKey = (key: string) =>
    fixture.storage.transact({ compare: [], operations: [{ type: 'delete', key: `/registry/${key}` }] });

  /** The messages of the conditions that are true, by type, once the namespace has some. */
  async function problems(name: string, since: number): Promise<Record<string, string>> {
    const watch = await fixture.watch('namespaces', scope(name), { resourceVersion: `${since}` });
    await watch.told(1);
    const { status } = (await namespaces().get(scope(name), '')).parse() as unknown as {
      status: { conditions: { type: string; status: string; message: string }[] };
    };
    expect(status.conditions).toHaveLength(5);
    const wrong = status.conditions.filter((condition) => condition.status === 'True');
    return Object.fromEntries(wrong.map(({ type, message }) => [type, message]));
  }

  test('lets a namespace go only when the store has nothing of it, whoever serves it', async () => {
    controller.start([]);
    await createNamespace('a');
    await putKey('remnants/a/x', '{}');
    await putKey('example.com/widgets/a/y', '{}');
    await putKey('example.com/widgets/b/y', '{}');
    await putKey('example.com/a/z', '{}');
    await putKey('configmaps/a/odd', 'no JSON');
    await fixture.store('configmaps').create({ namespace: 'a' }, configMap('x'), write);
    const marked = await namespaces().delete(scope('a'), deletion(), write);
    await observe('a');
    expect(await problems('a', revisionOf(marked))).toEqual({
      NamespaceDeletionDiscoveryFailure:
        'Discovery failed for some groups, 2 failing: unable to retrieve the complete list of server APIs: ' +
        'remnants.: this server does not serve what is stored there, ' +
        'widgets.example.com: this server does not serve what is stored there',
      // A collection with a value that cannot be read is not deleted, not even the rest of it.
      NamespaceDeletionContentFailure: expect.stringMatching(
        /^Failed to delete all resource types, 1 remaining: failed to read one or more configmaps .*configmaps\/a\/odd/,
      ),
      NamespaceContentRemaining:
        'Some resources are remaining: configmaps. has 2 resource instances, ' +
        'remnants. has 1 resource instances, widgets.example.com has 1 resource instances',
    });
    for (const key of ['remnants/a/x', 'example.com/widgets/a/y', 'configmaps/a/odd']) await deleteKey(key);
    await gone('a', revisionOf(marked));
  });

  test('deletes pods first, and nothing else before they have gone', async () => {
    controller.start([]);
    await createNamespace('a');
    await fixture.store('configmaps').create({ namespace: 'a' }, configMap('x'), write);
    const running = pod('y', { nodeName: 'n', terminationGracePeriodSeconds: 600 });
    await fixture.store('pods').create({ namespace: 'a' }, running, write);
    const marked = await namespaces().delete(scope('a'), deletion(), write);
    await observe('a');
    expect(await problems('a', revisionOf(marked))).toEqual({
      NamespaceContentRemaining: 'Some resources are remaining: pods. has 1 resource instances',
    });
    const kept = (await fixture.store('configmaps').get({ namespace: 'a', name: 'x' }, '')).parse();
    expect(kept['metadata']).not.toHaveProperty('deletionTimestamp');
    const now = deletion({ gracePeriodSeconds: 0 });
    await fixture.store('pods').delete({ namespace: 'a', name: 'y' }, now, write);
    await gone('a', revisionOf(marked));
  });

  test('goes on with other kinds when one fails, and says which finalizers keep what is left', async () => {
    const refuse = () => Promise.reject(new ApiError(500, 'InternalError', 'secrets cannot be listed'));
    const refusing = { stored: fixture.of('secrets').stored, list: refuse, deleteCollection: refuse };
    const withRefusing = new NamespaceController({
      namespaces: namespaces(),
      contents: {
        served: () => [refusing, ...['configmaps', 'leases'].map((resource) => fixture.store(resource))],
        stored: () => Promise.reject(new Error('the store is down')),
      },
      clock: realClock,
      logger: silentLogger,
    });
    await createNamespace('a');
    for (const name of ['x', 'y']) {
      const held = { metadata: { name, finalizers: ['example.com/hold'] } };
      await fixture.store('configmaps').create({ namespace: 'a' }, held, write);
    }
    const marked = await namespaces().delete(scope('a'), deletion(), write);
    await fixture.caughtUp();
    const current = fixture.of('namespaces').cache.get('/registry/namespaces/a');
    withRefusing.start(current === undefined ? [] : [current]);
    expect(await problems('a', revisionOf(marked))).toEqual({
      NamespaceDeletionDiscoveryFailure:
        'Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: ' +
        'the store is down',
      NamespaceDeletionContentFailure: 'Failed to delete all resource types, 1 remaining: secrets cannot be listed',
      NamespaceContentRemaining: 'Some resources are remaining: configmaps. has 2 resource instances',
      NamespaceFinalizersRemaining:
        'Some content in the namespace has finalizers remaining: example.com/hold in 2 resource instances',
    });
    withRefusing.stop();
  });

  test('deletes what a replica that lags behind creates in a namespace that has gone', async () => {
    const store = fixture.store('configmaps');
    const lagging = await RegistryFixture.open({ storage: fixture.storage });
    await createNamespace('a');
    const marked = await namespaces().delete(scope('a'), deletion(), write);
    await fixture.caughtUp();
    controller.start([...fixture.of('namespaces').cache.snapshot().objects(undefined, undefined)]);
    await gone('a', revisionOf(marked));
    await fixture.caughtUp();
    const { history } = fixture.of('namespaces').cache;
    for (let at = history.startIndex; at < history.endIndex; at++) controller.observe(history.at(at));
    const late = await lagging.store('configmaps').create({ namespace: 'a' }, configMap('late'), write);
    const content = await fixture.watch('configmaps', { namespace: 'a' }, { resourceVersion: `${revisionOf(late)}` });
    await fixture.caughtUp();
    const current = fixture.of('configmaps').cache.get('/registry/configmaps/a/late');
    controller.observeContent(store, { revision: revisionOf(late), current, previous: undefined });
    expect((await content.told(1))[0]).toMatch(/^DELETED a\/late@/);
    await lagging.close();
  });

  test('begins with what was going before it began', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `n${i}`);
    const marked: number[] = [];
    for (const name of names) {
      await createNamespace(name);
      await fixture.store('configmaps').create({ namespace: name }, configMap('x'), write);
      marked.push(revisionOf(await namespaces().delete(scope(name), deletion(), write)));
    }
    await fixture.caughtUp();
    const there: StoredObject[] = [];
    fixture
      .of('namespaces')
      .cache.snapshot()
      .visit(undefined, undefined, (object) => {
        there.push(object);
      });
    controller.start(there);
    await Promise.all(names.map((name, i) => gone(name, marked[i] ?? 0)));
    expect(namesOf(await namespaces().list({ namespace: '' }, listOf()))).toEqual([]);
  });
});
