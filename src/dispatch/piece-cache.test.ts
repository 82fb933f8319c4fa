import { expect, test } from 'vitest';
import { configMaps } from '../../test/support/watch-cache.ts';
import { silentMeter } from '../base/meter.ts';
import { jsonView } from '../encoding/json-view.ts';
import { everything } from '../machinery/selection.ts';
import { Cohort } from './cohort.ts';
import { dispatchMetrics } from './metrics.ts';
import { PieceCache } from './piece-cache.ts';
import { SharedView } from './shared-view.ts';

const view = new SharedView(jsonView(configMaps));
const metrics = dispatchMetrics(silentMeter, { group: '', version: 'v1', resource: 'configmaps' });
function cohort(id: number, watchers: number): Cohort {
  const scope = { namespace: undefined, name: undefined };
  const made = new Cohort(id, `${id}`, { scope, labels: everything, fields: everything }, view, metrics);
  made.watchers = watchers;
  return made;
}

test('a piece is made once for a herd, anew for a loner and for another cohort, and only a few are kept', () => {
  const cache = new PieceCache<number>();
  let made = 0;
  const make = () => ++made;
  const [herd, other, loner] = [cohort(1, 2), cohort(2, 2), cohort(3, 1)];
  expect([cache.get(herd, '5', make), cache.get(herd, '5', make), cache.get(other, '5', make)]).toEqual([1, 1, 2]);
  expect([cache.get(loner, '5', make), cache.get(loner, '5', make)]).toEqual([3, 4]);
  expect(cache.size).toBe(2);
  for (let at = 6; at < 30; at++) cache.get(herd, `${at}`, make);
  expect(cache.size).toBe(8);
  const before = made;
  expect([cache.get(herd, '29', make), cache.get(herd, '5', make)]).toEqual([before, before + 1]);
  cache.clear();
  expect(cache.size).toBe(0);
});
