import type { Backend } from '../profile.ts';
import type { Spread } from './spread.ts';
import type { Verdict } from './verdict.ts';

/** From spawn to /readyz, in milliseconds, and what the process has used and holds then. */
export type ColdStart = {
  readonly target: string;
  readonly backend: Backend | 'floor';
  readonly objects: number;
  readonly rounds: number;
  readonly readyMs: Spread;
  readonly cpuMs: Spread;
  readonly residentBytes: Spread;
  /** JSON bytes of the objects as stored. */
  readonly storedBytes: number;
};

/** `objects` and `backend` say which starts it is for; absent: all. */
export type ColdStartLimit = {
  readonly figure: 'ready' | 'resident' | 'resident-by-stored';
  readonly objects?: number;
  readonly backend?: Backend;
  readonly atMost: number;
};

/** What is resident for each stored byte, beyond what an empty server of the same store has; undefined for that one itself. */
export function residentByStored(start: ColdStart, all: readonly ColdStart[]): number | undefined {
  const empty = all.find(({ target, objects }) => target === start.target && objects === 0);
  if (empty === undefined || start.storedBytes === 0) return undefined;
  return (start.residentBytes.median - empty.residentBytes.median) / start.storedBytes;
}

export const variantOf = ({ objects }: ColdStart): string => `${objects.toLocaleString('en')} objects`;

export function coldStartVerdicts(limits: readonly ColdStartLimit[], starts: readonly ColdStart[]): Verdict[] {
  const floor = starts.find(({ backend }) => backend === 'floor');
  return starts
    .filter(({ backend }) => backend !== 'floor')
    .flatMap((start) =>
      limits
        .filter(({ objects = start.objects }) => objects === start.objects)
        .filter(({ backend = start.backend }) => backend === start.backend)
        .flatMap(({ figure, atMost }) => {
          const measured = measuredOf(figure, start, starts);
          if (measured === undefined) return [];
          const ofFloor = floor === undefined ? undefined : measuredOf(figure, floor, starts);
          const [profile, variant, { target }] = ['cold-start', variantOf(start), start];
          return {
            profile,
            variant,
            target,
            figure,
            rule: '',
            measured,
            allowed: atMost,
            floor: ofFloor ?? null,
            holds: measured <= atMost,
          };
        }),
    );
}

function measuredOf(figure: ColdStartLimit['figure'], start: ColdStart, all: readonly ColdStart[]): number | undefined {
  switch (figure) {
    case 'ready':
      return start.readyMs.median;
    case 'resident':
      return start.residentBytes.median;
    case 'resident-by-stored':
      return residentByStored(start, all);
    default:
      return figure satisfies never;
  }
}
