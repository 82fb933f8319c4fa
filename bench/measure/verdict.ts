import type { Limit, Profile } from '../profile.ts';
import type { Measurement } from './measurement.ts';
import type { Spread } from './spread.ts';

/** What is held: microseconds of CPU, milliseconds of latency or until ready, bytes, or bytes by stored byte. */
export type Figure = 'cpu' | 'p99' | 'resident-each' | 'ready' | 'resident' | 'resident-by-stored';

/** Measured against allowed, both in the figure's unit. */
export type Verdict = {
  readonly profile: string;
  readonly variant: string;
  readonly target: string;
  readonly figure: Figure;
  readonly rule: string;
  readonly measured: number;
  readonly allowed: number;
  /** The floor's own in the same run, which tells how fast the machine was; null where it has none. */
  readonly floor: number | null;
  readonly holds: boolean;
};

/**
 * Holds every figure of a crowsnest started here that has a limit against it. What cannot be compared (its base was not
 * measured, or something was wrong) is left out.
 */
export function verdicts(profiles: readonly Profile[], measurements: readonly Measurement[]): Verdict[] {
  return profiles.flatMap((profile) => {
    const last = profile.variants.at(-1)?.label;
    const held = measurements.filter(
      ({ profile: name, variant, wrong, backend }) =>
        name === profile.name && variant === last && wrong.length === 0 && backend !== undefined,
    );
    return held.flatMap((measurement) =>
      profile.limits
        .filter(({ on = measurement.backend }) => on === measurement.backend || on === measurement.transport)
        .flatMap((limit) => hold(limit, measurement, measurements) ?? []),
    );
  });
}

function hold(limit: Limit, measurement: Measurement, all: readonly Measurement[]): Verdict | undefined {
  const { profile, variant, target, floorName } = measurement;
  const find = (ofProfile: string, on: string | undefined, ofVariant?: string) =>
    all.find(
      (other) => other.profile === ofProfile && other.target === on && (ofVariant ?? other.variant) === other.variant,
    );
  const floor = find(profile, floorName, variant);
  const verdict = (figure: 'cpu' | 'p99' | 'resident-each', rule: string, allowed: number | undefined) => {
    const measured = spreadOf[figure](measurement)?.median;
    if (allowed === undefined || measured === undefined) return undefined;
    const ofFloor = floor === undefined ? null : (spreadOf[figure](floor)?.median ?? null);
    return { profile, variant, target, figure, rule, measured, allowed, floor: ofFloor, holds: measured <= allowed };
  };

  switch (limit.against) {
    case 'floor':
      return verdict('cpu', `${limit.atMost} × floor`, times(limit.atMost, floor?.cpuMicros));
    case 'floor-p99':
      return verdict('p99', `${limit.atMost} × floor`, times(limit.atMost, floor?.latency?.p99));
    case 'micros':
      return verdict('cpu', '', limit.atMost);
    case 'profile': {
      const base = times(limit.share, find(limit.profile, target)?.cpuMicros);
      const rule = `${limit.share.toFixed(3)} × ${limit.profile} + ${limit.plusMicros} µs`;
      return verdict('cpu', rule, base === undefined ? undefined : base + limit.plusMicros);
    }
    case 'floor-profile': {
      const base = find(limit.profile, floorName)?.cpuMicros;
      return verdict('cpu', `${limit.atMost} × floor's ${limit.profile}`, times(limit.atMost, base));
    }
    case 'variant': {
      const base = all.find((other) => other.profile === profile && other.target === target && other.x === limit.x);
      return verdict('cpu', `${limit.atMost} × ${base?.variant}`, times(limit.atMost, base?.cpuMicros));
    }
    case 'resident-bytes':
      return verdict('resident-each', '', limit.atMost);
    default:
      return limit satisfies never;
  }
}

const spreadOf = {
  cpu: ({ cpuMicros }: Measurement) => cpuMicros,
  p99: ({ latency }: Measurement) => latency?.p99,
  'resident-each': ({ residentPerWatch }: Measurement) => residentPerWatch,
};

const times = (factor: number, base: Spread | null | undefined): number | undefined =>
  base === null || base === undefined ? undefined : base.median * factor;
