import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { usageOf } from './process-usage.ts';

/** A shell with a child that works until it has used a fifth of a second, says so, and waits to be killed. */
const busyChild = `"${process.execPath}" -e '
  while (process.cpuUsage().user < 200_000);
  console.log("worked");
  setInterval(() => {}, 1000);
' & wait`;

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
