import { describe, expect, test } from 'vitest';
import { floorMeasurement, measurement } from '../measure/example.ts';
import { profiles } from '../profiles.ts';
import { barChart, distributionChart, lineChart, palette } from './chart.ts';
import { charts } from './charts.ts';
import { renderPage } from './page.ts';
import type { Run } from './run.ts';
import { floorRatio, renderTable } from './table.ts';

const same = (value: number) => ({ min: value, median: value, max: value });
const all = profiles({ full: false, million: false });
const run: Run = {
  at: '2026-01-01T00:00:00Z',
  seconds: 60,
  machine: { cpu: 'a <cpu>', cores: 2, memoryBytes: 2 ** 34, platform: 'linux x64', node: 'v20', loadBefore: 0.5 },
  version: '0.1.0',
  commit: 'abc',
  rounds: 3,
  coldStarts: [
    {
      target: 'crowsnest embedded',
      backend: 'embedded',
      objects: 10_000,
      rounds: 3,
      readyMs: { min: 400, median: 500, max: 600 },
      cpuMs: same(700),
      residentBytes: same(2 ** 27),
      storedBytes: 15_000_000,
    },
  ],
  measurements: [
    measurement(),
    floorMeasurement(),
    ...[50, 200, 1000].map((x) =>
      measurement(
        { profile: 'grow-rate', variant: `${x.toLocaleString('en')}/s`, x, target: 'crowsnest memory http' },
        1000 / x,
      ),
    ),
    measurement({ profile: 'create', target: 'https://a?b&c', cpuMicros: null, wrong: ['<lost>'] }),
  ],
  verdicts: [
    {
      profile: 'put',
      variant: '',
      target: 'crowsnest embedded http',
      figure: 'cpu',
      rule: '',
      measured: 100,
      allowed: 150,
      floor: 50,
      holds: true,
    },
  ],
};

const heading = { title: 't', subtitle: 's' };
const a = { name: 'a', colour: '#000' };
const numbers = (svg: string, attribute: string) =>
  [...svg.matchAll(new RegExp(`${attribute}="([^"]+)"`, 'g'))].map(([, value]) => Number(value));
const lines = (svg: string) =>
  [...svg.matchAll(/polyline points="([^"]+)"/g)].map(([, points = '']) =>
    points.split(' ').map((point) => point.split(',').map(Number)),
  );

describe('bench/report', () => {
  test('what is proportional is a straight line over logarithmic axes', () => {
    const points = [10, 100, 1000].map((x) => ({ x, y: 3 * x }));
    const [line = []] = lines(lineChart(heading, { label: 'x' }, 'y', [{ ...a, points }]));
    const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = line;
    expect(x1 - x0).toBeCloseTo(x2 - x1, 0);
    expect(y1 - y0).toBeCloseTo(y2 - y1, 0);
    expect(y2).toBeLessThan(y0);
  });

  test('values that have no logarithm are left out; nothing is no chart', () => {
    expect(lineChart(heading, { label: 'x' }, 'y', [{ ...a, points: [{ x: 0, y: 1 }] }])).toBe('');
    expect(barChart(heading, 'x', [])).toBe('');
    expect(distributionChart(heading, 'ms', [])).toBe('');
    expect(
      lineChart(heading, { label: 'x' }, 'y', [
        {
          ...a,
          points: [
            { x: 0, y: 1 },
            { x: 5, y: 1 },
          ],
        },
      ]),
    ).not.toContain('NaN');
  });

  test('a distribution rises from left to right to all of them', () => {
    const made = charts(run, all).get('latency-put') ?? '';
    const [line = []] = lines(made);
    expect(line).toHaveLength(3);
    const heights = line.map(([, y]) => y ?? 0);
    expect(heights.toSorted((a, b) => b - a)).toEqual(heights);
    expect(heights.at(-1)).toBe(52);
    expect(made).toContain('50 %');
  });

  test('bars are as long as their values, those beyond what is allowed are red', () => {
    const svg = barChart(heading, '×', [
      { name: 'a', value: 1, allowed: 2 },
      { name: 'b', value: 4, allowed: 2 },
    ]);
    const [short = 0, long = 0] = numbers(svg, ' width');
    expect(long / short).toBeCloseTo(4, 1);
    expect([...svg.matchAll(/height="16" fill="(#\w+)"/g)].map(([, colour]) => colour)).toEqual([
      palette[0],
      palette[1],
    ]);
  });

  test('each nine of a distribution has as much room as the one before', () => {
    const points = [0.9, 0.99, 0.999, 1].map((y, i) => ({ x: i + 1, y }));
    const [line = []] = lines(distributionChart(heading, 'ms', [{ ...a, points }]));
    const [first = 0, second = 0, third = 0, all = 0] = line.map(([, y]) => y ?? 0);
    expect(first - second).toBeCloseTo(second - third, 0);
    expect(all).toBe(third);
  });

  test('what is allowed is marked at the ratio that it comes to', () => {
    const marks = [...(charts(run, all).get('ratios') ?? '').matchAll(/<title>allowed: ([^<]+)</g)];
    expect(marks.map(([, ratio]) => ratio)).toEqual(['3']);
  });

  test('a run has a chart of each kind that it measured, and no other', () => {
    expect([...charts(run, all).keys()].sort()).toEqual(
      [
        'cold-start',
        'cold-start-memory',
        'grow-rate',
        'latency-create',
        'latency-grow-rate',
        'latency-put',
        'limits',
        'ratios',
      ].sort(),
    );
  });

  test('ratios are against the floor of the same profile and transport', () => {
    expect(floorRatio(run.measurements[0]!, run.measurements)).toBe(2);
    expect(floorRatio(run.measurements[1]!, run.measurements)).toBeUndefined();
    expect(floorRatio(measurement({ floorName: 'floor tls' }), run.measurements)).toBeUndefined();
  });

  test('the table tells costs, latencies, starts, verdicts and what was wrong', () => {
    const table = renderTable(run);
    expect(table).toMatch(/^put +crowsnest embedded http +100 µs +2\.00/m);
    expect(table).toMatch(/^put +crowsnest embedded http +3 +1,000 +1\.00 ms +3\.00 ms +4\.00 ms +40\.0 µs$/m);
    expect(table).toMatch(/^10,000 objects +crowsnest embedded +3 +500 ms \[400 ms – 600 ms\]/m);
    expect(table).toMatch(/^put +crowsnest embedded http +CPU +100 µs +50\.0 µs +150 µs +0\.67 +holds$/m);
    expect(table).toContain('WRONG   create on https://a?b&c: <lost>');
  });

  test('the page needs nothing but itself, and nothing in it is taken for markup', () => {
    const page = renderPage(run, charts(run, all));
    expect(page).not.toMatch(/<(script|link|img)|src=/);
    expect(page).not.toContain('<lost>');
    expect(page).not.toContain('<cpu>');
    expect(page).toContain('2 cores, 16 GiB');
    expect(page.match(/<svg /g)).toHaveLength(8);
  });
});
