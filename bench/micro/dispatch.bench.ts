/**
 * What dispatch itself costs, without sockets.
 * One iteration is one event, dispatched and its turn ended. Divide by the deliveries in the name for the cost of each.
 */
import { bench, do_not_optimize, group } from 'mitata';
import { ManualClock } from '../../src/base/manual-clock.ts';
import { silentMeter } from '../../src/base/meter.ts';
import { asRevision, type Revision } from '../../src/base/revision.ts';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import type { FrameSink } from '../../src/dispatch/frame-sink.ts';
import { jsonView } from '../../src/encoding/json-view.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { everything } from '../../src/machinery/selection.ts';
import { parseLabelSelector } from '../../src/machinery/selector/label-selector.ts';
import type { ObjectEvent } from '../../src/watchcache/object-event.ts';
import { nameOf, shape, storedObject } from './objects.ts';

const view = jsonView(shape);
const hourMs = 3_600_000;

/** Counts, and asks for the encoding that an HTTP/1.1 socket would be given. */
class CountingSink implements FrameSink {
  static deliveries = 0;
  write({ chunk }: { readonly chunk: Buffer }): boolean {
    CountingSink.deliveries += chunk.length > 0 ? 1 : 0;
    return true;
  }
  end(): void {}
}

class Bench {
  readonly clock = new ManualClock();
  readonly history = {
    startIndex: 0,
    endIndex: 0,
    at: () => this.last,
    indexAfter: () => 0,
    resumeAfter: (after: Revision) => ({ index: 0, after }),
    splitAt: () => undefined,
    floor: asRevision(0),
  };
  readonly dispatcher: Dispatcher;
  last: ObjectEvent = { revision: asRevision(1), current: storedObject(0, 1), previous: undefined };

  constructor() {
    this.dispatcher = new Dispatcher({
      group: '',
      version: 'v1',
      resource: 'configmaps',
      shape,
      cache: { history: this.history, revision: asRevision(1) },
      clock: this.clock,
      random: Math.random,
      meter: silentMeter,
    });
  }

  watch(count: number, of: (n: number) => { readonly name?: string; readonly labels?: string }): this {
    for (let n = 0; n < count; n++) {
      const { name, labels } = of(n);
      this.dispatcher.open(
        {
          scope: { namespace: undefined, name },
          labels: labels === undefined ? everything : parseLabelSelector(labels),
          fields: everything,
          view,
          start: { from: 'history', index: this.history.endIndex, after: asRevision(0) },
          bookmarks: true,
          initialEventsEnd: false,
          timeoutMs: hourMs,
        },
        () => new CountingSink(),
      );
    }
    return this;
  }

  dispatch(event: ObjectEvent): void {
    this.last = event;
    this.history.endIndex++;
    this.dispatcher.dispatch(event);
    this.clock.endTurn();
  }
}

/** Updates of `count` objects in turn; selectors find what they need parsed, as they do after the first of them asked. */
function events(count: number, labelsOf: (n: number) => JsonObject = () => ({})): () => ObjectEvent {
  const all = Array.from({ length: count }, (_, n) => {
    const [previous, current] = [1, 2].map((revision) => storedObject(n, revision, labelsOf(n)));
    do_not_optimize([previous?.labels, current?.labels]);
    return { revision: asRevision(2), current, previous };
  });
  let next = 0;
  return () => {
    const event = all[next++ % all.length];
    if (event === undefined) throw new RangeError('no events');
    return event;
  };
}

function measure(name: string, deliveries: number, made: Bench, next: () => ObjectEvent): void {
  CountingSink.deliveries = 0;
  made.dispatch(next());
  if (CountingSink.deliveries !== deliveries) {
    throw new Error(`${name}: ${CountingSink.deliveries} deliveries per event, not ${deliveries}`);
  }
  bench(`${name}: ${deliveries} deliveries`, () => made.dispatch(next()));
}

group('one event', () => {
  measure('nobody watches', 0, new Bench(), events(100));
  measure(
    '1 watcher',
    1,
    new Bench().watch(1, () => ({})),
    events(100),
  );
  measure(
    '1 cohort of 1,000',
    1000,
    new Bench().watch(1000, () => ({})),
    events(100),
  );
  measure(
    '1 cohort of 10,000',
    10_000,
    new Bench().watch(10_000, () => ({})),
    events(100),
  );
  measure(
    '10,000 cohorts by name',
    1,
    new Bench().watch(10_000, (n) => ({ name: nameOf(n) })),
    events(10_000),
  );
  measure(
    '1,000 cohorts by label app=…',
    1,
    new Bench().watch(1000, (n) => ({ labels: `app=web-${n}` })),
    events(1000, (n) => ({ app: `web-${n}`, tier: 'front' })),
  );
  measure(
    '1,000 cohorts by app in (…), not indexable',
    1,
    new Bench().watch(1000, (n) => ({ labels: `app in (web-${n},x)` })),
    events(1000, (n) => ({ app: `web-${n}`, tier: 'front' })),
  );
  measure(
    '1,000 cohorts by app!=…, all but one want it',
    999,
    new Bench().watch(1000, (n) => ({ labels: `app!=web-${n}` })),
    events(1000, (n) => ({ app: `web-${n}`, tier: 'front' })),
  );
});

group('opening', () => {
  const busy = new Bench().watch(10_000, (n) => ({ name: nameOf(n) }));
  let opened = 0;
  const open = () =>
    busy.dispatcher.open(
      {
        scope: { namespace: 'default', name: `one-${opened++}` },
        labels: everything,
        fields: everything,
        view,
        start: { from: 'history', index: busy.history.endIndex, after: asRevision(0) },
        bookmarks: true,
        initialEventsEnd: false,
        timeoutMs: hourMs,
      },
      () => new CountingSink(),
    );
  bench('open and close one of 10,000', () => open().close('client'));
});
