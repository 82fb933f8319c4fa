import { describe, expect, test } from 'vitest';
import { type LogFields, type Logger, silentLogger } from '../../base/logger.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import type { Revision } from '../../base/revision.ts';
import { notFound } from '../../machinery/status-errors.ts';
import { encodeForStorage } from '../../translate/object-layout.ts';
import type { ObjectShape } from '../../translate/object-shape.ts';
import type { StoredObject } from '../../translate/stored-object.ts';
import { translate } from '../../translate/translate.ts';
import type { CollectedKind } from './collected-kind.ts';
import { GarbageCollector } from './garbage-collector.ts';

const shape: ObjectShape = {
  kind: 'Widget',
  apiVersion: 'example.com/v1',
  keyPrefix: '/registry/example.com/widgets/',
  namespaced: true,
};

/** An object whose owner is nowhere. */
function lost(name: string): StoredObject {
  const reference = { apiVersion: 'example.com/v1', kind: 'Widget', name: 'gone', uid: 'gone' };
  const value = encodeForStorage(shape, {
    metadata: { name, namespace: 'ns', uid: name, ownerReferences: [reference] },
  });
  const kv = { key: `${shape.keyPrefix}ns/${name}`, value, createRevision: 5 as Revision, modRevision: 5 as Revision };
  const change = translate(shape, { type: 'put', kv });
  if (change.type !== 'put') throw new Error('not a put');
  return change.object;
}

/** A kind with these objects, from which `deleted` hears what is deleted. */
function widgets(objects: readonly StoredObject[], deleted: string[]): CollectedKind {
  const byKey = new Map(objects.map((object) => [object.key, object]));
  const served = { group: 'example.com', version: 'v1', kind: 'Widget', resource: 'widgets' };
  return {
    kind: { stored: served, versions: [{ ...served, verbs: ['delete'] }] },
    shape,
    cache: { get: (key: string) => byKey.get(key), snapshot: () => ({ objects: () => objects }) },
    store: {
      get: async ({ name }: { name: string }) => {
        const found = byKey.get(`${shape.keyPrefix}ns/${name}`);
        if (found === undefined) throw notFound(served, name);
        return found;
      },
      delete: async ({ name }: { name: string }) => void deleted.push(name),
    },
  } as unknown as CollectedKind;
}

const settled = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('controllers/garbage-collector', () => {
  test('while the store is away it tries again, ever less often, and says so in few words; then it does the work', async () => {
    const clock = new ManualClock();
    const lines: LogFields[] = [];
    const logger: Logger = { ...silentLogger, warn: (_, fields = {}) => void lines.push(fields) };
    let away = true;
    const collector = new GarbageCollector({
      caughtUp: () => (away ? Promise.reject(new Error('away')) : Promise.resolve(true)),
      events: () => undefined,
      newUid: () => 'x',
      clock,
      logger,
    });
    const deleted: string[] = [];
    const names = Array.from({ length: 30 }, (_, i) => `lost-${i}`);
    collector.add([widgets(names.map(lost), deleted)]);
    await settled();
    expect(lines).toHaveLength(1);
    for (let ms = 0; ms < 9_000; ms += 500) {
      clock.advance(500);
      await settled();
    }
    expect(lines).toHaveLength(1);
    expect(collector.idle).toBe(false);
    clock.advance(60_000);
    await settled();
    expect(lines).toHaveLength(2);
    expect(lines[1]?.['failures']).toBeGreaterThan(names.length);
    away = false;
    clock.advance(60_000);
    await settled();
    clock.advance(60_000);
    await settled();
    expect(deleted.sort()).toEqual(names.sort());
    expect([collector.idle, clock.pending]).toEqual([true, 0]);
  });

  test('after its end nothing is begun, and no timer is left', async () => {
    const clock = new ManualClock();
    const deleted: string[] = [];
    const collector = new GarbageCollector({
      caughtUp: () => Promise.resolve(false),
      events: () => undefined,
      newUid: () => 'x',
      clock,
      logger: silentLogger,
    });
    const kind = widgets([lost('a')], deleted);
    collector.add([kind]);
    await settled();
    expect(clock.pending).toBe(1);
    collector.stop();
    collector.observe(kind, { revision: 9 as Revision, current: lost('b'), previous: undefined });
    clock.advance(100_000);
    await settled();
    expect([clock.pending, deleted]).toEqual([0, []]);
  });
});
