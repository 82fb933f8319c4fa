import { afterEach, describe, expect, test } from 'vitest';
import { bootstrapFlowControl } from '../../src/api/flowcontrol/bootstrap-flow-control.ts';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { ManualClock } from '../../src/base/manual-clock.ts';
import { keepBootstrapObjects } from '../../src/controllers/flow-control/bootstrap-keeper.ts';
import { bootstrapObjects } from '../../src/controllers/flow-control/bootstrap-objects.ts';
import { DanglingSchemas } from '../../src/controllers/flow-control/dangling-schemas.ts';
import { makeStartObjects } from '../../src/controllers/start-objects.ts';
import { objectsAt, valueAt } from '../../src/machinery/json/json-path.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { RequestContext } from '../../src/machinery/request-context.ts';
import { openEmbedded } from '../../src/storage/embedded/open-embedded.ts';
import { deletion, RegistryFixture, type RegistryFixtureOptions, write } from '../support/registry.ts';

const patience = { timeout: 30_000 };

const levels = 'prioritylevelconfigurations';
const schemas = 'flowschemas';
const key = 'apf.kubernetes.io/autoupdate-spec';
const scopeOf = (name: string) => ({ namespace: '', name });

const open: { close(): Promise<void> }[] = [];
const stopped: AbortController[] = [];
afterEach(async () => {
  for (const stop of stopped.splice(0)) stop.abort();
  for (const one of open.splice(0).reverse()) await one.close();
});

async function fixtureWith(options: RegistryFixtureOptions = {}): Promise<RegistryFixture> {
  const fixture = await RegistryFixture.open(options);
  open.push(fixture);
  return fixture;
}

const found = async (fixture: RegistryFixture, resource: string, name: string): Promise<JsonObject> =>
  (await fixture.store(resource).get(scopeOf(name), '')).parse();

const namesOf = (fixture: RegistryFixture, resource: string): string[] => {
  const names: string[] = [];
  fixture
    .of(resource)
    .cache.snapshot()
    .visit(undefined, undefined, ({ name }) => void names.push(name));
  return names;
};

/** Makes them once. */
const make = (fixture: RegistryFixture) =>
  makeStartObjects({
    objects: bootstrapObjects(fixture.store(levels), fixture.store(schemas)),
    clock: realClock,
    logger: silentLogger,
    signal: new AbortController().signal,
  });

async function change(fixture: RegistryFixture, resource: string, name: string, changed: (object: JsonObject) => void) {
  await fixture.store(resource).update(
    scopeOf(name),
    '',
    (object) => {
      changed(object);
      return object;
    },
    write,
  );
  await fixture.caughtUp();
}

const annotate = (value: string) => (object: JsonObject) => {
  Object.assign(object['metadata'] as JsonObject, { annotations: { [key]: value } });
};
const respec = (spec: JsonObject) => (object: JsonObject) => void Object.assign(object['spec'] as JsonObject, spec);

const flowSchema = (name: string, level: string, annotations: Record<string, string> = {}): JsonObject => ({
  metadata: { name, annotations },
  spec: { priorityLevelConfiguration: { name: level }, matchingPrecedence: 700 },
});
const exemptLike = (name: string): JsonObject => ({
  metadata: { name },
  spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
});

describe('flow control: what every cluster has', () => {
  test('is made, says that it is kept, and is written once, however many servers start', async () => {
    const storage = await openEmbedded({ directory: ':memory:', clock: realClock, logger: silentLogger });
    open.push(storage);
    const fixtures = [await fixtureWith({ storage }), await fixtureWith({ storage })];
    await Promise.all(fixtures.map(make));
    const { priorityLevels, flowSchemas } = bootstrapFlowControl();
    const revisions = [];
    for (const fixture of fixtures) {
      revisions.push(await fixture.caughtUp());
      expect(namesOf(fixture, levels)).toEqual(Object.keys(priorityLevels).sort());
      expect(namesOf(fixture, schemas)).toEqual(Object.keys(flowSchemas).sort());
    }
    const [fixture] = fixtures;
    expect.assert(fixture !== undefined);
    expect(await found(fixture, schemas, 'probes')).toMatchObject({
      metadata: {
        annotations: { [key]: 'true' },
        generation: 1,
        managedFields: [{ manager: 'api-priority-and-fairness-config-producer-v1', operation: 'Update' }],
      },
      spec: flowSchemas['probes'],
    });
    await make(fixture);
    expect(await fixture.caughtUp()).toBe(revisions[0]);
  });

  test('is put back where it is kept, and left alone where somebody says so', async () => {
    const fixture = await fixtureWith();
    await make(fixture);
    await fixture.caughtUp();
    const spec = { matchingPrecedence: 123 };
    await change(fixture, schemas, 'probes', respec(spec));
    await change(fixture, schemas, 'service-accounts', (object) => {
      annotate('false')(object);
      respec(spec)(object);
    });
    await make(fixture);
    expect(await found(fixture, schemas, 'probes')).toMatchObject({
      spec: bootstrapFlowControl().flowSchemas['probes'],
    });
    expect(await found(fixture, schemas, 'service-accounts')).toMatchObject({ spec });
  });

  test('what says nothing is kept unless somebody has changed it', async () => {
    const fixture = await fixtureWith();
    for (const name of ['probes', 'global-default']) {
      await fixture.store(schemas).create(scopeOf(''), flowSchema(name, 'exempt'), write);
    }
    await change(fixture, schemas, 'global-default', respec({ matchingPrecedence: 123 }));
    await make(fixture);
    expect(await found(fixture, schemas, 'probes')).toMatchObject({
      metadata: { annotations: { [key]: 'true' } },
      spec: bootstrapFlowControl().flowSchemas['probes'],
    });
    expect(await found(fixture, schemas, 'global-default')).toMatchObject({
      metadata: { annotations: { [key]: 'false' } },
      spec: { matchingPrecedence: 123 },
    });
  });

  test('what has to be there is kept, whatever it says, but for how much exempt requests get', async () => {
    const fixture = await fixtureWith();
    await make(fixture);
    await fixture.caughtUp();
    const exempt = { nominalConcurrencyShares: 7, lendablePercent: 3 };
    await change(fixture, levels, 'exempt', (object) => {
      annotate('false')(object);
      respec({ exempt })(object);
    });
    await make(fixture);
    expect(await found(fixture, levels, 'exempt')).toMatchObject({
      metadata: { annotations: { [key]: 'true' } },
      spec: { type: 'Exempt', exempt },
    });
  });

  test('is made again within a minute, and what an earlier version kept goes', async () => {
    const fixture = await fixtureWith();
    const clock = new ManualClock();
    const stop = new AbortController();
    stopped.push(stop);
    const ours: JsonObject = flowSchema('from-before', 'exempt', { [key]: 'T' });
    for (const object of [ours, flowSchema('mine', 'exempt'), flowSchema('mine-too', 'exempt', { [key]: 'false' })]) {
      await fixture.store(schemas).create(scopeOf(''), object, write);
    }
    await fixture.caughtUp();
    const stores = { levels: fixture.store(levels), schemas: fixture.store(schemas) };
    const kept = keepBootstrapObjects({ ...stores, clock, logger: silentLogger, signal: stop.signal });
    await expect.poll(() => clock.pending, patience).toBe(1);
    await fixture.caughtUp();
    const all = [...Object.keys(bootstrapFlowControl().flowSchemas), 'mine', 'mine-too'].sort();
    expect(namesOf(fixture, schemas)).toEqual(all);
    await fixture.store(schemas).delete(scopeOf('probes'), deletion(), write);
    await fixture.caughtUp();
    clock.advance(60_000);
    await expect.poll(() => namesOf(fixture, schemas), patience).toEqual(all);
    stop.abort();
    await kept;
    expect(clock.pending).toBe(0);
  });
});

describe('flow control: flow schemas say whether their priority level is missing', () => {
  async function withController() {
    const clock = new ManualClock();
    let controller: DanglingSchemas | undefined;
    const fixture = await fixtureWith({
      changed: ({ stored }, event) => {
        if (stored.resource === schemas) controller?.observeSchema(event);
        if (stored.resource === levels) controller?.observeLevel(event);
      },
    });
    controller = new DanglingSchemas({
      levels: fixture.store(levels),
      schemas: fixture.store(schemas),
      clock,
      logger: silentLogger,
    });
    open.push({ close: async () => controller?.stop() });
    return { fixture, clock, controller };
  }

  const said = async (fixture: RegistryFixture, name: string) => {
    const [condition] = objectsAt(await found(fixture, schemas, name), 'status', 'conditions');
    return [condition?.['status'], condition?.['reason']];
  };

  test('when it comes and when it goes, those that were there before and those that have to be there', async () => {
    const { fixture, clock, controller } = await withController();
    await fixture.store(schemas).create(scopeOf(''), flowSchema('before', 'late'), write);
    await fixture.caughtUp();
    controller.start();
    await expect.poll(() => said(fixture, 'before'), patience).toEqual(['True', 'NotFound']);
    await fixture.store(schemas).create(scopeOf(''), flowSchema('fixed', 'exempt'), write);
    await expect.poll(() => said(fixture, 'fixed'), patience).toEqual(['False', 'Found']);
    clock.advance(1_000);
    await fixture.store(levels).create(scopeOf(''), exemptLike('late'), write);
    await expect.poll(() => said(fixture, 'before'), patience).toEqual(['False', 'Found']);
    clock.advance(1_000);
    await fixture.store(levels).delete(scopeOf('late'), deletion(), write);
    await expect.poll(() => said(fixture, 'before'), patience).toEqual(['True', 'NotFound']);
    const schema = await found(fixture, schemas, 'before');
    expect(valueAt(schema, 'status', 'conditions')).toEqual([
      {
        type: 'Dangling',
        status: 'True',
        reason: 'NotFound',
        lastTransitionTime: '2026-01-01T00:00:02Z',
        message:
          'This FlowSchema references the PriorityLevelConfiguration object named "late" but there is no such object',
      },
    ]);
    expect(objectsAt(schema, 'metadata', 'managedFields')[0]).toMatchObject({
      manager: 'api-priority-and-fairness-config-consumer-v1',
      operation: 'Apply',
      subresource: 'status',
    });
  });

  test('somebody who says something else is answered once a second', async () => {
    const { fixture, clock, controller } = await withController();
    controller.start();
    await fixture.store(schemas).create(scopeOf(''), flowSchema('a', 'none'), write);
    await expect.poll(() => said(fixture, 'a'), patience).toEqual(['True', 'NotFound']);
    const other = { type: 'Dangling', status: 'False', reason: 'Mine', lastTransitionTime: '2026-01-01T00:00:00Z' };
    const mine = RequestContext.internal('mine', { fieldManager: 'mine' });
    const contradict = () =>
      fixture
        .store(schemas)
        .update(scopeOf('a'), 'status', (old) => ({ ...old, status: { conditions: [{ ...other }] } }), mine);
    await contradict();
    await expect.poll(() => clock.pending, patience).toBe(1);
    expect(await said(fixture, 'a')).toEqual(['False', 'Mine']);
    clock.advance(1_000);
    await expect.poll(() => said(fixture, 'a'), patience).toEqual(['True', 'NotFound']);
    controller.stop();
    expect(clock.pending).toBe(0);
  });
});
