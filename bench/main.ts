import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type BenchArguments, parseBenchArguments, usage } from './arguments.ts';
import { measureColdStarts } from './cold-starts.ts';
import { LoadGenerator } from './load/load-generator.ts';
import { coldStartVerdicts } from './measure/cold-start.ts';
import type { Measurement } from './measure/measurement.ts';
import { runProfile } from './measure/run-profile.ts';
import { verdicts } from './measure/verdict.ts';
import type { Profile } from './profile.ts';
import { coldStartLimits } from './profiles/cold-starts.ts';
import { coldStart, profiles, smokeProfiles } from './profiles.ts';
import { charts } from './report/charts.ts';
import { renderPage } from './report/page.ts';
import { renderReadmeTable } from './report/readme-table.ts';
import { commitOfCheckout, describeMachine, machineText, type Run, versionOfPackage } from './report/run.ts';
import { renderTable } from './report/table.ts';
import { scratchFolder } from './scratch.ts';
import { makeCertificate } from './targets/certificate.ts';
import { Fleet } from './targets/fleet.ts';

const exit = { fine: 0, wrong: 1, misused: 2, interrupted: 130 } as const;

const started = performance.now();
const progress = (text: string): void => {
  const seconds = Math.round((performance.now() - started) / 1000);
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${clock}  ${text}`);
  else process.stderr.write(`${clock}  ${text}\n`);
};

/** Servers and scratch folders go with the process: see child-server.ts and scratch.ts. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => process.exit(exit.interrupted));

async function main(args: BenchArguments): Promise<number> {
  const machine = describeMachine();
  const chosen = chosenProfiles(args);
  const generator = new LoadGenerator();
  const fleet = new Fleet(await makeCertificate(scratchFolder('certificate')), args.targets, progress);
  const rounds = args.smoke ? 0 : args.rounds;
  const measurements: Measurement[] = [];
  try {
    for (const [i, profile] of chosen.entries()) {
      measurements.push(
        ...(await runProfile(generator, profile, {
          rounds,
          allowanceMs: allowance(args, chosen.length - i),
          targetsOf: (...wanted) => fleet.for(...wanted),
          progress: (text) => progress(`${i + 1}/${chosen.length}  ${text}`),
        })),
      );
    }
    await fleet.close();
    const coldStarts = coldStartsWanted(args)
      ? await measureColdStarts(fleet.certificate, args.rounds, args.million, progress)
      : [];
    const run: Run = {
      at: new Date().toISOString(),
      seconds: (performance.now() - started) / 1000,
      machine,
      version: versionOfPackage(),
      commit: commitOfCheckout(),
      rounds: Math.max(1, rounds),
      coldStarts,
      measurements,
      verdicts: args.smoke
        ? []
        : [...verdicts(chosen, measurements), ...coldStartVerdicts(coldStartLimits, coldStarts)],
    };
    write(args.output, run, chosen);
    progress('done\n');
    process.stdout.write(
      `${machineText(run)}\n\n${renderTable(run)}\n\nwritten to ${args.output}/: bench.json, bench.html and the charts\n`,
    );
    return measurements.some(({ wrong }) => wrong.length > 0) ? exit.wrong : exit.fine;
  } finally {
    generator.stop();
    await fleet.close();
  }
}

/** What starts and stops take at the end of a run, about. */
const coldStartsMs = 75_000;

/** What a profile may take, with `left` to come, itself included: some take three times as long as others. */
function allowance(args: BenchArguments, left: number): number {
  const end = started + args.minutes * 60_000 - (coldStartsWanted(args) ? coldStartsMs : 0);
  return Math.max(0, (end - performance.now()) * Math.min(1, 3 / left));
}

function chosenProfiles({ smoke, profileNames, targets, ...extent }: BenchArguments): readonly Profile[] {
  return (smoke ? smokeProfiles : profiles(extent))
    .filter(({ name }) => profileNames.length === 0 || profileNames.includes(name))
    .filter(({ servers }) => targets.length === 0 || servers !== 'own');
}

const coldStartsWanted = ({ smoke, targets, profileNames }: BenchArguments): boolean =>
  !smoke && targets.length === 0 && (profileNames.length === 0 || profileNames.includes(coldStart));

function write(output: string, run: Run, chosen: readonly Profile[]): void {
  mkdirSync(output, { recursive: true });
  const made = charts(run, chosen);
  writeFileSync(join(output, 'bench.json'), `${JSON.stringify(run, null, 1)}\n`);
  writeFileSync(join(output, 'bench.html'), renderPage(run, made));
  writeFileSync(join(output, 'README-table.md'), renderReadmeTable(run));
  for (const [name, svg] of made) writeFileSync(join(output, `${name}.svg`), svg);
}

function parsed(): BenchArguments | undefined {
  try {
    return parseBenchArguments(process.argv.slice(2), (path) => readFileSync(path, 'utf8'));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return undefined;
  }
}

if (process.argv.includes('--help')) process.stdout.write(usage);
else {
  const args = parsed();
  process.exitCode = args === undefined ? exit.misused : await main(args);
}
