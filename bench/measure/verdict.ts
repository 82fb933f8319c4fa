import type { Backend, Limit, Profile, Transport } from '../profiles.ts';
import type { Measurement } from './run-profile.ts';

/** `ratio` is measured ÷ allowed: at most 1 holds. */
export type Verdict = {
  readonly profile: string;
  readonly target: string;
  readonly rule: string;
  readonly measured: number;
  readonly allowed: number;
  readonly holds: boolean;
};

/** Holds every figure that has a limit against it. What cannot be compared (its base was not measured) is left out. */
export function verdicts(profiles: readonly Profile[], measurements: readonly Measurement[]): Verdict[] {
  return profiles.flatMap((profile) => {
    const own = measurements.filter(({ profile: name }) => name === profile.name);
    const last = profile.variants.at(-1)?.label;
    return own
      .filter(({ target, variant }) => !target.startsWith('floor') && variant === last)
      .flatMap((measurement) => {
        const [, backend, transport] = measurement.target.split(' ') as [string, Backend, Transport];
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
    case 'first-variant': {
      const first = all.find(({ profile, target }) => profile === measurement.profile && target === measurement.target);
      return verdict(times(first?.cpuMicros?.median, limit.atMost), `${limit.atMost} × ${first?.variant}`);
    }
    case 'resident-bytes':
      return verdict(limit.atMost, `${limit.atMost / 1024} KB resident each`, measurement.residentPerOperation?.median);
    default:
      return limit satisfies never;
  }
}
