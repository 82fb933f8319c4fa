import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AdmissionChain } from '../../src/admission/admission-chain.ts';
import { NamespaceLifecycle } from '../../src/admission/namespace-lifecycle.ts';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { NamespaceController } from '../../src/controllers/namespace-controller.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
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
    const again = await refusal(namespaces().delete(scope('a'), deletion(), write));
    expect(again).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(again.message).toContain('The system is ensuring all content is removed from this namespace.');
    const emptied = { metadata: { name: 'a' }, spec: {} };
    await namespaces().update(scope('a'), 'finalize', emptied, write);
    expect((await refusal(namespaces().get(scope('a'), ''))).code).toBe(404);
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
      contents: () => contents.map((resource) => fixture.store(resource)),
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
    controller.resync(there);
    await Promise.all(names.map((name, i) => gone(name, marked[i] ?? 0)));
    expect(namesOf(await namespaces().list({ namespace: '' }, listOf()))).toEqual([]);
  });
});
