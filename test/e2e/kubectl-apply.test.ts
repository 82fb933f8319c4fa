import { expect, test } from 'vitest';
import { describeKubectl } from '../support/kubectl-bed.ts';

const manifest = (replicas: number, image: string): string =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'crow' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'crow' } },
      template: { metadata: { labels: { app: 'crow' } }, spec: { containers: [{ name: 'main', image }] } },
    },
  });

interface Managed {
  readonly metadata: { readonly managedFields: readonly { readonly manager: string; readonly operation: string }[] };
  readonly spec: { readonly replicas: number };
}

describeKubectl('kubectl applies on the server', (bed) => {
  /** With its managed fields, which kubectl hides. */
  const stored = async (inNamespace: readonly string[]): Promise<Managed> => {
    const path = `/apis/apps/v1/namespaces/${inNamespace[1]}/deployments/crow`;
    return JSON.parse(await bed.kubectl.run(['get', '--raw', path])) as Managed;
  };

  test('a field that somebody else manages is a conflict, and taken with --force-conflicts', async () => {
    const inNamespace = await bed.newNamespace();
    const apply = (text: string, ...args: string[]) =>
      bed.kubectl.run(['apply', '--server-side', ...args, ...inNamespace, '-f', '-'], text);
    expect((await apply(manifest(2, 'one'))).trim()).toBe('deployment.apps/crow serverside-applied');
    expect((await apply(manifest(2, 'one'))).trim()).toBe('deployment.apps/crow serverside-applied');
    await expect(apply(manifest(3, 'one'), '--field-manager=scaler')).rejects.toThrow(
      /conflict with "kubectl": \.spec\.replicas/,
    );
    await apply(manifest(3, 'one'), '--field-manager=scaler', '--force-conflicts');
    await expect(apply(manifest(2, 'two'))).rejects.toThrow(/conflicts with "scaler"/);
    const { metadata, spec } = await stored(inNamespace);
    expect(spec.replicas).toBe(3);
    expect(metadata.managedFields.map(({ manager, operation }) => `${manager} ${operation}`).sort()).toEqual([
      'kubectl Apply',
      'scaler Apply',
    ]);
  });

  test('what was applied by the client is taken over without a conflict', async () => {
    const inNamespace = await bed.newNamespace();
    await bed.kubectl.run(['apply', ...inNamespace, '-f', '-'], manifest(1, 'one'));
    const taken = await bed.kubectl.run(['apply', '--server-side', ...inNamespace, '-f', '-'], manifest(2, 'two'));
    expect(taken.trim()).toBe('deployment.apps/crow serverside-applied');
    const { metadata, spec } = await stored(inNamespace);
    expect(spec.replicas).toBe(2);
    expect(metadata.managedFields).toContainEqual(expect.objectContaining({ manager: 'kubectl', operation: 'Apply' }));
  });
});
