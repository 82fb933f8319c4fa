import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import type { ColdStart } from '../measure/cold-start.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { Verdict } from '../measure/verdict.ts';

export type Machine = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly platform: string;
  readonly node: string;
  /** Of the last minute before the run: above 0, something else was at work. */
  readonly loadBefore: number;
};

/** When, where and of what a run was. */
export type RunOf = {
  readonly at: string;
  readonly seconds: number;
  readonly machine: Machine;
  readonly version: string;
  /** Of the checkout; undefined outside of one. */
  readonly commit: string | undefined;
  readonly rounds: number;
};

/** One whole run, as it is written to disk. */
export type Run = RunOf & {
  readonly coldStarts: readonly ColdStart[];
  readonly measurements: readonly Measurement[];
  readonly verdicts: readonly Verdict[];
};

export function describeMachine(): Machine {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    loadBefore: loadavg()[0] ?? 0,
  };
}

export const machineText = ({ machine, version, commit, rounds, seconds, at }: RunOf): string =>
  [
    machine.cpu,
    `${machine.cores} cores`,
    `${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB`,
    machine.platform,
    `Node ${machine.node}`,
    `crowsnest ${version}${commit === undefined ? '' : ` (${commit})`}`,
    rounds === 1 ? '1 round' : `${rounds} rounds`,
    `${(seconds / 60).toFixed(1)} minutes`,
    `load before ${machine.loadBefore.toFixed(1)}`,
    at,
  ].join(', ');

export function versionOfPackage(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}

export function commitOfCheckout(): string | undefined {
  try {
    const options = { cwd: new URL('../..', import.meta.url), encoding: 'utf8', stdio: 'pipe' } as const;
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], options).trim();
    const changed = execFileSync('git', ['status', '--porcelain', '--', 'src'], options).trim();
    return changed === '' ? commit : `${commit} with changes`;
  } catch {
    return undefined;
  }
}
