import { describe, expect, test } from 'vitest';
import { configMaps, storedObject } from '../../test/support/watch-cache.ts';
import { silentMeter } from '../base/meter.ts';
import { jsonView } from '../encoding/json-view.ts';
import { everything } from '../machinery/selection.ts';
import { Cohort } from './cohort.ts';
import { dispatchMetrics } from './metrics.ts';
import { SharedView } from './shared-view.ts';
import { StateRuns } from './state-runs.ts';

const view = new SharedView(jsonView(configMaps));
const metrics = dispatchMetrics(silentMeter, { group: '', version: 'v1', resource: 'configmaps' });
function cohort(id: number, watchers = 2): Cohort {
  const scope = { namespace: undefined, name: undefined };
  const made = new Cohort(id, `${id}`, { scope, labels: everything, fields: everything }, view, metrics);
  made.watchers = watchers;
  return made;
}
const objects = Array.from({ length: 6 }, (_, i) => storedObject(`a/x${i}`, i + 1));
const bytes = (part: typeof objects) => Buffer.concat(part.map((object) => view.view.event('ADDED', object, false)));

describe('dispatch/state-runs', () => {
  test('a herd is given one batch, which says what the objects say', () => {
    const runs = new StateRuns(1 << 20);
    const herd = cohort(1);
    const batch = runs.batchOf(herd, objects);
    expect(runs.batchOf(herd, [...objects])).toBe(batch);
    expect(batch.body.equals(bytes(objects))).toBe(true);
    expect(batch.chunk.toString()).toBe(`${bytes(objects).length.toString(16)}\r\n${bytes(objects).toString()}\r\n`);
    expect(batch.frames.map(String)).toEqual(objects.map((object) => bytes([object]).toString()));
    expect(new Set([batch.body, batch.chunk, ...batch.frames].map(({ buffer }) => buffer)).size).toBe(1);
  });

  test('with an object changed, gone or come, and for another cohort, it is another', () => {
    const runs = new StateRuns(1 << 20);
    const herd = cohort(1);
    const before = runs.batchOf(herd, objects);
    for (const now of [objects.with(3, storedObject('a/x3', 9)), objects.slice(0, 5), [...objects, objects[5]!]]) {
      const batch = runs.batchOf(herd, now);
      expect(batch).not.toBe(before);
      expect(batch.body.equals(bytes(now))).toBe(true);
    }
    expect(runs.batchOf(cohort(2), objects)).not.toBe(before);
  });

  test('a loner leaves nothing behind', () => {
    const runs = new StateRuns(1 << 20);
    expect(runs.batchOf(cohort(1, 1), objects).body.equals(bytes(objects))).toBe(true);
    expect(runs.size).toBe(0);
  });

  test('no more is kept than the bound, the last used longest', () => {
    const herd = cohort(1);
    const part = (i: number) => objects.slice(i, i + 1);
    const runs = new StateRuns(bytes(objects.slice(0, 2)).length + 10);
    const first = runs.batchOf(herd, part(0));
    runs.batchOf(herd, part(1));
    expect(runs.batchOf(herd, part(0))).toBe(first);
    runs.batchOf(herd, part(2));
    expect(runs.size).toBe(2);
    expect(runs.batchOf(herd, part(0))).toBe(first);
    runs.clear();
    expect(runs.size).toBe(0);
  });
});
