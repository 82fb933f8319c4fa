import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execPath } from 'node:process';
import { describe, expect, test } from 'vitest';
import { usageOf } from './process-usage.ts';

/** A shell with a child that works until it has used a fifth of a second, says so, and waits to be killed. */
const busyChild = `"${process.execPath}" -e '
  while (process.cpuUsage().user < 200_000);
  console.log("worked");
  setInterval(() => {}, 1000);
' & wait`;

/** A process with a thread that works for a fifth of a second and ends; then it says how much CPU it has used itself. */
const busyThread = `
  const work = 'const from = process.cpuUsage().user; while (process.cpuUsage().user - from < 200_000);';
  new worker_threads.Worker(work, { eval: true }).on('exit', () => {
    const { user, system } = process.cpuUsage();
    console.log((user + system) / 1000);
  });
  process.stdin.resume();
`;

describe('bench/measure/process-usage', () => {
  test('counts the CPU and the memory of children too', async () => {
    const shell = spawn('sh', ['-c', busyChild], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    try {
      await once(shell.stdout, 'data');
      const { cpuMs, residentBytes } = usageOf([shell.pid!]);
      expect(cpuMs).toBeGreaterThanOrEqual(190);
      expect(residentBytes).toBeGreaterThan(10 * 2 ** 20);
    } finally {
      process.kill(-shell.pid!, 'SIGKILL');
    }
  });

  test('counts what a thread took that has ended', async () => {
    const process = spawn(execPath, ['-e', busyThread], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      const [said] = (await once(process.stdout, 'data')) as [Buffer];
      // In whole ticks, of user and of system time: below by less than two of them. Saying it takes a little, too.
      const difference = usageOf([process.pid!]).cpuMs - Number(said.toString());
      expect(difference).toBeGreaterThan(-20);
      expect(difference).toBeLessThan(100);
    } finally {
      process.kill('SIGKILL');
    }
  });

  test('several processes are summed, each once', () => {
    const one = usageOf([process.pid]);
    const both = usageOf([process.pid, process.pid]);
    expect(both.residentBytes).toBeGreaterThan(one.residentBytes / 2);
    expect(both.residentBytes).toBeLessThan(one.residentBytes * 1.5);
  });

  test('a process that is not there is an error', () => {
    expect(() => usageOf([2 ** 22 + 1])).toThrow();
  });
});
