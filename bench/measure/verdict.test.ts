import { describe, expect, test } from 'vitest';
import type { Limit, Profile } from '../profile.ts';
import { floorMeasurement, measurement } from './example.ts';
import type { Measurement } from './measurement.ts';
import { verdicts } from './verdict.ts';

const job = { kind: 'idle', namespace: 'a', watchers: 1, openBefore: 0 } as const;
const profile = (limits: Profile['limits'], variants: Profile['variants'] = [{ label: '', x: 0, job }]): Profile => ({
  name: 'put',
  what: '',
  operation: 'request',
  variants,
  backends: ['embedded'],
  transports: ['http'],
  limits,
});

describe('bench/measure/verdict', () => {
  test.each<[string, Limit, number, boolean]>([
    ['floor', { against: 'floor', atMost: 2 }, 100, true],
    ['floor', { against: 'floor', atMost: 1.9 }, 95, false],
    ['micros', { against: 'micros', atMost: 99 }, 99, false],
    ['profile', { against: 'profile', profile: 'list-all', share: 0.1, plusMicros: 20 }, 120, true],
    ['floor-profile', { against: 'floor-profile', profile: 'list-all', atMost: 0.1 }, 80, false],
  ])('against %s', (_, limit, allowed, holds) => {
    const all = [
      measurement(),
      floorMeasurement(),
      measurement({ profile: 'list-all' }, 1000),
      floorMeasurement({ profile: 'list-all' }, 800),
    ];
    const [verdict, ...others] = verdicts([profile([limit])], all);
    expect(verdict).toMatchObject({ profile: 'put', target: 'crowsnest embedded http', measured: 100, holds });
    expect(verdict?.allowed).toBeCloseTo(allowed);
    expect(others).toEqual([]);
  });

  test('against memory, what is measured is memory', () => {
    const limit: Limit = { against: 'resident-bytes', atMost: 999 };
    const held = measurement({ residentPerWatch: { min: 900, median: 1000, max: 1100 } });
    expect(verdicts([profile([limit])], [held])).toMatchObject([
      { figure: 'resident-each', measured: 1000, allowed: 999, holds: false },
    ]);
  });

  test('the tail of the latency against that of the floor', () => {
    const limit: Limit = { against: 'floor-p99', atMost: 1.5 };
    expect(verdicts([profile([limit])], [measurement(), floorMeasurement()])).toMatchObject([
      { figure: 'p99', measured: 3, allowed: 4.5, floor: 3, holds: true },
    ]);
  });

  test('the last variant is held against the one that is named', () => {
    const variants = [1, 10, 100].map((x) => ({ label: `${x} names`, x, job }));
    const all = [300, 50, 100].map((cpu, i) => measurement({ variant: variants[i]!.label, x: variants[i]!.x }, cpu));
    const [verdict, ...others] = verdicts([profile([{ against: 'variant', x: 10, atMost: 1.5 }], variants)], all);
    expect(verdict).toMatchObject({ measured: 100, allowed: 75, holds: false, rule: '1.5 × 10 names' });
    expect(others).toEqual([]);
  });

  test('every limit is held that is for the store and the transport', () => {
    const on = (atMost: number, where?: 'embedded' | 'etcd' | 'http' | 'tls'): Limit => ({
      against: 'micros',
      atMost,
      ...(where === undefined ? {} : { on: where }),
    });
    const limits = [on(1), on(2, 'embedded'), on(3, 'http'), on(4, 'etcd'), on(5, 'tls')];
    expect(verdicts([profile(limits)], [measurement()]).map(({ allowed }) => allowed)).toEqual([1, 2, 3]);
  });

  test("the floor's own figure stands beside it", () => {
    const limit: Limit = { against: 'micros', atMost: 60 };
    const floorOf = (...others: Measurement[]) => verdicts([profile([limit])], [measurement(), ...others])[0]?.floor;
    expect(floorOf(floorMeasurement())).toBe(50);
    expect(floorOf()).toBeNull();
  });

  test('no verdict on what cannot be compared, was wrong, or is not ours', () => {
    const limit: Limit = { against: 'floor', atMost: 2 };
    expect(verdicts([profile([limit])], [measurement()])).toEqual([]);
    expect(verdicts([profile([limit])], [measurement({ wrong: ['lost'] }), floorMeasurement()])).toEqual([]);
    expect(verdicts([profile([limit])], [measurement({ backend: undefined }), floorMeasurement()])).toEqual([]);
  });
});
