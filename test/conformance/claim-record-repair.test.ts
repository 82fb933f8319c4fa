import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { ManualClock } from '../../src/base/manual-clock.ts';
import { ClaimRecordRepair } from '../../src/controllers/claim-record-repair.ts';
import { objectIn, textAt } from '../../src/machinery/json/json-path.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { deletion, RegistryFixture, write } from '../support/registry.ts';
import { createService } from '../support/services.ts';

const graceMs = 60_000;
const periodMs = 180_000;
const managed = { 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io' };

let fixture: RegistryFixture;
let clock: ManualClock;
const repairs: ClaimRecordRepair[] = [];

beforeEach(async () => {
  fixture = await RegistryFixture.open();
  clock = new ManualClock(Date.now());
});

afterEach(async () => {
  for (const repair of repairs.splice(0)) repair.stop();
  expect(clock.pending).toBe(0);
  await fixture.close();
});

function started(): ClaimRecordRepair {
  const holders = fixture.of('services');
  const { allocation } = holders.stored.strategy;
  if (allocation?.records === undefined) throw new Error('services hold nothing that is recorded');
  const repair = new ClaimRecordRepair({
    holders,
    allocation: { holds: (object) => allocation.holds(object), records: allocation.records },
    records: fixture.of('ipaddresses'),
    caughtUp: async () => fixture.pipeline.position.reach(await fixture.storage.currentRevision(), 10_000),
    clock,
    logger: silentLogger,
  });
  repairs.push(repair);
  repair.start();
  return repair;
}

/** Lets so much time pass, and waits until what is due then is over: each repair waits for its next turn again. */
async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await expect.poll(() => clock.pending, { timeout: 20_000 }).toBe(repairs.length);
}

const create = (name: string, spec?: JsonObject) => createService(fixture, name, spec);

const record = (name: string, parentRef: JsonObject, labels: JsonObject = managed) =>
  fixture.store('ipaddresses').create({ namespace: '' }, { metadata: { name, labels }, spec: { parentRef } }, write);

const remove = (name: string) => fixture.store('ipaddresses').delete({ namespace: '', name }, deletion(), write);

/** Who has which address, as everybody sees it: `10.0.0.7: a/s`. */
async function records(): Promise<readonly string[]> {
  await fixture.caughtUp();
  const stored = fixture.of('ipaddresses').cache.snapshot().objects(undefined, undefined);
  return stored.map((one) => {
    const parent = objectIn(one.parse(), 'spec', 'parentRef');
    return `${one.name}: ${textAt(parent, 'namespace')}/${textAt(parent, 'name')}`;
  });
}

describe('repair of the records of addresses', () => {
  test('what is right is left alone, and nothing is written', async () => {
    await create('s');
    await create('headless', { clusterIP: 'None' });
    await record('10.0.0.200', { group: 'example.com', resource: 'gateways', name: 'g' }, {});
    const revision = await fixture.caughtUp();
    started();
    await pass(periodMs);
    await pass(periodMs);
    expect(await fixture.caughtUp()).toBe(revision);
  });

  test('an address that no object tells of gets one, soon after that went', async () => {
    const ip = await create('s');
    const repair = started();
    await pass(1_000);
    await remove(ip);
    repair.changed();
    await pass(1_000);
    expect(await records()).toEqual([`${ip}: a/s`]);
    const made = (await fixture.store('ipaddresses').get({ namespace: '', name: ip }, '')).parse();
    expect(made).toMatchObject({ metadata: { labels: { ...managed, 'ipaddress.kubernetes.io/ip-family': 'IPv4' } } });
  });

  test('one that tells of another than who has it is made anew, whoever made it', async () => {
    const [one, other] = [await create('one'), await create('other')];
    await remove(one);
    await record(one, { group: 'example.com', resource: 'gateways', name: 'g' }, {});
    await remove(other);
    await record(other, { resource: 'services', namespace: 'a', name: 'nobody' });
    started();
    await pass(1_000);
    expect([...(await records())].sort()).toEqual([`${one}: a/one`, `${other}: a/other`].sort());
  });

  test('one that has leaked goes, but not while the object that it is for may still come', async () => {
    await record('10.0.0.200', { resource: 'services', namespace: 'a', name: 'coming' });
    started();
    await pass(1_000);
    expect(await records()).toEqual(['10.0.0.200: a/coming']);
    await pass(periodMs);
    expect(await records()).toEqual([]);
    expect(periodMs).toBeGreaterThan(graceMs);
    expect(await create('s', { clusterIP: '10.0.0.200' })).toBe('10.0.0.200');
  });

  test('of a service that has another address now, the old one goes', async () => {
    const ip = await create('s', { clusterIP: '10.0.0.7' });
    await record('10.0.0.200', { resource: 'services', namespace: 'a', name: 's' });
    started();
    await pass(periodMs);
    expect(await records()).toEqual([`${ip}: a/s`]);
  });

  test('replicas that look at the same moment repair it once', async () => {
    const ips = [await create('one'), await create('two')];
    for (const ip of ips) await remove(ip);
    started();
    started();
    started();
    await pass(1_000);
    const expected = ips.map((ip, at) => `${ip}: a/${at === 0 ? 'one' : 'two'}`).sort();
    expect([...(await records())].sort()).toEqual(expected);
    const revision = await fixture.caughtUp();
    await pass(periodMs);
    expect(await fixture.caughtUp()).toBe(revision);
  });

  test('more than one look repairs is gone on with soon', async () => {
    const names = Array.from({ length: 101 }, (_, at) => `s${at}`);
    for (const name of names) await remove(await create(name));
    started();
    await pass(1_000);
    expect(await records()).toHaveLength(100);
    await pass(1_000);
    expect(await records()).toHaveLength(101);
  });
});
