import { describe, expect, test } from 'vitest';
import { DispatchFixture } from '../../test/support/dispatch.ts';
import type { Family, Meter } from '../base/meter.ts';
import { ApiError } from '../machinery/api-error.ts';

/** Adds everything up, by name and labels. */
function recordingMeter() {
  const values = new Map<string, number>();
  const declared: string[] = [];
  const family = <Label extends string>(name: string) => {
    declared.push(name);
    const child = (labels: Readonly<Record<Label, string>>) => {
      const key = `${name} ${Object.values(labels).filter(Boolean).join(' ')}`;
      return {
        add: (amount = 1) => void values.set(key, (values.get(key) ?? 0) + amount),
        set: (value: number) => void values.set(key, value),
        observe: () => void values.set(key, (values.get(key) ?? 0) + 1),
      };
    };
    return { with: child, without() {} } satisfies Family<unknown, Label>;
  };
  const meter: Meter = { counter: family, gauge: family, histogram: family };
  return { meter, values, declared };
}

describe('dispatch/metrics', () => {
  test('count events, deliveries, who is open and who lags, and every end by its reason', () => {
    const { meter, values } = recordingMeter();
    const fixture = new DispatchFixture({ meter, history: { minEvents: 4, maxEvents: 4 }, listed: [['a/x']] });
    const watches = Array.from({ length: 6 }, () => fixture.watch({ timeoutMs: 10_000 }));
    const [slow] = watches;
    slow!.stall();
    fixture.watch({ from: 'state', namespace: 'a' }).watcher.close('client');
    fixture.watch({ from: 'state', namespace: 'a' });
    fixture.put('b/x');
    fixture.put('b/y');
    fixture.endTurn();
    expect(Object.fromEntries(values)).toMatchObject({
      'apiserver_watch_cache_events_dispatched_total configmaps': 2,
      'apiserver_watch_events_total configmaps v1': 6 * 2 + 1,
      'apiserver_init_events_total configmaps': 1,
      'apiserver_watch_events_dispatch_duration_seconds configmaps cache_to_watcher': 1,
      'crowsnest_watches_open configmaps': 7,
      'crowsnest_watches_lagging configmaps': 1,
      'crowsnest_watch_cohorts configmaps': 2,
    });
    const bytes = [...watches, fixture.sinks.at(-1)!].flatMap(({ batches }) => batches.map(({ body }) => body.length));
    expect(values.get('crowsnest_watch_bytes_total configmaps')).toBe(bytes.reduce((sum, length) => sum + length, 0));

    for (let n = 0; n < 5; n++) fixture.put('b/x');
    fixture.endTurn();
    watches[1]!.watcher.fail(new ApiError(500, 'InternalError', 'oops').status);
    watches[2]!.watcher.close('shutdown');
    watches[3]!.watcher.close('client');
    watches[3]!.watcher.close('reset');
    fixture.clock.advance(11_000);
    fixture.dispatcher.closeAll('reset');
    const ended = (reason: string) => values.get(`crowsnest_watches_ended_total configmaps ${reason}`);
    expect(['client', 'deadline', 'lagging', 'shutdown', 'error', 'reset'].map(ended)).toEqual([2, 2, 1, 1, 1, 1]);
    expect(values.get('apiserver_terminated_watchers_total configmaps')).toBe(1);
    expect([values.get('crowsnest_watches_open configmaps'), values.get('crowsnest_watch_cohorts configmaps')]).toEqual(
      [0, 0],
    );
  });

  test('are declared once per meter, however many resources have a dispatcher', () => {
    const { meter, declared } = recordingMeter();
    const fixtures = [1, 2, 3].map(() => new DispatchFixture({ meter }));
    expect(fixtures).toHaveLength(3);
    expect(new Set(declared).size).toBe(declared.length);
  });
});
