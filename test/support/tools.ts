import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that the tests need and npm cannot bring, with the Debian package that has it. */
interface Tool {
  readonly program: string;
  readonly debianPackage: string;
}

const tools: readonly Tool[] = [
  { program: 'etcd', debianPackage: 'etcd-server' },
  { program: 'etcdctl', debianPackage: 'etcd-client' },
  { program: 'kubectl', debianPackage: 'kubernetes-client' },
];

const isOnPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

const canInstall = (): boolean => process.getuid?.() === 0 && isOnPath('apt-get');

/**
 * Sees to it that every tool is on the PATH, installing Debian's where that is possible.
 * @returns undefined when all are there, else one sentence about what is missing.
 */
export function prepareTools(): string | undefined {
  const missing = tools.filter(({ program }) => !isOnPath(program));
  if (missing.length === 0) return undefined;
  const programs = missing.map(({ program }) => program).join(', ');
  const packages = missing.map(({ debianPackage }) => debianPackage);
  const advice = `The tests need ${programs} on the PATH: on Debian or Ubuntu install ${packages.join(' ')}.`;
  if (!canInstall()) return advice;
  console.log(`installing ${packages.join(' ')} for the tests`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, stdio: ['ignore', 'ignore', 'inherit'] as const };
  spawnSync('apt-get', ['update', '-q'], { ...options, stdio: [...options.stdio] });
  try {
    execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], {
      ...options,
      stdio: [...options.stdio],
    });
  } catch (error) {
    return `${advice} apt-get could not (${error instanceof Error ? error.message : String(error)}).`;
  }
  return missing.every(({ program }) => isOnPath(program)) ? undefined : advice;
}
