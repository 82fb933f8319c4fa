import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export type Usage = {
  /** User and system time of the processes, their threads and their children, finished ones included. */
  readonly cpuMs: number;
  readonly residentBytes: number;
};

/** USER_HZ, fixed at 100 for /proc on every Linux that matters. */
const msPerTick = 10;

/** The sum over these processes and all below them. @throws {Error} when one of `pids` is not there. */
export function usageOf(pids: readonly number[]): Usage {
  const one = existsSync('/proc/self/stat') ? usageFromProc : usageFromPs;
  const all = [...new Set(pids.flatMap((pid) => [pid, ...descendants(pid)]))].map((pid) =>
    one(pid, pids.includes(pid)),
  );
  return {
    cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    residentBytes: all.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
  };
}

/**
 * A child may be gone before it is read: what it took is its parent's by then.
 *
 * What the process took itself is in ticks, rounded down, with the threads that have ended; and in nanoseconds by thread,
 * without those. Both are at most what it took, so that the greater one is nearer: exact while no thread has ended.
 */
function usageFromProc(pid: number, mustExist: boolean): Usage {
  try {
    const [user, system, userOfEnded, systemOfEnded] = fieldsOf(pid).slice(11, 15).map(Number) as Four;
    const own = Math.max((user + system) * msPerTick, threadsMs(pid));
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? '0';
    return { cpuMs: own + (userOfEnded + systemOfEnded) * msPerTick, residentBytes: Number(resident) * 1024 };
  } catch (error) {
    if (mustExist) throw error;
    return { cpuMs: 0, residentBytes: 0 };
  }
}

type Four = [number, number, number, number];

/** Of the threads that run, as the scheduler counts it; 0 where it does not. */
function threadsMs(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + threadMs(pid, thread), 0);
}

function threadMs(pid: number, thread: string): number {
  try {
    const [nanoseconds = '0'] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ');
    return Number(nanoseconds) / 1e6;
  } catch {
    return 0;
  }
}

/** What /proc/PID/stat says, from the state on: the command before it is in parentheses and may hold anything. */
function fieldsOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Children are listed by the thread that started them. */
function descendants(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
    );
    return children.flatMap((child) => [child, ...descendants(child)]);
  } catch {
    return [];
  }
}

function usageFromPs(pid: number): Usage {
  const [time = '0:0', rss = '0'] = execFileSync('ps', ['-o', 'time=,rss=', '-p', String(pid)], { encoding: 'utf8' })
    .trim()
    .split(/\s+/);
  const seconds = time.split(/[:-]/).reduce((sum, part) => sum * 60 + Number(part), 0);
  return { cpuMs: seconds * 1000, residentBytes: Number(rss) * 1024 };
}
