import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareTools } from './tools.ts';

/** What vitest's JSON reporter writes, as far as it is read here. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: 'passed' | 'failed';
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** One check that is not a test: passes or fails as a whole. */
function check(name: string, command: readonly string[]): Count {
  console.log(`\n# ${name}`);
  const [program = '', ...args] = command;
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  console.log(status === 0 ? `${name}: passed` : `${name}: FAILED`);
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
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
    for (const { assertionResults } of report.testResults) {
      for (const { fullName, status: outcome } of assertionResults) {
        if (outcome !== 'passed' && outcome !== 'failed') console.log(`not run: ${fullName}`);
      }
    }
    // A file that could not be loaded has no tests to fail: it counts as one. So does a run that ended badly by itself.
    const broken = report.testResults.filter(
      ({ status: outcome, assertionResults }) =>
        outcome === 'failed' && assertionResults.every((result) => result.status !== 'failed'),
    ).length;
    const failed = report.numFailedTests + broken;
    return { passed: report.numPassedTests, failed: failed === 0 && status !== 0 ? 1 : failed };
  } catch (error) {
    console.log('vitest left no report', error);
    return { passed: 0, failed: 1 };
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
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
