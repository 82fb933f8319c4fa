import { describe, expect, test } from 'vitest';
import type { Limit, Profile } from '../profile.ts';
import { floorMeasurement, measurement } from './example.ts';
import { verdicts } from './verdict.ts';

const job = { kind: 'idle', namespace: 'a', watchers: 1 } as const;
const profile = (limits: Profile['limits'], variants: Profile['variants'] = [{ label: '', x: 0, job }]): Profile => ({
  name: 'put',
  what: '',
  operation: 'request',
  variants,
  backends: ['embedded'],
  transports: ['http'],
  limits,
});
const ofAll = (limit: Limit) => profile({ all: limit });

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
    const [verdict, ...others] = verdicts([ofAll(limit)], all);
    expect(verdict).toMatchObject({ profile: 'put', target: 'crowsnest embedded http', measured: 100, holds });
    expect(verdict?.allowed).toBeCloseTo(allowed);
    expect(others).toEqual([]);
  });

  test('against memory, what is measured is memory', () => {
    const limit: Limit = { against: 'resident-bytes', atMost: 999 };
    expect(verdicts([ofAll(limit)], [measurement()])).toMatchObject([{ measured: 1000, allowed: 999, holds: false }]);
  });

  test('the last variant is held against the one that is named', () => {
    const variants = [1, 10, 100].map((x) => ({ label: `${x} names`, x, job }));
    const all = [300, 50, 100].map((cpu, i) => measurement({ variant: variants[i]!.label, x: variants[i]!.x }, cpu));
    const [verdict, ...others] = verdicts(
      [profile({ all: { against: 'variant', x: 10, atMost: 1.5 } }, variants)],
      all,
    );
    expect(verdict).toMatchObject({ measured: 100, allowed: 75, holds: false, rule: '1.5 × 10 names' });
    expect(others).toEqual([]);
  });

  test('a transport has its own limit before the backend, the backend before all', () => {
    const micros = (atMost: number): Limit => ({ against: 'micros', atMost });
    const allowed = (limits: Profile['limits']) => verdicts([profile(limits)], [measurement()])[0]?.allowed;
    expect(allowed({ all: micros(1), embedded: micros(2), http: micros(3) })).toBe(3);
    expect(allowed({ all: micros(1), embedded: micros(2) })).toBe(2);
    expect(allowed({ all: micros(1), etcd: micros(2) })).toBe(1);
  });

  test('no verdict on what cannot be compared, was wrong, or is not ours', () => {
    const limit: Limit = { against: 'floor', atMost: 2 };
    expect(verdicts([ofAll(limit)], [measurement()])).toEqual([]);
    expect(verdicts([ofAll(limit)], [measurement({ wrong: ['lost'] }), floorMeasurement()])).toEqual([]);
    expect(verdicts([ofAll(limit)], [measurement({ backend: undefined }), floorMeasurement()])).toEqual([]);
  });
});
