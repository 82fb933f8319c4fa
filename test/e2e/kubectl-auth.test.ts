import { expect, test } from 'vitest';
import { describeKubectl } from '../support/kubectl-bed.ts';

describeKubectl('kubectl asks who it is and what it may do', (bed) => {
  test('whoami', async () => {
    expect(await bed.kubectl.run(['auth', 'whoami'])).toMatch(/Username\s+system:unsecured/);
  });

  test('can-i', async () => {
    expect((await bed.kubectl.run(['auth', 'can-i', 'delete', 'nodes'])).trim()).toMatch(/yes$/);
    expect(await bed.kubectl.run(['auth', 'can-i', '--list'])).toContain('*.*');
  });

  test('get componentstatuses', async () => {
    expect(await bed.kubectl.run(['get', 'cs'])).toMatch(/etcd-0\s+Healthy\s+ok/);
  });
});
