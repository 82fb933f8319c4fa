import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeKubectl } from '../support/kubectl-bed.ts';

const configMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { app: name } },
  data,
});

describeKubectl('kubectl writes', (bed) => {
  const names = async (kinds: string, inNamespace: readonly string[]): Promise<string[]> =>
    (await bed.kubectl.run(['get', kinds, ...inNamespace, '-o', 'name'])).split('\n').filter((line) => line !== '');

  test('create makes every kind that it has a command for', async () => {
    const inNamespace = await bed.newNamespace();
    const create = async (...args: string[]) => (await bed.kubectl.run(['create', ...args, ...inNamespace])).trim();
    expect(await create('configmap', 'a', '--from-literal=nest=high')).toBe('configmap/a created');
    expect(await create('secret', 'generic', 'b', '--from-literal=word=caw')).toBe('secret/b created');
    expect(await create('serviceaccount', 'c')).toBe('serviceaccount/c created');
    expect(await create('service', 'clusterip', 'd', '--tcp=80:8080')).toBe('service/d created');
    expect(await create('deployment', 'e', '--image=nginx')).toBe('deployment.apps/e created');
    expect((await bed.kubectl.run(['run', 'f', '--image=nginx', ...inNamespace])).trim()).toBe('pod/f created');

    const secret = await bed.kubectl.json<object>(['get', 'secret', 'b', ...inNamespace]);
    expect(secret).toMatchObject({ type: 'Opaque', data: { word: Buffer.from('caw').toString('base64') } });
    const deployment = await bed.kubectl.json<object>(['get', 'deployment', 'e', ...inNamespace]);
    expect(deployment).toMatchObject({
      metadata: { generation: 1, namespace: inNamespace[1] },
      spec: {
        replicas: 1,
        progressDeadlineSeconds: 600,
        revisionHistoryLimit: 10,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        template: { spec: { restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler' } },
      },
    });
  });

  test('create -f takes YAML and JSON, many documents, lists and folders, and checks them', async () => {
    const inNamespace = await bed.newNamespace();
    const create = ['create', ...inNamespace, '-f'];
    const yaml = `
apiVersion: v1
kind: ConfigMap
metadata: {name: one}
data:
  text: |
    two
    lines
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: two}
spec:
  selector: {matchLabels: {app: two}}
  template:
    metadata: {labels: {app: two}}
    spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 80}]}]}
`;
    expect(await bed.kubectl.run([...create, '-'], yaml)).toBe('configmap/one created\ndeployment.apps/two created\n');
    const list = { apiVersion: 'v1', kind: 'List', items: [configMap('three'), configMap('four')] };
    const folder = await mkdtemp(join(tmpdir(), 'manifests-'));
    try {
      await writeFile(join(folder, 'a.json'), JSON.stringify(list));
      await writeFile(join(folder, 'b.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: five\n');
      const said = await bed.kubectl.run([...create, folder]);
      expect(said).toBe('configmap/three created\nconfigmap/four created\nconfigmap/five created\n');
    } finally {
      await rm(folder, { recursive: true });
    }
    expect(await names('configmaps', inNamespace)).toEqual(
      ['five', 'four', 'one', 'three'].map((n) => `configmap/${n}`),
    );
    const text = await bed.kubectl.run(['get', 'cm', 'one', ...inNamespace, '-o', 'jsonpath={.data.text}']);
    expect(text).toBe('two\nlines\n');
  });

  test('an unknown field is refused, by the server or from what the server tells of its types', async () => {
    const inNamespace = await bed.newNamespace();
    const wrong = JSON.stringify({ ...configMap('wrong'), dat: {} });
    const { code, stderr } = await bed.kubectl.try(['create', ...inNamespace, '-f', '-'], wrong);
    expect(code).toBe(1);
    // Since 1.25 the server is asked to check.
    expect(stderr).toContain(
      bed.program.minor >= 25
        ? 'Error from server (BadRequest): error when creating "STDIN": ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dat"\n'
        : 'ValidationError(ConfigMap): unknown field "dat" in io.k8s.api.core.v1.ConfigMap',
    );
    const unchecked = await bed.kubectl.try(['create', ...inNamespace, '--validate=false', '-f', '-'], wrong);
    expect(unchecked).toMatchObject({ code: 0, stdout: 'configmap/wrong created\n' });
    expect(await bed.kubectl.json(['get', 'cm', 'wrong', ...inNamespace])).not.toHaveProperty('dat');
    if (bed.program.minor < 25) return;
    const other = wrong.replace('"name":"wrong"', '"name":"warned"');
    const warned = await bed.kubectl.try(['create', ...inNamespace, '--validate=warn', '-f', '-'], other);
    expect(warned).toEqual({ code: 0, stdout: 'configmap/warned created\n', stderr: 'Warning: unknown field "dat"\n' });
  });

  test('what cannot be created is told in Kubernetes’ words', async () => {
    const inNamespace = await bed.newNamespace();
    const create = (object: object) => bed.kubectl.try(['create', ...inNamespace, '-f', '-'], JSON.stringify(object));
    await create(configMap('here'));
    expect(await create(configMap('here'))).toMatchObject({
      code: 1,
      stderr: 'Error from server (AlreadyExists): error when creating "STDIN": configmaps "here" already exists\n',
    });
    const rule =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    expect(await create({ ...configMap('x'), metadata: { name: 'Not_A_Name' } })).toMatchObject({
      code: 1,
      stderr: `The ConfigMap "Not_A_Name" is invalid: metadata.name: Invalid value: "Not_A_Name": ${rule}\n`,
    });
    const elsewhere = await create({ ...configMap('x'), metadata: { name: 'x', namespace: 'kube-system' } });
    expect(elsewhere.stderr).toContain('the namespace from the provided object "kube-system" does not match');
    const nowhere = await bed.kubectl.try(['create', 'configmap', 'x', '-n', 'nowhere']);
    expect(nowhere.stderr).toContain('namespaces "nowhere" not found');
  });

  test('--dry-run=server checks as the server would, and keeps nothing', async () => {
    const inNamespace = await bed.newNamespace();
    const create = (name: string) =>
      bed.kubectl.try(['create', ...inNamespace, '--dry-run=server', '-f', '-'], JSON.stringify(configMap(name)));
    expect(await create('dry')).toMatchObject({ code: 0, stdout: 'configmap/dry created (server dry run)\n' });
    expect((await create('Dry')).code).toBe(1);
    expect(await names('configmaps', inNamespace)).toEqual([]);
  });

  test('replace takes the object that was read, once', async () => {
    const inNamespace = await bed.newNamespace();
    await bed.kubectl.run(['create', 'configmap', 'crow', '--from-literal=nest=high', ...inNamespace]);
    const crow = await bed.kubectl.json<object>(['get', 'cm', 'crow', ...inNamespace]);
    const replace = (object: object, ...flags: string[]) =>
      bed.kubectl.try(['replace', ...inNamespace, ...flags, '-f', '-'], JSON.stringify(object));
    expect(await replace({ ...crow, data: { nest: 'higher' } })).toMatchObject({
      code: 0,
      stdout: 'configmap/crow replaced\n',
    });
    expect(await bed.kubectl.run(['get', 'cm', 'crow', ...inNamespace, '-o', 'jsonpath={.data.nest}'])).toBe('higher');
    expect(await replace({ ...crow, data: { nest: 'highest' } })).toMatchObject({
      code: 1,
      stderr:
        'Error from server (Conflict): error when replacing "STDIN": Operation cannot be fulfilled on configmaps "crow": the object has been modified; please apply your changes to the latest version and try again\n',
    });
    expect((await replace(configMap('nobody'))).stderr).toBe(
      'Error from server (NotFound): error when replacing "STDIN": configmaps "nobody" not found\n',
    );
    const forced = await replace(configMap('crow', { nest: 'new' }), '--force');
    expect(forced.stdout).toBe('configmap "crow" deleted\nconfigmap/crow replaced\n');
  });

  test('delete takes names, selectors, files, all of a kind, and what is not there', async () => {
    const inNamespace = await bed.newNamespace();
    const objects = ['a', 'b', 'c', 'd', 'e'].map((name) => configMap(name));
    await bed.kubectl.run(
      ['create', ...inNamespace, '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
    );
    await bed.kubectl.run(['create', 'secret', 'generic', 's', ...inNamespace]);
    const remove = (args: readonly string[], input = '') => bed.kubectl.try(['delete', ...args, ...inNamespace], input);
    expect((await remove(['cm', 'a'])).stdout).toMatch(/^configmap "a" deleted/);
    expect((await remove(['cm', '-l', 'app in (b,nothing)'])).stdout).toMatch(/^configmap "b" deleted/);
    expect((await remove(['cm', '--field-selector=metadata.name=c'])).stdout).toMatch(/^configmap "c" deleted/);
    expect((await remove(['-f', '-'], JSON.stringify(configMap('d')))).stdout).toMatch(/^configmap "d" deleted/);
    expect(await remove(['cm', 'd'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Error from server (NotFound): configmaps "d" not found\n',
    });
    expect(await remove(['cm', 'd', '--ignore-not-found'])).toMatchObject({ code: 0, stderr: '' });
    expect((await remove(['configmaps,secrets', '--all'])).stdout).toMatch(
      /^configmap "e" deleted.*\nsecret "s" deleted.*\n$/,
    );
    expect(await names('configmaps,secrets', inNamespace)).toEqual([]);
  });

  test('a pod that runs is given time to end, unless it is told that there is none', async () => {
    const inNamespace = await bed.newNamespace();
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'runs' },
      spec: { nodeName: 'node-1', containers: [{ name: 'main', image: 'nginx' }] },
    };
    await bed.kubectl.run(['create', ...inNamespace, '-f', '-'], JSON.stringify(pod));
    await bed.kubectl.run(['delete', 'pod', 'runs', '--wait=false', ...inNamespace]);
    const ending = await bed.kubectl.json<{ metadata: object }>(['get', 'pod', 'runs', ...inNamespace]);
    expect(ending.metadata).toMatchObject({ deletionGracePeriodSeconds: 30, deletionTimestamp: expect.any(String) });
    await bed.kubectl.run(['delete', 'pod', 'runs', '--grace-period=0', '--force', ...inNamespace]);
    expect(await names('pods', inNamespace)).toEqual([]);
  });

  test('a namespace goes with all that is in it, and takes nothing more', async () => {
    const inNamespace = await bed.newNamespace();
    const [, name] = inNamespace;
    await bed.kubectl.run(['create', 'configmap', 'inside', ...inNamespace]);
    await bed.kubectl.run(['create', 'deployment', 'inside', '--image=nginx', ...inNamespace]);
    await bed.kubectl.run(['delete', 'namespace', name, '--timeout=60s']);
    expect((await bed.kubectl.try(['get', 'namespace', name])).stderr).toBe(
      `Error from server (NotFound): namespaces "${name}" not found\n`,
    );
    expect(await names('configmaps,deployments', inNamespace)).toEqual([]);
    const late = await bed.kubectl.try(['create', 'configmap', 'late', ...inNamespace]);
    expect(late.stderr).toContain(`namespaces "${name}" not found`);
    const system = await bed.kubectl.try(['delete', 'namespace', 'default']);
    expect(system.stderr).toContain('this namespace may not be deleted');
  });

  test('what kubectl does by a strategic merge patch: apply, patch, edit, set', async () => {
    const inNamespace = await bed.newNamespace();
    const run = (args: readonly string[], input = '') => bed.kubectl.run([...args, ...inNamespace], input);
    const applied = (data: Record<string, string>) => JSON.stringify(configMap('applied', data));
    const apply = ['apply', '-f', '-'];
    expect(await run(apply, applied({ a: '1', b: '1' }))).toBe('configmap/applied created\n');
    expect(await run(apply, applied({ a: '1', b: '1' }))).toBe('configmap/applied unchanged\n');
    await run(['patch', 'cm', 'applied', '-p', '{"data":{"c":"1"}}']);
    expect(await run(apply, applied({ a: '2' }))).toBe('configmap/applied configured\n');
    const { data } = await bed.kubectl.json<{ data: object }>(['get', 'cm', 'applied', ...inNamespace]);
    expect(data).toEqual({ a: '2', c: '1' });

    await run(['create', 'configmap', 'edited', '--from-literal=key=before']);
    expect(await run(['edit', 'cm', 'edited'])).toBe('configmap/edited edited\n');
    expect(await run(['get', 'cm', 'edited', '-o', 'jsonpath={.data.key}'])).toBe('after');

    await run(['create', 'deployment', 'web', '--image=nginx:1']);
    const patch = '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"side:1"}]}}}}';
    expect(await run(['patch', 'deployment', 'web', '-p', patch])).toBe('deployment.apps/web patched\n');
    expect(await run(['set', 'image', 'deployment/web', 'nginx=nginx:2'])).toBe('deployment.apps/web image updated\n');
    expect(await run(['set', 'env', 'deployment/web', '-c', 'side', 'A=B'])).toBe('deployment.apps/web env updated\n');
    const images = ['get', 'deployment', 'web', '-o', 'jsonpath={.spec.template.spec.containers[*].image}'];
    expect((await run(images)).split(' ').sort()).toEqual(['nginx:2', 'side:1']);
  });

  test('PATCH in two of its types, and what kubectl makes of it', async () => {
    const inNamespace = await bed.newNamespace();
    const run = (...args: readonly string[]) => bed.kubectl.run([...args, ...inNamespace]);
    await run('create', 'configmap', 'one', '--from-literal=a=1');
    expect(await run('label', 'cm', 'one', 'x=y')).toBe('configmap/one labeled\n');
    expect(await run('label', 'cm', 'one', 'x-')).toBe('configmap/one unlabeled\n');
    expect(await run('annotate', 'cm', 'one', 'a=b')).toBe('configmap/one annotated\n');
    const merge = ['patch', 'cm', 'one', '--type=merge', '-p', '{"data":{"a":null,"b":"2"}}'] as const;
    expect(await run(...merge)).toBe('configmap/one patched\n');
    expect(await run(...merge)).toBe('configmap/one patched (no change)\n');
    const json = '[{"op":"test","path":"/data/b","value":"2"},{"op":"move","from":"/data/b","path":"/data/c"}]';
    expect(await run('patch', 'cm', 'one', '--type=json', '-p', json)).toBe('configmap/one patched\n');
    const failed = await bed.kubectl.try(['patch', 'cm', 'one', '--type=json', '-p', json, ...inNamespace]);
    expect(failed.stderr).toBe(
      'The request is invalid: the server rejected our request due to an error in our request\n',
    );
    const { data, metadata } = await bed.kubectl.json<{ data: object; metadata: { annotations: object } }>([
      'get',
      'cm',
      'one',
      ...inNamespace,
    ]);
    expect([data, metadata.annotations]).toEqual([{ c: '2' }, { a: 'b' }]);
  });
});
