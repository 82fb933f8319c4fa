import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type BenchArguments, parseBenchArguments, usage } from './arguments.ts';
import { measureColdStarts } from './cold-starts.ts';
import type { Flame } from './flame/flame.ts';
import { runFlames } from './flame/run-flames.ts';
import { startFlames } from './flame/start-flames.ts';
import { LoadGenerator } from './load/load-generator.ts';
import { coldStartVerdicts } from './measure/cold-start.ts';
import type { Measurement } from './measure/measurement.ts';
import { defaultRounds, roundsOf, runProfile } from './measure/run-profile.ts';
import { verdicts } from './measure/verdict.ts';
import type { Profile } from './profile.ts';
import { coldStartLimits } from './profiles/cold-starts.ts';
import { coldStart, profiles, smokeProfiles } from './profiles.ts';
import { charts } from './report/charts.ts';
import { drawFlame, renderFlamePage, renderFlames } from './report/flame-page.ts';
import { renderPage } from './report/page.ts';
import { renderReadmeTable } from './report/readme-table.ts';
import {
  commitOfCheckout,
  describeMachine,
  type Machine,
  machineText,
  type Run,
  type RunOf,
  versionOfPackage,
} from './report/run.ts';
import { renderTable } from './report/table.ts';
import { scratchFolder } from './scratch.ts';
import { makeCertificate } from './targets/certificate.ts';
import { inspectOption } from './targets/child-server.ts';
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
  const nodeOptions = args.flame ? [inspectOption] : [];
  const certificate = await makeCertificate(scratchFolder('certificate'));
  const parts: Parts = {
    args,
    machine: describeMachine(),
    chosen: chosenProfiles(args),
    generator: new LoadGenerator(),
    fleet: new Fleet(certificate, args.targets, nodeOptions, progress),
  };
  try {
    const wrong = args.flame ? await showFlames(parts) : await measure(parts);
    return wrong ? exit.wrong : exit.fine;
  } finally {
    parts.generator.stop();
    await parts.fleet.close();
  }
}

type Parts = {
  readonly args: BenchArguments;
  readonly machine: Machine;
  readonly chosen: readonly Profile[];
  readonly generator: LoadGenerator;
  readonly fleet: Fleet;
};

/** Whether anything was wrong. */
async function measure({ args, machine, chosen, generator, fleet }: Parts): Promise<boolean> {
  const rounds = args.rounds ?? defaultRounds;
  const measurements: Measurement[] = [];
  for (const [i, profile] of chosen.entries()) {
    measurements.push(
      ...(await runProfile(generator, profile, {
        rounds: args.smoke ? 0 : roundsOf(profile, args.rounds),
        allowanceMs: allowance(args, chosen.length - i),
        targetsOf: (...wanted) => fleet.for(...wanted),
        progress: (text) => progress(`${i + 1}/${chosen.length}  ${text}`),
      })),
    );
  }
  await fleet.close();
  const coldStarts = coldStartsWanted(args)
    ? await measureColdStarts(fleet.certificate, rounds, args.million, progress)
    : [];
  const run: Run = {
    ...runOf(machine, args.smoke ? 1 : rounds),
    coldStarts,
    measurements,
    verdicts: args.smoke ? [] : [...verdicts(chosen, measurements), ...coldStartVerdicts(coldStartLimits, coldStarts)],
  };
  const made = charts(run, chosen);
  write(args.output, {
    'bench.json': `${JSON.stringify(run, null, 1)}\n`,
    'bench.html': renderPage(run, made),
    'README-table.md': renderReadmeTable(run),
    ...Object.fromEntries([...made].map(([name, svg]) => [`${name}.svg`, svg])),
  });
  progress('done\n');
  process.stdout.write(
    `${machineText(run)}\n\n${renderTable(run)}\n\nwritten to ${args.output}/: bench.json, bench.html and the charts\n`,
  );
  return measurements.some(({ wrong }) => wrong.length > 0);
}

/** Whether anything was wrong. */
async function showFlames({ args, machine, chosen, generator, fleet }: Parts): Promise<boolean> {
  const flames: Flame[] = [];
  const targetsOf = (...wanted: Parameters<Fleet['for']>) => fleet.for(...wanted);
  for (const profile of chosen) flames.push(...(await runFlames(generator, profile, { targetsOf, progress })));
  await fleet.close();
  if (coldStartsWanted(args)) flames.push(...(await startFlames(fleet.certificate, progress)));
  const drawn = flames.map(drawFlame);
  const files = drawn.flatMap(({ file, svg, flame }) => [
    [`${file}.svg`, svg],
    ...flame.threads.map(({ thread, profile }) => [
      `${file}-${thread.replaceAll(/[^\w.]+/g, '-')}.cpuprofile`,
      JSON.stringify(profile),
    ]),
  ]);
  write(args.output, {
    'bench.html': renderFlamePage(runOf(machine, 1), drawn),
    ...(Object.fromEntries(files) as Record<string, string>),
  });
  progress('done\n');
  process.stdout.write(`${renderFlames(drawn)}\n\nwritten to ${args.output}/: bench.html, flame graphs and profiles\n`);
  return flames.some(({ wrong }) => wrong.length > 0);
}

const runOf = (machine: Machine, rounds: number): RunOf => ({
  at: new Date().toISOString(),
  seconds: (performance.now() - started) / 1000,
  machine,
  version: versionOfPackage(),
  commit: commitOfCheckout(),
  rounds,
});

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

function write(output: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(output, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(output, name), content);
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
