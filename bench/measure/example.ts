import type { Target } from '../target.ts';
import type { Measurement } from './measurement.ts';

const same = (value: number) => ({ min: value, median: value, max: value });

/** A measurement for tests: 100 µs of crowsnest over plain HTTP. */
export const measurement = (overrides: Partial<Measurement> = {}, cpuMicros = 100): Measurement => ({
  profile: 'put',
  variant: '',
  x: 0,
  target: 'crowsnest embedded http',
  backend: 'embedded',
  transport: 'http',
  floorName: 'floor http',
  rounds: 3,
  cpuMicros: same(cpuMicros),
  operationsPerSecond: same(1000),
  bytesPerOperation: same(1500),
  residentBytes: same(100 * 2 ** 20),
  residentPerWatch: null,
  loadMicros: same(40),
  latency: {
    p50: same(1),
    p90: same(2),
    p99: same(3),
    max: same(4),
    buckets: [
      [1, 50],
      [2, 40],
      [4, 10],
    ],
  },
  wrong: [],
  ...overrides,
});

export const floorMeasurement = (overrides: Partial<Measurement> = {}, cpuMicros = 50): Measurement =>
  measurement({ target: 'floor http', backend: undefined, floorName: undefined, ...overrides }, cpuMicros);

export const target = (overrides: Partial<Target> = {}): Target => ({
  name: 'crowsnest embedded http',
  url: 'http://127.0.0.1:1',
  transport: 'http',
  backend: 'embedded',
  pid: undefined,
  replicas: [],
  ca: undefined,
  inspector: undefined,
  token: undefined,
  protocol: 'http1',
  floor: false,
  floorName: 'floor http',
  ...overrides,
});
