import type { Limit, Profile } from '../profile.ts';
import type { Measurement } from './measurement.ts';

/** Measured against allowed, in microseconds of CPU per operation or in bytes. */
export type Verdict = {
  readonly profile: string;
  readonly target: string;
  readonly rule: string;
  readonly measured: number;
  readonly allowed: number;
  readonly holds: boolean;
};

/**
 * Holds every figure of a crowsnest started here that has a limit against it. What cannot be compared (its base was not
 * measured, or something was wrong) is left out.
 */
export function verdicts(profiles: readonly Profile[], measurements: readonly Measurement[]): Verdict[] {
  return profiles.flatMap((profile) => {
    const own = measurements.filter(({ profile: name }) => name === profile.name);
    const last = profile.variants.at(-1)?.label;
    return own
      .filter(({ variant, wrong }) => variant === last && wrong.length === 0)
      .flatMap((measurement) => {
        const { backend, transport } = measurement;
        if (backend === undefined) return [];
        const limit = profile.limits[transport] ?? profile.limits[backend] ?? profile.limits.all;
        const verdict = limit === undefined ? undefined : hold(limit, measurement, measurements);
        return verdict === undefined ? [] : [verdict];
      });
  });
}

function hold(limit: Limit, measurement: Measurement, all: readonly Measurement[]): Verdict | undefined {
  const cpuOf = (profile: string, target: string | undefined, variant?: string) =>
    all.find(
      (other) => other.profile === profile && other.target === target && (variant ?? other.variant) === other.variant,
    )?.cpuMicros?.median;
  const measured = measurement.cpuMicros?.median;
  const verdict = (allowed: number | undefined, rule: string, value = measured): Verdict | undefined =>
    allowed === undefined || value === undefined
      ? undefined
      : {
          profile: measurement.profile,
          target: measurement.target,
          rule,
          measured: value,
          allowed,
          holds: value <= allowed,
        };
  const times = (base: number | undefined, factor: number, plus = 0) =>
    base === undefined ? undefined : base * factor + plus;

  switch (limit.against) {
    case 'floor': {
      const floor = cpuOf(measurement.profile, measurement.floorName, measurement.variant);
      return verdict(times(floor, limit.atMost), `${limit.atMost} × floor`);
    }
    case 'micros':
      return verdict(limit.atMost, `${limit.atMost} µs`);
    case 'profile': {
      const base = cpuOf(limit.profile, measurement.target);
      return verdict(
        times(base, limit.share, limit.plusMicros),
        `${limit.share.toFixed(3)} × ${limit.profile} + ${limit.plusMicros} µs`,
      );
    }
    case 'floor-profile':
      return verdict(
        times(cpuOf(limit.profile, measurement.floorName), limit.atMost),
        `${limit.atMost} × floor's ${limit.profile}`,
      );
    case 'variant': {
      const base = all.find(
        ({ profile, target, x }) => profile === measurement.profile && target === measurement.target && x === limit.x,
      );
      return verdict(times(base?.cpuMicros?.median, limit.atMost), `${limit.atMost} × ${base?.variant}`);
    }
    case 'resident-bytes':
      return verdict(limit.atMost, `${limit.atMost / 1024} KB resident each`, measurement.residentPerOperation?.median);
    default:
      return limit satisfies never;
  }
}
