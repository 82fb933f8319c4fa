import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Kubectl, kubectlPrograms } from '../support/kubectl.ts';
import { describeKubectl } from '../support/kubectl-bed.ts';
import { startTestServer } from '../support/server.ts';

interface Item {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
}
interface Listed {
  readonly items: readonly Item[];
}

const pod = (name: string, labels: Record<string, string>, nodeName?: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: { ...(nodeName === undefined ? {} : { nodeName }), containers: [{ name: 'main', image: 'nginx' }] },
});
const list = (...items: readonly object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

describeKubectl('kubectl reads', (bed) => {
  const create = (inNamespace: readonly string[], ...objects: readonly object[]) =>
    bed.kubectl.run(['create', ...inNamespace, '-f', '-'], list(...objects));
  const get = (args: readonly string[]) => bed.kubectl.run(['get', ...args]);

  test('explain shows every field with its type, as of the original', async () => {
    const explained = await bed.kubectl.run(['explain', 'deployment', '--recursive']);
    expect(explained).toContain('GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n');
    const fields = explained.split('\n').filter((line) => /^ +\w+\t</.test(line));
    expect(fields).toHaveLength(1236);
    expect(createHash('sha256').update(fields.join('\n')).digest('hex').slice(0, 16)).toBe('80b89355f43f8410');
  });

  test('labels and fields select', async () => {
    const inNamespace = await bed.newNamespace();
    await create(
      inNamespace,
      pod('a', { app: 'x', tier: 'front' }, 'node-1'),
      pod('b', { app: 'y' }, 'node-2'),
      pod('c', { app: 'y', tier: 'back' }),
    );
    const selected = async (...args: string[]) =>
      lines(await get(['pods', ...inNamespace, '-o', 'name', ...args])).map((line) => line.replace('pod/', ''));
    expect(await selected('-l', 'app=y')).toEqual(['b', 'c']);
    expect(await selected('-l', 'app!=y')).toEqual(['a']);
    expect(await selected('-l', 'app in (x, y),tier notin (back)')).toEqual(['a', 'b']);
    expect(await selected('-l', 'tier')).toEqual(['a', 'c']);
    expect(await selected('-l', '!tier')).toEqual(['b']);
    expect(await selected('--field-selector', 'spec.nodeName=node-1')).toEqual(['a']);
    expect(await selected('--field-selector', 'spec.nodeName!=node-1,status.phase=Pending')).toEqual(['b', 'c']);
    expect(await selected('--field-selector', 'metadata.name=c', '-l', 'app=y')).toEqual(['c']);
    const refused = async (...args: string[]) =>
      (await bed.kubectl.try(['get', 'pods', ...inNamespace, ...args])).stderr;
    expect(await refused('--field-selector', 'spec.nope=1')).toBe(
      'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "", field selector "spec.nope=1": field label not supported: spec.nope\n',
    );
    expect(await refused('-l', 'app in (')).toContain(
      'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "app in (", field selector "": unable to parse requirement: found \'\', expected: \',\', \')\' or identifier',
    );
  });

  test('every output format says the same object', async () => {
    const inNamespace = await bed.newNamespace();
    await create(inNamespace, pod('a', { app: 'x' }, 'node-1'), pod('b', { app: 'y' }));
    const json = await bed.kubectl.json<Listed>(['get', 'pods', ...inNamespace]);
    expect(json).toMatchObject({ apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' } });
    expect(json.items.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
      ['Pod', 'a'],
      ['Pod', 'b'],
    ]);
    expect(await get(['pod/a', ...inNamespace, '-o', 'yaml'])).toContain('\n  nodeName: node-1\n');
    expect(await get(['pod', 'a', 'b', ...inNamespace, '-o', 'name'])).toBe('pod/a\npod/b\n');
    expect(await get(['po', ...inNamespace, '-o', 'jsonpath={.items[*].metadata.labels.app}'])).toBe('x y');
    expect(await get(['po', ...inNamespace, '-o', 'go-template={{range .items}}{{.spec.nodeName}};{{end}}'])).toBe(
      'node-1;<no value>;',
    );
    const columns = 'custom-columns=NAME:.metadata.name,NODE:.spec.nodeName';
    expect(await get(['po', ...inNamespace, '-o', columns, '--no-headers'])).toBe('a     node-1\nb     <none>\n');
    expect(
      lines(await get(['po', ...inNamespace, '-L', 'app', '--no-headers'])).map((line) => line.split(/ +/).at(-1)),
    ).toEqual(['x', 'y']);
    expect(await get(['po', ...inNamespace, '--show-labels'])).toMatch(/ app=x\n.* app=y\n$/);
    expect(await bed.kubectl.try(['get', 'pods', 'a', 'nobody', ...inNamespace, '-o', 'name'])).toEqual({
      code: 1,
      stdout: 'pod/a\n',
      stderr: 'Error from server (NotFound): pods "nobody" not found\n',
    });
    expect(await bed.kubectl.try(['get', 'secrets', ...inNamespace])).toMatchObject({
      code: 0,
      stderr: `No resources found in ${inNamespace[1]} namespace.\n`,
    });
    expect((await bed.kubectl.try(['get', 'crows'])).stderr).toBe(
      'error: the server doesn\'t have a resource type "crows"\n',
    );
  });

  test('in chunks of any size, everywhere, and sorted', async () => {
    const [one, two] = [await bed.newNamespace(), await bed.newNamespace()];
    await create(one, pod('c', { part: bed.program.version }), pod('a', { part: bed.program.version }));
    await create(two, pod('b', { part: bed.program.version }));
    const everywhere = ['pods', '-A', '-l', `part=${bed.program.version}`];
    for (const size of [1, 2, 500, 0]) {
      const rows = lines(await get([...everywhere, `--chunk-size=${size}`, '--no-headers']));
      expect(rows.map((row) => row.split(/ +/).slice(0, 2))).toEqual([
        [one[1], 'a'],
        [one[1], 'c'],
        [two[1], 'b'],
      ]);
    }
    const sorted = async (by: string) => lines(await get([...everywhere, `--sort-by=${by}`, '-o', 'name']));
    expect(await sorted('.metadata.name')).toEqual(['pod/a', 'pod/b', 'pod/c']);
    const rows = lines(await get([...everywhere, '--sort-by=.metadata.name', '--no-headers']));
    expect(rows.map((row) => row.split(/ +/)[1])).toEqual(['a', 'b', 'c']);
    expect(await sorted('.metadata.uid')).toHaveLength(3);
  });

  test('get all has the kinds of that category, events are sorted and described with their object', async () => {
    const inNamespace = await bed.newNamespace();
    const [, namespace] = inNamespace;
    await bed.kubectl.run(['create', 'deployment', 'web', '--image=nginx', ...inNamespace]);
    await create(inNamespace, pod('web-1', { app: 'web' }));
    const { metadata } = await bed.kubectl.json<{ metadata: { uid: string } }>(['get', 'pod', 'web-1', ...inNamespace]);
    const event = (name: string, reason: string, lastTimestamp: string) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'web-1', namespace, uid: metadata.uid },
      type: 'Normal',
      reason,
      message: `it is ${reason}`,
      firstTimestamp: lastTimestamp,
      lastTimestamp,
      count: 1,
      source: { component: 'test' },
    });
    await create(
      inNamespace,
      event('late', 'Later', '2021-01-01T00:00:00Z'),
      event('soon', 'Sooner', '2020-01-01T00:00:00Z'),
    );
    const all = lines(await get(['all', ...inNamespace, '--no-headers'])).map((line) => line.split(/ +/)[0]);
    expect(all).toEqual(['pod/web-1', 'deployment.apps/web']);
    const events = await get(['events', ...inNamespace, '--sort-by=.lastTimestamp', '--no-headers']);
    expect(lines(events).map((line) => line.split(/ +/)[2])).toEqual(['Sooner', 'Later']);
    expect(lines(await get(['events', ...inNamespace, '--field-selector=reason=Later', '-o', 'name']))).toEqual([
      'event/late',
    ]);
    const described = await bed.kubectl.run(['describe', 'pod', 'web-1', ...inNamespace]);
    expect(described).toMatch(/^Name: +web-1\nNamespace: +test/);
    expect(described).toMatch(/\nStatus: +Pending\n/);
    expect(described).toMatch(/\nQoS Class: +BestEffort\n/);
    expect(described).toMatch(/\n +Normal +Later +\S+ +test +it is Later\n/);
    const deployment = await bed.kubectl.run(['describe', 'deployment', 'web', ...inNamespace]);
    expect(deployment).toMatch(/\nReplicas: +1 desired \| 0 updated \| 0 total \| 0 available \| 0 unavailable\n/);
    expect(deployment).toMatch(/\nEvents: +<none>\n/);
    expect(await bed.kubectl.run(['describe', 'namespace', namespace])).toMatch(/\nStatus: +Active\n/);
  });

  test('what the server has is told by discovery', async () => {
    expect(lines(await bed.kubectl.run(['api-versions']))).toEqual(
      expect.arrayContaining(['apps/v1', 'coordination.k8s.io/v1', 'events.k8s.io/v1', 'v1']),
    );
    const told = lines(await bed.kubectl.run(['api-resources', '--no-headers'])).map((line) => line.trim().split(/ +/));
    // Of some groups: what each has is compared whole with what the original lists, in test/reference.
    const some = [
      'configmaps cm v1 true ConfigMap',
      'endpoints ep v1 true Endpoints',
      'events ev v1 true Event',
      'namespaces ns v1 false Namespace',
      'nodes no v1 false Node',
      'persistentvolumeclaims pvc v1 true PersistentVolumeClaim',
      'persistentvolumes pv v1 false PersistentVolume',
      'pods po v1 true Pod',
      'replicationcontrollers rc v1 true ReplicationController',
      'secrets v1 true Secret',
      'serviceaccounts sa v1 true ServiceAccount',
      'services svc v1 true Service',
      'daemonsets ds apps/v1 true DaemonSet',
      'deployments deploy apps/v1 true Deployment',
      'replicasets rs apps/v1 true ReplicaSet',
      'statefulsets sts apps/v1 true StatefulSet',
      'leases coordination.k8s.io/v1 true Lease',
      'events ev events.k8s.io/v1 true Event',
    ];
    expect(told.map((row) => row.join(' ')).filter((row) => some.includes(row))).toEqual(some);
    const apps = lines(await bed.kubectl.run(['api-resources', '--api-group=apps', '--namespaced', '-o', 'name']));
    expect(apps).toEqual(expect.arrayContaining(['daemonsets.apps', 'deployments.apps', 'replicasets.apps']));
    expect(apps.filter((name) => !name.endsWith('.apps'))).toEqual([]);
    const version = await bed.kubectl.json<{ serverVersion: object }>(['version']);
    expect(version.serverVersion).toMatchObject({ major: '1', minor: expect.stringMatching(/^\d+$/) });
  });

  test('explain tells fields and their types', async () => {
    const told = await bed.kubectl.run(['explain', 'deployments.spec.strategy']);
    expect(told).toMatch(/KIND: +Deployment\n/);
    expect(told).toMatch(/\n +rollingUpdate\t<\w+>/);
    expect(told).toMatch(/\n +type\t<string>/);
    expect(await bed.kubectl.run(['explain', 'pod.spec.containers', '--recursive'])).toMatch(
      /\bimagePullPolicy\t<string>/,
    );
    expect((await bed.kubectl.try(['explain', 'pod.spec.crows'])).stderr).toMatch(/field "crows" does not exist/);
  });

  test('get --raw reaches health, metrics and every path there is', async () => {
    expect(await get(['--raw', '/readyz?verbose'])).toMatch(/\[\+\]watch-cache ok\n(.*\n)*readyz check passed\n$/);
    expect(await get(['--raw', '/metrics'])).toContain('apiserver_resource_objects');
    const { paths } = JSON.parse(await get(['--raw', '/'])) as { paths: string[] };
    expect(paths).toEqual(expect.arrayContaining(['/api/v1', '/apis/apps/v1', '/openapi/v2', '/readyz', '/version']));
    expect((await bed.kubectl.try(['get', '--raw', '/nothing'])).stderr).toContain('(NotFound)');
  });
});

test.each(kubectlPrograms())('kubectl $version needs no TLS', async ({ path }) => {
  const server = await startTestServer();
  const kubectl = await Kubectl.open(server.kubeconfig, path);
  try {
    expect(server.url).toMatch(/^http:/);
    await kubectl.run(['create', 'configmap', 'plain']);
    expect(await kubectl.run(['get', 'cm', '-o', 'name'])).toBe('configmap/plain\n');
    const watch = kubectl.start(['get', 'cm', '-w', '-o', 'name']);
    await watch.line(/plain/);
    await kubectl.run(['delete', 'cm', 'plain']);
    expect(await watch.firstLines(2)).toEqual(['configmap/plain', 'configmap/plain']);
  } finally {
    await kubectl.close();
    await server.close();
  }
});
