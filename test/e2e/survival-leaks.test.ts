import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChildLines } from '../support/child-lines.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';

const program = new URL('../support/many-servers.ts', import.meta.url);
/** Each server has held an object of 900 kB: keeping half of the servers would be far above. */
const mostGrowthBytes = 3_000_000;

describe('servers started, used and closed in one process, one after the other', { timeout: 60_000 }, () => {
  let etcd: TestEtcd;
  beforeAll(async () => {
    etcd = await startEtcd();
  });
  afterAll(() => etcd?.stop());

  /** Resolves when the process has ended by itself, which it does only if nothing keeps it. */
  async function expectNothingLeft(count: number, ...args: string[]): Promise<void> {
    const child = new ChildLines(program, [String(count), ...args]);
    try {
      expect(await child.ended).toBe(0);
    } finally {
      child.process.kill('SIGKILL');
    }
    const heap = child.lines.map(Number);
    expect(heap).toHaveLength(count);
    // The first ones load what stays loaded.
    const most = (from: number, to: number): number => Math.max(...heap.slice(from, to));
    expect(most(count - 6, count) - most(2, count - 6)).toBeLessThan(mostGrowthBytes);
  }

  test('20 with a store of their own: nothing keeps the process, and memory does not grow', () =>
    expectNothingLeft(20));

  test('12 on etcd: the same', () => expectNothingLeft(12, etcd.endpoint));
});
