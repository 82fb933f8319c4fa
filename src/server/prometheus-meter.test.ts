import { describe, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { PrometheusMeter } from './prometheus-meter.ts';

describe('server/prometheus-meter', () => {
  test('counters, gauges and histograms are written as Prometheus reads them', async () => {
    const meter = new PrometheusMeter(new ManualClock());
    const requests = meter.counter('requests_total', 'Requests.', ['verb']);
    requests.with({ verb: 'GET' }).add();
    requests.with({ verb: 'GET' }).add(2);
    requests.with({ verb: 'a"b' }).add();
    meter.gauge('watchers', 'Open watches.').with({}).set(7);
    const seconds = meter.histogram('seconds', 'Time.', [0.1, 1], ['verb']).with({ verb: 'GET' });
    for (const value of [0.05, 0.1, 0.5, 3]) seconds.observe(value);

    expect((await meter.text()).split('\n').filter((line) => line !== '')).toEqual([
      '# HELP requests_total Requests.',
      '# TYPE requests_total counter',
      'requests_total{verb="GET"} 3',
      'requests_total{verb="a\\"b"} 1',
      '# HELP watchers Open watches.',
      '# TYPE watchers gauge',
      'watchers 7',
      '# HELP seconds Time.',
      '# TYPE seconds histogram',
      'seconds_bucket{verb="GET",le="0.1"} 2',
      'seconds_bucket{verb="GET",le="1"} 3',
      'seconds_bucket{verb="GET",le="+Inf"} 4',
      'seconds_sum{verb="GET"} 3.65',
      'seconds_count{verb="GET"} 4',
    ]);
  });

  test('a family declared again is the same one, and must be the same', async () => {
    const meter = new PrometheusMeter(new ManualClock());
    meter.counter('events_total', 'Events.', ['resource']).with({ resource: 'pods' }).add();
    meter.counter('events_total', 'Events.', ['resource']).with({ resource: 'pods' }).add();
    expect(await meter.text()).toContain('events_total{resource="pods"} 2');
    expect(() => meter.counter('events_total', 'Events.', ['kind'])).toThrow(/declared twice/);
    expect(() => meter.gauge('events_total', 'Events.', ['resource'])).toThrow(/declared twice/);
  });

  test('a rendering serves for a second, then news shows, families declared since included', async () => {
    const clock = new ManualClock();
    const meter = new PrometheusMeter(clock);
    const gauge = meter.gauge('size', 'Size.').with({});
    let reads = 0;
    meter.beforeScrape(() => gauge.set((reads += 1)));
    expect(await meter.text()).toContain('size 1');
    meter.gauge('late', 'Late.').with({}).set(5);
    clock.advance(999);
    expect(await meter.text()).toContain('size 1');
    clock.advance(1);
    const text = await meter.text();
    expect(text).toContain('size 2');
    expect(text).toContain('late 5');
  });
});
