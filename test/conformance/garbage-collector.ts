import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { CollectedRegistry, type Owner } from '../support/collected.ts';
import { deletion, listOf, namesOf, parsed, pod, write } from '../support/registry.ts';

const blocking = (owner: Owner): Owner & JsonObject => ({ ...owner, blockOwnerDeletion: true });
const plain = (owner: Owner): Owner & JsonObject => ({ ...owner });

/** What a garbage collector does, over a storage that is empty for each test. */
export function describeGarbageCollector(
  backend: string,
  open: () => Promise<{ storage: Storage; close(): Promise<void> }>,
) {
  describe(`the garbage collector (${backend})`, () => {
    let bed: { storage: Storage; close(): Promise<void> };
    let registry: CollectedRegistry;

    beforeEach(async () => {
      bed = await open();
      registry = await CollectedRegistry.open(bed.storage);
      registry.start();
    });
    afterEach(async () => {
      await registry.close();
      await bed.close();
    });

    const remove = (resource: string, name: string, options: Parameters<typeof deletion>[0] = {}, namespace = 'a') =>
      registry.fixture.store(resource).delete({ namespace, name }, deletion(options), write);
    const names = async (resource: string) =>
      namesOf(await registry.fixture.store(resource).list({ namespace: '' }, listOf()));
    const letGo = (resource: string, name: string) =>
      registry.fixture.store(resource).update(
        { namespace: 'a', name },
        '',
        (object) => {
          delete (object['metadata'] as JsonObject)['finalizers'];
          return object;
        },
        write,
      );

    test('what loses its last owner goes, and what it owns with it; what has another stays and forgets the one', async () => {
      const one = await registry.create('configmaps', 'a', 'one');
      const other = await registry.create('secrets', 'a', 'other');
      const child = await registry.create('configmaps', 'a', 'child', [plain(one)]);
      await registry.create('secrets', 'a', 'grandchild', [plain(child)]);
      await registry.create('configmaps', 'a', 'shared', [plain(one), plain(other)]);
      await registry.settled();
      expect(await names('configmaps')).toEqual(['child', 'one', 'shared']);
      expect((await remove('configmaps', 'one', { propagationPolicy: 'Background' })).deleted).toBe(true);
      await registry.settled();
      expect(await names('configmaps')).toEqual(['shared']);
      expect(await names('secrets')).toEqual(['other']);
      const shared = await registry.find('configmaps', 'a', 'shared');
      expect(shared?.metadata['ownerReferences']).toEqual([other]);
    });

    test('in the foreground the owner goes last: after those that block it, not after others', async () => {
      const owner = await registry.create('configmaps', 'a', 'owner');
      const hold = { metadata: { finalizers: ['example.com/hold'] } };
      await registry.create('secrets', 'a', 'blocks', [blocking(owner)], hold);
      await registry.create('secrets', 'a', 'does-not', [plain(owner)], hold);
      const marked = await remove('configmaps', 'owner', { propagationPolicy: 'Foreground' });
      expect(marked.deleted).toBe(false);
      expect(parsed(marked).metadata).toMatchObject({
        finalizers: ['foregroundDeletion'],
        deletionGracePeriodSeconds: 0,
      });
      await registry.settled();
      for (const name of ['blocks', 'does-not']) {
        expect((await registry.find('secrets', 'a', name))?.metadata).toHaveProperty('deletionTimestamp');
      }
      expect(await names('configmaps')).toEqual(['owner']);
      await letGo('secrets', 'blocks');
      await registry.settled();
      expect([await names('configmaps'), await names('secrets')]).toEqual([[], ['does-not']]);
    });

    test('dependents that have dependents of their own are deleted in the foreground too', async () => {
      const owner = await registry.create('configmaps', 'a', 'owner');
      const middle = await registry.create('secrets', 'a', 'middle', [blocking(owner)]);
      const hold = { metadata: { finalizers: ['example.com/hold'] } };
      await registry.create('configmaps', 'a', 'leaf', [blocking(middle)], hold);
      await registry.settled();
      await remove('configmaps', 'owner', { propagationPolicy: 'Foreground' });
      await registry.settled();
      expect((await registry.find('secrets', 'a', 'middle'))?.metadata).toMatchObject({
        finalizers: ['foregroundDeletion'],
      });
      await letGo('configmaps', 'leaf');
      await registry.settled();
      expect([await names('configmaps'), await names('secrets')]).toEqual([[], []]);
    });

    test('a dependent that becomes another’s, or blocks no more, lets its owner go', async () => {
      const owner = await registry.create('configmaps', 'a', 'owner');
      const other = await registry.create('configmaps', 'a', 'other');
      const hold = { metadata: { finalizers: ['example.com/hold'] } };
      await registry.create('secrets', 'a', 'leaf', [blocking(owner)], hold);
      await remove('configmaps', 'owner', { propagationPolicy: 'Foreground' });
      await registry.settled();
      expect(await names('configmaps')).toEqual(['other', 'owner']);
      const adopted = (object: JsonObject): JsonObject => {
        (object['metadata'] as JsonObject)['ownerReferences'] = [{ ...other }];
        return object;
      };
      await registry.fixture.store('secrets').update({ namespace: 'a', name: 'leaf' }, '', adopted, write);
      await registry.settled();
      expect(await names('configmaps')).toEqual(['other']);
    });

    test('orphans stay, without the owner', async () => {
      const owner = await registry.create('configmaps', 'a', 'owner');
      const other = await registry.create('configmaps', 'a', 'other');
      await registry.create('secrets', 'a', 'leaf', [blocking(owner)]);
      await registry.create('secrets', 'a', 'shared', [blocking(owner), plain(other)]);
      const marked = await remove('configmaps', 'owner', { propagationPolicy: 'Orphan' });
      expect(parsed(marked).metadata).toMatchObject({ finalizers: ['orphan'] });
      await registry.settled();
      expect([await names('configmaps'), await names('secrets')]).toEqual([['other'], ['leaf', 'shared']]);
      expect((await registry.find('secrets', 'a', 'leaf'))?.metadata).not.toHaveProperty('ownerReferences');
      expect((await registry.find('secrets', 'a', 'shared'))?.metadata['ownerReferences']).toEqual([other]);
    });

    test('a second DELETE may change what becomes of the dependents', async () => {
      const hold = { metadata: { finalizers: ['example.com/hold'] } };
      const owner = await registry.create('configmaps', 'a', 'owner', [], hold);
      const held = await registry.create('secrets', 'a', 'leaf', [blocking(owner)], hold);
      await remove('configmaps', 'owner', { propagationPolicy: 'Foreground' });
      await registry.settled();
      expect((await registry.find('secrets', 'a', 'leaf'))?.metadata).toHaveProperty('deletionTimestamp');
      await registry.create('secrets', 'a', 'late', [plain(owner)]);
      registry.stop();
      await remove('configmaps', 'owner', { propagationPolicy: 'Orphan' });
      expect((await registry.find('configmaps', 'a', 'owner'))?.metadata['finalizers']).toEqual([
        'example.com/hold',
        'orphan',
      ]);
      registry.start();
      await registry.settled();
      expect((await registry.find('configmaps', 'a', 'owner'))?.metadata['finalizers']).toEqual(['example.com/hold']);
      expect(held.uid).toBe((await registry.find('secrets', 'a', 'leaf'))?.metadata['uid']);
      expect((await registry.find('secrets', 'a', 'leaf'))?.metadata).not.toHaveProperty('ownerReferences');
    });

    test('a name is not an owner: only the uid is', async () => {
      const owner = await registry.create('configmaps', 'a', 'owner');
      await registry.create('secrets', 'a', 'stays', [plain(owner)]);
      await registry.create('secrets', 'a', 'goes', [{ ...owner, uid: 'of-one-before' }]);
      await registry.create('secrets', 'a', 'goes-too', [{ ...owner, name: 'elsewhere' }]);
      await registry.settled();
      expect(await names('secrets')).toEqual(['stays']);
      registry.stop();
      await remove('configmaps', 'owner');
      await registry.create('configmaps', 'a', 'owner');
      registry.start();
      await registry.settled();
      expect(await names('secrets')).toEqual([]);
    });

    test('an owner in another namespace is none, and an Event says so', async () => {
      const owner = await registry.create('configmaps', 'b', 'owner');
      const lost = await registry.create('secrets', 'a', 'lost', [plain(owner)]);
      await registry.settled();
      expect(await names('secrets')).toEqual([]);
      const { items } = await registry.fixture.store('events').list({ namespace: 'a' }, listOf());
      expect(items.map((event) => parsed(event))).toMatchObject([
        {
          type: 'Warning',
          reason: 'OwnerRefInvalidNamespace',
          involvedObject: { kind: 'Secret', apiVersion: 'v1', namespace: 'a', name: 'lost', uid: lost.uid },
          message: `ownerRef [v1/ConfigMap, namespace: a, name: owner, uid: ${owner.uid}] does not exist in namespace "a"`,
          source: { component: 'garbage-collector-controller' },
        },
      ]);
    });

    test('an object without a namespace has no owner in one, and is left alone', async () => {
      const owner = await registry.create('configmaps', 'default', 'owner');
      await registry.create('persistentvolumes', '', 'volume', [plain(owner)], {
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          hostPath: { path: '/tmp' },
        },
      });
      await registry.settled();
      expect(await names('persistentvolumes')).toEqual(['volume']);
    });

    test('an owner without a namespace owns in every one', async () => {
      const node = await registry.create('nodes', '', 'node-0');
      await registry.create('leases', 'a', 'lease', [plain(node)]);
      await registry.settled();
      expect(await names('leases')).toEqual(['lease']);
      await remove('nodes', 'node-0', {}, '');
      await registry.settled();
      expect(await names('leases')).toEqual([]);
    });

    test('owners of kinds that are not served keep what they own, until they are served', async () => {
      registry.stop();
      const known = registry.fixture.resources.filter(({ stored }) => stored.resource !== 'deployments');
      const absent = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none', uid: 'gone' };
      const foreign = { apiVersion: 'example.com/v1', kind: 'Widget', name: 'w', uid: 'unknown' };
      await registry.create('secrets', 'a', 'waits', [{ ...absent }]);
      await registry.create('secrets', 'a', 'stays', [{ ...foreign }, { ...absent }]);
      registry.start(known);
      await registry.settled();
      expect(await names('secrets')).toEqual(['stays', 'waits']);
      const deployments = registry.fixture.of('deployments');
      registry.collector?.add([deployments]);
      await registry.settled();
      expect(await names('secrets')).toEqual(['stays']);
      registry.collector?.remove(deployments);
      await registry.create('secrets', 'a', 'again', [{ ...absent }]);
      await registry.settled();
      expect(await names('secrets')).toEqual(['again', 'stays']);
    });

    test('cycles are deleted in the foreground from wherever it begins, also from several places at once', async () => {
      const ring = async (size: number): Promise<string[]> => {
        const made: Owner[] = [];
        for (let i = 0; i < size; i++) {
          made.push(
            await registry.create(
              'configmaps',
              'a',
              `ring-${size}-${i}`,
              i === 0 ? [] : [blocking(made[i - 1] as Owner)],
            ),
          );
        }
        const first = (object: JsonObject): JsonObject => {
          (object['metadata'] as JsonObject)['ownerReferences'] = [
            { ...(made.at(-1) as Owner), blockOwnerDeletion: true },
          ];
          return object;
        };
        await registry.fixture.store('configmaps').update({ namespace: 'a', name: `ring-${size}-0` }, '', first, write);
        return made.map(({ name }) => name);
      };
      await ring(1);
      await ring(2);
      await ring(3);
      const four = await ring(4);
      await registry.settled();
      expect(await names('configmaps')).toHaveLength(10);
      for (const name of ['ring-1-0', 'ring-2-1', 'ring-3-0']) {
        await remove('configmaps', name, { propagationPolicy: 'Foreground' });
      }
      registry.stop();
      for (const name of four) await remove('configmaps', name, { propagationPolicy: 'Foreground' });
      registry.start();
      await registry.settled();
      expect(await names('configmaps')).toEqual([]);
    });

    test('a pod that ends with grace holds its owner until it is gone', async () => {
      const owner = await registry.create('configmaps', 'a', 'owner');
      const { spec } = pod('x', { nodeName: 'node-0' });
      await registry.create('pods', 'a', 'ends', [blocking(owner)], { spec } as JsonObject);
      await remove('configmaps', 'owner', { propagationPolicy: 'Foreground' });
      await registry.settled();
      expect((await registry.find('pods', 'a', 'ends'))?.metadata).toMatchObject({ deletionGracePeriodSeconds: 30 });
      expect(await names('configmaps')).toEqual(['owner']);
      await remove('pods', 'ends', { gracePeriodSeconds: 0 });
      await registry.settled();
      expect(await names('configmaps')).toEqual([]);
    });

    test('replication controllers orphan when nothing else is said', async () => {
      const spec = { selector: { app: 'x' }, template: { metadata: { labels: { app: 'x' } }, ...pod('x') } };
      (spec.template as JsonObject)['metadata'] = { labels: { app: 'x' } };
      const owner = await registry.create('replicationcontrollers', 'a', 'rc', [], { spec });
      await registry.create('configmaps', 'a', 'leaf', [plain(owner)]);
      await registry.settled();
      expect(parsed(await remove('replicationcontrollers', 'rc')).metadata).toMatchObject({ finalizers: ['orphan'] });
      await registry.settled();
      expect(await names('replicationcontrollers')).toEqual([]);
      expect((await registry.find('configmaps', 'a', 'leaf'))?.metadata).not.toHaveProperty('ownerReferences');
    });

    test('begun in the middle of everything, it ends it; beside another on the store too', async () => {
      registry.stop();
      const owner = await registry.create('configmaps', 'a', 'foreground');
      const orphaning = await registry.create('configmaps', 'a', 'orphaning');
      const lost = await registry.create('configmaps', 'a', 'lost');
      for (let i = 0; i < 20; i++) {
        await registry.create('secrets', 'a', `of-foreground-${i}`, [blocking(owner)]);
        await registry.create('secrets', 'a', `of-orphaning-${i}`, [blocking(orphaning)]);
        await registry.create('secrets', 'a', `of-lost-${i}`, [plain(lost)]);
      }
      await remove('configmaps', 'foreground', { propagationPolicy: 'Foreground' });
      await remove('configmaps', 'orphaning', { propagationPolicy: 'Orphan' });
      await remove('configmaps', 'lost');
      const second = await CollectedRegistry.open(bed.storage);
      registry.start();
      second.start();
      await Promise.all([registry.settled(), second.settled()]);
      await Promise.all([registry.settled(), second.settled()]);
      expect(await names('configmaps')).toEqual([]);
      const left = await names('secrets');
      expect(left.every((name) => name.startsWith('of-orphaning-'))).toBe(true);
      expect(left).toHaveLength(20);
      await second.close();
    });
  });
}
