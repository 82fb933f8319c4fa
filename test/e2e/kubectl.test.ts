import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningServer } from '../../src/server/start-server.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { Kubectl } from '../support/kubectl.ts';
import { startTestServer } from '../support/server.ts';

interface Listed {
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

const namesOf = ({ items }: Listed): string[] => items.map(({ metadata }) => metadata.name);

describe.each(['embedded', 'etcd'])('kubectl, over TLS, on %s', (storage) => {
  let etcd: TestEtcd | undefined;
  let server: RunningServer;
  let kubectl: Kubectl;

  beforeAll(async () => {
    if (storage === 'etcd') etcd = await startEtcd();
    server = await startTestServer({
      storage: etcd === undefined ? 'embedded' : { etcd: etcd.endpoint },
      overrides: { securePort: 'any' },
    });
    kubectl = await Kubectl.open(server.kubeconfig);
  });
  afterAll(async () => {
    await kubectl.close();
    await server.close();
    await etcd?.stop();
  });

  test('finds the system namespaces as a table', async () => {
    const lines = (await kubectl.run(['get', 'namespaces'])).trim().split('\n');
    expect(lines.map((line) => line.split(/\s+/).slice(0, 2).join(' '))).toEqual([
      'NAME STATUS',
      'default Active',
      'kube-node-lease Active',
      'kube-public Active',
      'kube-system Active',
    ]);
  });

  test('knows the resources by their short names', async () => {
    const text = await kubectl.run(['api-resources', '-o', 'wide']);
    expect(text).toMatch(/^configmaps +cm +v1 +true +ConfigMap/m);
    expect(text).toMatch(/^deployments +deploy +apps\/v1 +true +Deployment/m);
  });

  test('creates, reads, replaces and deletes', async () => {
    await kubectl.run(['create', 'configmap', 'crow', '--from-literal=nest=high']);
    const crow = await kubectl.json<{ data: Record<string, string> }>(['get', 'cm', 'crow']);
    expect(crow.data).toEqual({ nest: 'high' });
    const replaced = JSON.stringify({ ...crow, data: { nest: 'higher' } });
    await kubectl.run(['replace', '--validate=false', '-f', '-'], replaced);
    expect(await kubectl.run(['get', 'cm', 'crow', '-o', 'jsonpath={.data.nest}'])).toBe('higher');
    const stale = await kubectl.try(['replace', '--validate=false', '-f', '-'], replaced);
    expect(stale.stderr).toContain('the object has been modified');
    await kubectl.run(['delete', 'cm', 'crow']);
    const gone = await kubectl.try(['get', 'cm', 'crow']);
    expect(gone).toMatchObject({ code: 1, stderr: 'Error from server (NotFound): configmaps "crow" not found\n' });
  });

  test('selects by label and by field', async () => {
    for (const [name, side] of [
      ['one', 'left'],
      ['two', 'right'],
    ] as const) {
      const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name, labels: { side } } };
      await kubectl.run(['create', '--validate=false', '-f', '-'], JSON.stringify(object));
    }
    expect(namesOf(await kubectl.json<Listed>(['get', 'secrets', '-l', 'side=right']))).toEqual(['two']);
    expect(namesOf(await kubectl.json<Listed>(['get', 'secrets', '--field-selector=metadata.name=one']))).toEqual([
      'one',
    ]);
    await kubectl.run(['delete', 'secrets', '--all']);
    expect(namesOf(await kubectl.json<Listed>(['get', 'secrets']))).toEqual([]);
  });

  test('get --watch shows what is there, then every change as it happens', async () => {
    await kubectl.run(['create', 'configmap', 'before', '-n', 'kube-public']);
    const watch = kubectl.start(['get', 'configmaps', '-n', 'kube-public', '--watch', '--output-watch-events']);
    await watch.line(/^ADDED +before/);
    await kubectl.run(['create', 'configmap', 'after', '-n', 'kube-public']);
    await watch.line(/^ADDED +after/);
    await kubectl.run(['delete', 'configmap', 'after', '-n', 'kube-public']);
    await watch.line(/^DELETED +after/);
    await watch.stop();
  });

  test('wait and delete block on a watch until it is so', async () => {
    await kubectl.run(['create', 'configmap', 'brief']);
    const waiting = kubectl.start(['wait', '--for=delete', 'configmap/brief', '--timeout=60s']);
    await kubectl.run(['delete', 'configmap', 'brief']);
    expect(await waiting.ended).toBe(0);
  });

  test('a namespace goes with all that is in it', async () => {
    await kubectl.run(['create', 'namespace', 'passing']);
    await kubectl.run(['create', 'configmap', 'inside', '-n', 'passing']);
    await kubectl.run(['delete', 'namespace', 'passing', '--timeout=60s']);
    expect((await kubectl.try(['get', 'namespace', 'passing'])).stderr).toContain('NotFound');
    const outside = await kubectl.try(['create', 'configmap', 'late', '-n', 'passing']);
    expect(outside.stderr).toContain('namespaces "passing" not found');
  });

  test('a system namespace stays', async () => {
    const { code, stderr } = await kubectl.try(['delete', 'namespace', 'default']);
    expect(code).toBe(1);
    expect(stderr).toContain('this namespace may not be deleted');
  });

  test('get --raw reaches health, metrics and version', async () => {
    expect(await kubectl.run(['get', '--raw', '/readyz?verbose'])).toContain('[+]watch-cache ok');
    expect(await kubectl.run(['get', '--raw', '/metrics'])).toContain('apiserver_resource_objects');
    const version = await kubectl.json<{ serverVersion: { major: string } }>(['version']);
    expect(version.serverVersion.major).toBe('1');
  });
});
