import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchArguments, parseBenchArguments, usage } from './arguments.ts';
import { measureColdStarts } from './cold-starts.ts';
import { LoadGenerator } from './load/load-generator.ts';
import { type Measurement, runProfile } from './measure/run-profile.ts';
import { verdicts } from './measure/verdict.ts';
import { type Profile, profiles, smokeProfiles } from './profiles.ts';
import { charts, renderPage } from './report/page.ts';
import { describeMachine, type Run, versionOfPackage } from './report/run.ts';
import { renderTable } from './report/table.ts';
import { Fleet } from './targets/fleet.ts';

const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  else process.stderr.write(`${text}\n`);
};

async function main(args: BenchArguments): Promise<number> {
  const scratch = mkdtempSync(join(tmpdir(), 'crowsnest-bench-'));
  const generator = new LoadGenerator();
  const fleet = await Fleet.open(scratch, args.urls, progress);
  const chosen = (args.smoke ? smokeProfiles : profiles).filter(
    ({ name }) => args.profileNames.length === 0 || args.profileNames.includes(name),
  );
  const rounds = args.smoke ? 0 : args.rounds;
  const measurements: Measurement[] = [];
  try {
    for (const profile of chosen)
      measurements.push(...(await runProfile(generator, profile, await fleet.for(profile), rounds, progress)));
    await fleet.close();
    const starts = coldStartsWanted(args)
      ? await measureColdStarts(fleet.certificate, rounds, args.million, progress)
      : [];
    const run: Run = {
      at: new Date().toISOString(),
      machine: describeMachine(),
      version: versionOfPackage(),
      rounds,
      coldStarts: starts,
      measurements,
      verdicts: args.smoke ? [] : verdicts(chosen satisfies readonly Profile[], measurements),
    };
    write(args.output, run);
    progress('');
    process.stdout.write(`${renderTable(run)}\n\nwritten to ${args.output}/: bench.json, bench.html and the charts\n`);
    return measurements.some(({ wrong }) => wrong.length > 0) ? 1 : 0;
  } finally {
    generator.stop();
    await fleet.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

const coldStartsWanted = ({ smoke, urls, profileNames }: BenchArguments): boolean =>
  !smoke && urls.length === 0 && (profileNames.length === 0 || profileNames.includes('cold-start'));

function write(output: string, run: Run): void {
  mkdirSync(output, { recursive: true });
  writeFileSync(join(output, 'bench.json'), `${JSON.stringify(run, null, 1)}\n`);
  writeFileSync(join(output, 'bench.html'), renderPage(run));
  for (const [name, svg] of charts(run)) writeFileSync(join(output, `${name}.svg`), svg);
}

if (process.argv.includes('--help')) process.stdout.write(usage);
else {
  const args = parseBenchArguments(process.argv.slice(2), (path) => readFileSync(path, 'utf8'));
  process.exitCode = await main(args);
}
