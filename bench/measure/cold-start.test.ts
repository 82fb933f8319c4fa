import { describe, expect, test } from 'vitest';
import { type ColdStart, coldStartVerdicts, residentByStored } from './cold-start.ts';

const same = (value: number) => ({ min: value, median: value, max: value });
const start = (objects: number, residentBytes: number, backend: ColdStart['backend'] = 'etcd'): ColdStart => ({
  target: backend === 'floor' ? backend : `crowsnest ${backend}`,
  backend,
  objects,
  rounds: 1,
  readyMs: same(500),
  cpuMs: same(400),
  residentBytes: same(residentBytes),
  storedBytes: objects * 10,
});

describe('bench/measure/cold-start', () => {
  test('resident by stored byte is beyond an empty server of the same store', () => {
    const [empty, filled] = [start(0, 1000), start(100, 3000)];
    expect(residentByStored(filled, [start(0, 2000, 'memory'), empty, filled])).toBe(2);
    expect(residentByStored(empty, [empty])).toBeUndefined();
    expect(residentByStored(filled, [filled, start(0, 2000, 'memory')])).toBeUndefined();
  });

  test('the floor, which is Node alone, stands beside it, and is not held', () => {
    const [verdict, ...others] = coldStartVerdicts(
      [{ figure: 'resident', atMost: 1 }],
      [start(0, 700, 'floor'), start(100, 3000)],
    );
    expect(verdict).toMatchObject({ target: 'crowsnest etcd', floor: 700 });
    expect(others).toEqual([]);
  });

  test('limits are held where they are for the store and the number of objects', () => {
    const starts = [start(0, 1000), start(100, 3000), start(100, 3000, 'embedded')];
    const held = coldStartVerdicts(
      [
        { figure: 'ready', objects: 100, backend: 'etcd', atMost: 499 },
        { figure: 'resident', objects: 0, atMost: 1000 },
        { figure: 'resident-by-stored', atMost: 3 },
      ],
      starts,
    );
    expect(
      held.map(({ target, variant, figure, measured, holds }) => [target, variant, figure, measured, holds]),
    ).toEqual([
      ['crowsnest etcd', '0 objects', 'resident', 1000, true],
      ['crowsnest etcd', '100 objects', 'ready', 500, false],
      ['crowsnest etcd', '100 objects', 'resident-by-stored', 2, true],
    ]);
  });
});
