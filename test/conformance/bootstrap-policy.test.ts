import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { bootstrapPolicy } from '../../src/controllers/bootstrap-policy.ts';
import { makeStartObjects } from '../../src/controllers/start-objects.ts';
import { systemNamespaceObjects } from '../../src/controllers/system-namespaces.ts';
import { systemPriorityClasses } from '../../src/controllers/system-priority-classes.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { openEmbedded } from '../../src/storage/embedded/open-embedded.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { deletion, RegistryFixture, write } from '../support/registry.ts';

let storage: Storage;
const fixtures: RegistryFixture[] = [];

beforeEach(async () => {
  storage = await openEmbedded({ directory: ':memory:', clock: realClock, logger: silentLogger });
});

afterEach(async () => {
  for (const fixture of fixtures.splice(0)) await fixture.close();
  await storage.close();
});

async function opened(): Promise<RegistryFixture> {
  const fixture = await RegistryFixture.open({ storage });
  fixtures.push(fixture);
  return fixture;
}

async function start(fixture: RegistryFixture): Promise<void> {
  await makeStartObjects({
    objects: [
      ...systemNamespaceObjects(fixture.store('namespaces')),
      ...systemPriorityClasses(fixture.store('priorityclasses')),
      ...bootstrapPolicy((resource) => fixture.store(resource)),
    ],
    atOnce: 8,
    clock: realClock,
    logger: silentLogger,
    signal: new AbortController().signal,
  });
  await fixture.caughtUp();
}

const sizes = (fixture: RegistryFixture) =>
  ['priorityclasses', 'clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'].map(
    (resource) => fixture.of(resource).cache.snapshot().size,
  );
const ofKubernetes = [2, 73, 54, 7, 7];

const found = async (fixture: RegistryFixture, resource: string, name: string, namespace = '') =>
  (await fixture.store(resource).get({ namespace, name }, '')).parse();

const change = (fixture: RegistryFixture, resource: string, name: string, made: (old: JsonObject) => JsonObject) =>
  fixture.store(resource).update({ namespace: '', name }, '', made, write);

describe('roles, bindings and priority classes that every cluster has', () => {
  test('are all there after a start, as those of Kubernetes', async () => {
    const fixture = await opened();
    await start(fixture);
    expect(sizes(fixture)).toEqual(ofKubernetes);
    expect(await found(fixture, 'clusterroles', 'view')).toMatchObject({
      metadata: {
        labels: {
          'kubernetes.io/bootstrapping': 'rbac-defaults',
          'rbac.authorization.k8s.io/aggregate-to-edit': 'true',
        },
        annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
        managedFields: [{ manager: 'kube-apiserver', operation: 'Update' }],
      },
      rules: null,
      aggregationRule: {
        clusterRoleSelectors: [{ matchLabels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } }],
      },
    });
    expect(await found(fixture, 'rolebindings', 'system:controller:token-cleaner', 'kube-system')).toMatchObject({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'system:controller:token-cleaner' },
      subjects: [{ kind: 'ServiceAccount', name: 'token-cleaner', namespace: 'kube-system' }],
    });
    expect(await found(fixture, 'priorityclasses', 'system-node-critical')).toMatchObject({
      value: 2_000_001_000,
      preemptionPolicy: 'PreemptLowerPriority',
      description: 'Used for system critical pods that must not be moved from their current node.',
    });
  });

  test('another start writes nothing', async () => {
    const fixture = await opened();
    await start(fixture);
    const revision = await fixture.caughtUp();
    await start(fixture);
    expect(await fixture.caughtUp()).toBe(revision);
  });

  test('replicas that start at the same moment make them once', async () => {
    const replicas = [await opened(), await opened()];
    await Promise.all(replicas.map(start));
    for (const fixture of replicas) {
      await fixture.caughtUp();
      expect(sizes(fixture)).toEqual(ofKubernetes);
    }
  });

  test('what was taken away is there again after a start, and what was added stays', async () => {
    const fixture = await opened();
    await start(fixture);
    const mine = { apiGroups: ['example.com'], resources: ['things'], verbs: ['get'] };
    const made = await found(fixture, 'clusterroles', 'system:kube-dns');
    await change(fixture, 'clusterroles', 'system:kube-dns', (old) => ({ ...old, rules: [mine] }));
    await change(fixture, 'clusterrolebindings', 'system:kube-dns', (old) => ({ ...old, subjects: [] }));
    await fixture.store('priorityclasses').delete({ namespace: '', name: 'system-node-critical' }, deletion(), write);
    await fixture.caughtUp();
    await start(fixture);
    expect(sizes(fixture)).toEqual(ofKubernetes);
    const rules = (made['rules'] as readonly JsonObject[]).flatMap(({ apiGroups, resources, verbs }) =>
      (resources as string[]).flatMap((resource) =>
        (verbs as string[]).map((verb) => ({ apiGroups, resources: [resource], verbs: [verb] })),
      ),
    );
    expect((await found(fixture, 'clusterroles', 'system:kube-dns'))['rules']).toEqual([mine, ...rules]);
    expect((await found(fixture, 'clusterrolebindings', 'system:kube-dns'))['subjects']).toHaveLength(1);
  });

  test('a binding that somebody made of another role is made anew', async () => {
    const fixture = await opened();
    const name = 'system:basic-user';
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'mine' };
    await fixture.store('clusterrolebindings').create({ namespace: '' }, { metadata: { name }, roleRef }, write);
    await fixture.caughtUp();
    await start(fixture);
    const binding = await found(fixture, 'clusterrolebindings', name);
    expect(binding['roleRef']).toMatchObject({ name });
  });

  test('what is not to be updated is left alone', async () => {
    const fixture = await opened();
    await start(fixture);
    const keep = { 'rbac.authorization.kubernetes.io/autoupdate': 'false' };
    await change(fixture, 'clusterroles', 'admin', (old) => ({
      ...old,
      metadata: { ...(old['metadata'] as JsonObject), annotations: keep, labels: {} },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { mine: 'true' } }] },
    }));
    const revision = await fixture.caughtUp();
    await start(fixture);
    expect(await fixture.caughtUp()).toBe(revision);
  });
});
