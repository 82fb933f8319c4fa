import { afterEach, expect, test } from 'vitest';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { localApiServices } from '../../src/controllers/local-api-services.ts';
import { makeStartObjects } from '../../src/controllers/start-objects.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { RegistryFixture, write } from '../support/registry.ts';

const open: RegistryFixture[] = [];
afterEach(async () => {
  for (const fixture of open.splice(0)) await fixture.close();
});

const served = [
  { group: '', version: 'v1' },
  { group: 'apps', version: 'v1' },
  { group: 'autoscaling', version: 'v2' },
  { group: 'autoscaling', version: 'v1' },
  { group: 'autoscaling', version: 'v1' },
  { group: 'example.com', version: 'v1' },
];

async function started(before: readonly JsonObject[] = []) {
  const fixture = await RegistryFixture.open();
  open.push(fixture);
  const store = fixture.store('apiservices');
  for (const object of before) await store.create({ namespace: '' }, object, write);
  await fixture.caughtUp();
  const start = () =>
    makeStartObjects({
      objects: localApiServices(store, served),
      clock: realClock,
      logger: silentLogger,
      signal: new AbortController().signal,
    });
  await start();
  await fixture.caughtUp();
  const found = async (name: string) => (await store.get({ namespace: '', name }, '')).parse();
  const names = () =>
    [...fixture.of('apiservices').cache.snapshot().objects(undefined, undefined)].map(({ name }) => name);
  return { fixture, start, found, names };
}

const service = (name: string, labels: Record<string, string>): JsonObject => {
  const [version = '', ...group] = name.split('.');
  const spec = { group: group.join('.'), version, groupPriorityMinimum: 1, versionPriority: 2 };
  return { metadata: { name, labels }, spec };
};

test('each version of Kubernetes’ own groups that is served has an APIService, which is available', async () => {
  const { fixture, start, found, names } = await started();
  expect(names()).toEqual(['v1.', 'v1.apps', 'v1.autoscaling', 'v2.autoscaling']);
  expect(await found('v1.apps')).toMatchObject({
    metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
    spec: { group: 'apps', version: 'v1', groupPriorityMinimum: 17_800, versionPriority: 15 },
    status: { conditions: [{ type: 'Available', status: 'True', reason: 'Local' }] },
  });
  expect((await found('v1.'))['spec']).toEqual({ version: 'v1', groupPriorityMinimum: 18_000, versionPriority: 1 });
  const revision = await fixture.caughtUp();
  await start();
  expect(await fixture.caughtUp()).toBe(revision);
});

test('one that servers keep says what it should from the next start on; others are left alone', async () => {
  const kept = { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' };
  const before = [service('v1.apps', kept), service('v2.autoscaling', {}), service('v1.example.org', kept)];
  const { found, names } = await started(before);
  expect(await found('v1.apps')).toMatchObject({ spec: { groupPriorityMinimum: 17_800, versionPriority: 15 } });
  expect(await found('v2.autoscaling')).toMatchObject({ spec: { groupPriorityMinimum: 1, versionPriority: 2 } });
  expect(names()).toContain('v1.example.org');
});
