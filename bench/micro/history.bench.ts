/** What history costs: the events of one resource that watches resume from. */
import { bench, do_not_optimize, group } from 'mitata';
import { asRevision } from '../../src/base/revision.ts';
import { defaultHistoryOptions, History } from '../../src/watchcache/history.ts';
import { HistoryBudget } from '../../src/watchcache/history-budget.ts';
import type { ObjectEvent } from '../../src/watchcache/object-event.ts';
import { storedObject } from './objects.ts';

const object = storedObject(0, 1);
const event = (revision: number): ObjectEvent => ({
  revision: asRevision(revision),
  current: object,
  previous: object,
});

/** Holds `events`, and grows no further. */
function filled(events: number): History {
  const budget = new HistoryBudget({ maxBytes: Infinity, windowMs: defaultHistoryOptions.windowMs });
  const history = new History({ ...defaultHistoryOptions, minEvents: events, maxEvents: events }, budget);
  for (let revision = 1; revision <= events; revision++) history.push(event(revision), 0);
  return history;
}

group('history', () => {
  for (const events of [100, 10_000, 100_000]) {
    const pushed = filled(events);
    let next = events;
    bench(`push to a full ring of ${events}`, () => pushed.push(event(++next), 0));
    const asked = filled(events);
    let at = 0;
    bench(`find the place of a revision among ${events}`, () => {
      at = (at + 7919) % events;
      do_not_optimize(asked.indexAfter(asRevision(at)));
    });
  }
  for (const kinds of [1, 100, 1_000]) {
    const windowMs = 75_000;
    const budget = new HistoryBudget({ maxBytes: 10_000 * object.bytes.length, windowMs });
    const histories = Array.from({ length: kinds }, () => new History(defaultHistoryOptions, budget));
    let next = 0;
    const push = () => {
      next++;
      histories[next % kinds]?.push(event(next), next);
    };
    while (budget.bytes < 10_000 * object.bytes.length) push();
    bench(`push to a full budget of ${kinds} kinds`, push);
  }
  const read = filled(10_000);
  bench('read the last 50', () => {
    for (let index = read.endIndex - 50; index < read.endIndex; index++) do_not_optimize(read.at(index));
  });
});
