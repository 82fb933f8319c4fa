import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { prepareTools } from './tools.ts';

/** What vitest's JSON reporter writes, as far as it is read here. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: 'passed' | 'failed';
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

interface Count {
  readonly passed: number;
  /** What failed, each with why, as far as it is known. */
  readonly failures: readonly string[];
}

/** One check that is not a test: passes or fails as a whole. */
function check(name: string, command: readonly string[]): Count {
  console.log(`\n# ${name}`);
  const [program = '', ...args] = command;
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  console.log(status === 0 ? `${name}: passed` : `${name}: FAILED`);
  return status === 0 ? { passed: 1, failures: [] } : { passed: 0, failures: [name] };
}

/** Servers, floor and load generator for real: fails on a wrong answer, never on a time. */
function benchmark(): Count {
  const output = mkdtempSync(join(tmpdir(), 'crowsnest-smoke-'));
  try {
    return check('bench --smoke', ['node_modules/.bin/tsx', 'bench/main.ts', '--smoke', '--output', output]);
  } finally {
    rmSync(output, { recursive: true });
  }
}

/** All tests, or those under the paths given on the command line. */
function vitest(paths: readonly string[]): Count {
  console.log('\n# tests');
  const folder = mkdtempSync(join(tmpdir(), 'crowsnest-tests-'));
  const file = join(folder, 'report.json');
  const args = [
    'run',
    '--config',
    '.vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${file}`,
  ];
  const env = { ...process.env, CROWSNEST_TEST_BUILD: '1' };
  const { status } = spawnSync('node_modules/.bin/vitest', [...args, ...paths], { stdio: 'inherit', env });
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
    const failures: string[] = [];
    for (const { name, status: result, message, assertionResults } of report.testResults) {
      const path = relative('.', name);
      const before = failures.length;
      for (const { fullName, status: outcome, failureMessages } of assertionResults) {
        if (outcome === 'failed') failures.push(`${path}: ${fullName}\n${failureMessages.join('\n')}`);
        else if (outcome !== 'passed') console.log(`not run: ${fullName}`);
      }
      // A file that could not be loaded has no tests to fail: it counts as one.
      if (result === 'failed' && failures.length === before) failures.push(`${path}\n${message}`);
    }
    if (failures.length === 0 && status !== 0) failures.push('the run of the tests, by itself');
    return { passed: report.numPassedTests, failures };
  } catch (error) {
    return { passed: 0, failures: [`vitest left no report: ${String(error)}`] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const missing = prepareTools();
if (missing !== undefined) {
  console.error(missing);
  process.exit(1);
}

const paths = process.argv.slice(2);
const counts = [
  check('build', ['npm', 'run', '--silent', 'build']),
  check('typecheck', ['npm', 'run', '--silent', 'typecheck']),
  check('lint', ['npm', 'run', '--silent', 'lint']),
  ...(paths.length === 0 ? [benchmark()] : []),
  vitest(paths),
];
const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failures = counts.flatMap((count) => count.failures);
for (const failure of failures) console.log(`\nFAILED: ${failure}`);
console.log(`\n${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
