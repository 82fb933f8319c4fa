import { describe, expect, test } from 'vitest';
import { floorMeasurement, measurement } from '../measure/example.ts';
import { renderReadmeTable } from './readme-table.ts';
import type { Run } from './run.ts';

const run: Run = {
  at: '2026-01-01T00:00:00Z',
  seconds: 60,
  machine: { cpu: 'a', cores: 2, memoryBytes: 2 ** 34, platform: 'linux x64', node: 'v20', loadBefore: 0.5 },
  version: '0.1.0',
  commit: 'abc',
  rounds: 3,
  coldStarts: [],
  measurements: [
    measurement(),
    floorMeasurement(),
    ...[10, 1000].flatMap((x) => {
      const variant = { profile: 'grow', variant: `${x} names`, x };
      return [measurement(variant, x), floorMeasurement(variant, x / 2)];
    }),
    measurement({ target: 'https://a|b', cpuMicros: null, wrong: ['lost'] }),
  ],
  verdicts: [
    {
      profile: 'put',
      variant: '',
      target: 'crowsnest embedded http',
      figure: 'cpu',
      rule: '1.5 × floor',
      measured: 100,
      allowed: 75,
      floor: 50,
      holds: false,
    },
    {
      profile: 'cold-start',
      variant: '0 objects',
      target: 'crowsnest etcd',
      figure: 'ready',
      rule: '',
      measured: 200,
      allowed: 300,
      floor: null,
      holds: true,
    },
  ],
};

describe('bench/report/readme-table', () => {
  test('a row for each target, then one for each further limit', () => {
    expect(renderReadmeTable(run).split('\n').slice(2)).toEqual([
      '| profile | target | crowsnest | floor | × floor | at most |  |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      '| put | embedded http | 100 µs | 50.0 µs | 2.00 | 1.5 × floor = 75.0 µs | missed |',
      '| grow, 10 names → 1000 names | embedded http | 10.0 µs → 1.00 ms | 5.00 µs → 500 µs | 2.00 → 2.00 | – |  |',
      '| put | https://a\\|b | – | 50.0 µs | – | – |  |',
      '| cold-start, 0 objects: until ready | etcd | 200 ms | – | – | 300 ms | holds |',
      '',
    ]);
  });

  test('what was wrong is said with it', () => {
    expect(renderReadmeTable(run)).toContain('Wrong: put.');
    expect(renderReadmeTable({ ...run, measurements: [measurement()] })).toContain('No answer was wrong.');
  });
});
