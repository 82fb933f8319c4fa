import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export type Usage = {
  /** User and system time of the process, its threads and its finished children. */
  readonly cpuMs: number;
  readonly residentBytes: number;
};

/** USER_HZ, fixed at 100 for /proc on every Linux that matters. */
const msPerTick = 10;

/** @throws {Error} when there is no such process. */
export function usageOf(pid: number): Usage {
  if (!existsSync('/proc/self/stat')) return usageFromPs(pid);
  // The command name is in parentheses and may hold spaces: fields are counted from behind it.
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i]), 0);
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? '0';
  return { cpuMs: ticks * msPerTick, residentBytes: Number(resident) * 1024 };
}

function usageFromPs(pid: number): Usage {
  const [time = '0:0', rss = '0'] = execFileSync('ps', ['-o', 'time=,rss=', '-p', String(pid)], { encoding: 'utf8' })
    .trim()
    .split(/\s+/);
  const seconds = time.split(/[:-]/).reduce((sum, part) => sum * 60 + Number(part), 0);
  return { cpuMs: seconds * 1000, residentBytes: Number(rss) * 1024 };
}
