import type { JobResult } from '../load/job.ts';
import type { Generator, RunOptions } from '../measure/run-profile.ts';
import { quarterOf } from '../measure/warm-up.ts';
import type { Profile, Variant } from '../profile.ts';
import type { Target } from '../target.ts';
import type { Flame } from './flame.ts';
import { profiled } from './inspector.ts';
import { counted, type Syscall } from './syscalls.ts';

/**
 * The last variant of a profile, which is the heaviest, on each target: once to warm up, once under V8's profiler, once
 * under strace with a quarter of the load, because that makes every system call a hundred times as slow.
 */
export async function runFlames(
  generator: Generator,
  profile: Profile,
  { targetsOf, progress }: Pick<RunOptions, 'targetsOf' | 'progress'>,
): Promise<Flame[]> {
  const variant = profile.variants.at(-1);
  const flames: Flame[] = [];
  if (variant === undefined) return flames;
  for (const target of await targetsOf(profile, variant, 0)) {
    const { inspector, pid } = target;
    if (inspector === undefined || pid === undefined) continue;
    progress(`${profile.name} on ${target.name}, under the profiler`);
    flames.push(await flame(generator, profile, variant, target, { inspector, pid, progress }));
  }
  return flames;
}

async function flame(
  generator: Generator,
  { name: profile, operation, servers }: Profile,
  { label, job }: Variant,
  target: Target,
  { inspector, pid, progress }: { inspector: string; pid: number; progress: (text: string) => void },
): Promise<Flame> {
  const loaded = async <T>(what: typeof job, around: (run: () => Promise<JobResult>) => Promise<T>): Promise<T> => {
    await generator.prepare(target, what);
    try {
      return await around(() => generator.run());
    } finally {
      await generator.finish();
    }
  };
  const less = quarterOf(job);
  if (servers !== 'new') await loaded(less, (run) => run());
  const [result, threads] = await loaded(job, (run) => profiled(inspector, run));
  const traced = await loaded(less, (run) => counted(pid, run)).catch((error: unknown) => {
    progress(`no system calls are counted: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  return {
    profile,
    variant: label,
    target: target.name,
    operation,
    threads,
    syscalls: traced === undefined ? null : byOperation(...traced),
    wrong: [...result.wrong, ...(traced?.[0].wrong ?? [])],
  };
}

const byOperation = ({ operations }: JobResult, syscalls: readonly Syscall[]): Syscall[] =>
  syscalls.map(({ name, calls }) => ({ name, calls: calls / Math.max(1, operations) }));
