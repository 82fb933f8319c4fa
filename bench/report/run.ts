import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Measurement } from '../measure/run-profile.ts';
import type { Verdict } from '../measure/verdict.ts';

/** One whole run, as it is written to disk. */
export type Run = {
  readonly at: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly platform: string;
    readonly node: string;
  };
  readonly version: string;
  readonly rounds: number;
  readonly coldStarts: readonly ColdStart[];
  readonly measurements: readonly Measurement[];
  readonly verdicts: readonly Verdict[];
};

/** From spawn to /readyz, in milliseconds, and what the process holds then. */
export type ColdStart = {
  readonly target: string;
  readonly objects: number;
  readonly readyMs: { readonly min: number; readonly median: number; readonly max: number };
  readonly residentBytes: number;
  /** JSON bytes of the objects as stored. */
  readonly storedBytes: number;
};

export function describeMachine(): Run['machine'] {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}

export function versionOfPackage(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
