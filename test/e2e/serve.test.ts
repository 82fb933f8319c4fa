import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:http2';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runToEnd, type SpawnedServer, spawnServer } from '../support/server.ts';

const open: SpawnedServer[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.stop('SIGKILL')));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

async function start(args: readonly string[] = []): Promise<SpawnedServer> {
  const server = await spawnServer(args);
  open.push(server);
  return server;
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'crowsnest-data-'));
  folders.push(folder);
  return folder;
}

const insecure = ({ urls }: SpawnedServer): string => urls.find((url) => url.startsWith('http:')) ?? '';
const authorityOf = (kubeconfig: string): string =>
  Buffer.from(/certificate-authority-data: (\S+)/.exec(kubeconfig)?.[1] ?? '', 'base64').toString();

async function createConfigMap(url: string, name: string): Promise<Response> {
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
  const headers = { 'content-type': 'application/json' };
  return fetch(`${url}/api/v1/namespaces/default/configmaps`, { method: 'POST', body, headers });
}

async function configMaps(url: string): Promise<string[]> {
  const response = await fetch(`${url}/api/v1/namespaces/default/configmaps`);
  const { items } = (await response.json()) as { items: { metadata: { name: string } }[] };
  return items.map(({ metadata }) => metadata.name);
}

describe('crowsnest', () => {
  test('without a command, or with an unknown one, tells how to use it and exits with 2', async () => {
    const nothing = await runToEnd([]);
    expect(nothing).toMatchObject({ code: 2, stdout: '' });
    expect(nothing.stderr).toContain('Usage: crowsnest');
    const unknown = await runToEnd(['fly']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('unknown command fly');
  });

  test('--help and --version answer on stdout', async () => {
    const help = await runToEnd(['serve', '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('--etcd-servers');
    const version = await runToEnd(['--version']);
    const { version: expected } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(version).toMatchObject({ code: 0, stdout: `crowsnest ${expected}\n` });
  });

  test('all mistakes in the options are told at once, and nothing is started', async () => {
    const folder = await newFolder();
    const { code, stderr } = await runToEnd(
      ['serve', `--data-dir=${join(folder, 'data')}`, '--bind-address=0.0.0.0', '--secure-port=no', '--what', 'now'],
      { CROWSNEST_REQUEST_TIMEOUT: 'soon' },
    );
    expect(code).toBe(2);
    for (const part of [
      '--bind-address',
      'nobody is asked who he is',
      '--secure-port',
      '--what',
      '"now"',
      'REQUEST_TIMEOUT',
    ])
      expect(stderr).toContain(part);
    expect(await readdir(folder)).toEqual([]);
  });

  test('a port that is taken is told in one line, with exit code 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const { code, stderr } = await runToEnd(['serve', '--memory', '--secure-port=0', `--insecure-port=${port}`]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^crowsnest: .*EADDRINUSE.*\n$/);
    await new Promise((closed) => taken.close(closed));
  });
});

describe('crowsnest serve', () => {
  test('serves HTTP/2 with a certificate that its kubeconfig vouches for, and HTTP beside it', async () => {
    const server = await start();
    expect(server.urls.map((url) => new URL(url).protocol)).toEqual(['https:', 'http:']);
    const session = connect(server.url, { ca: authorityOf(server.kubeconfig) });
    const stream = session.request({ ':path': '/readyz' });
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect(headers[':status']).toBe(200);
    stream.resume();
    session.close();
    expect(await (await fetch(`${insecure(server)}/readyz?verbose`)).text()).toMatch(/readyz check passed\n$/);
    const metrics = await (await fetch(`${insecure(server)}/metrics`)).text();
    expect(metrics).toContain('process_resident_memory_bytes');
    expect(metrics).toContain('apiserver_resource_objects{group="",resource="namespaces"} 4');
  });

  test('ends watches cleanly on SIGTERM, finishes, and exits with 0', async () => {
    const server = await start();
    const watch = await fetch(`${insecure(server)}/api/v1/namespaces?watch=true&resourceVersion=0`);
    const body = watch.text(); // Rejects when the stream is cut instead of ended.
    expect(await server.stop('SIGTERM')).toBe(0);
    expect((await body).trim().split('\n')).toHaveLength(4);
    expect(server.log).toContain('"msg":"stopped"');
  });

  test('SIGINT is as good as SIGTERM', async () => {
    const server = await start();
    expect(await server.stop('SIGINT')).toBe(0);
  });

  test('is not ready, but serves on, through the shutdown delay', async () => {
    const server = await start(['--shutdown-delay-duration=1h']);
    process.kill(server.pid, 'SIGTERM');
    const readyz = async (): Promise<number> => (await fetch(`${insecure(server)}/readyz`)).status;
    while ((await readyz()) === 200);
    expect(await readyz()).toBe(500);
    expect((await fetch(`${insecure(server)}/livez`)).status).toBe(200);
    expect((await createConfigMap(insecure(server), 'late')).status).toBe(201);
  });

  test('keeps objects and certificate in the data directory, through SIGTERM and kill -9', async () => {
    const data = `--data-dir=${await newFolder()}`;
    const first = await start([data]);
    expect((await createConfigMap(insecure(first), 'one')).status).toBe(201);
    expect(await first.stop('SIGTERM')).toBe(0);

    const second = await start([data]);
    expect(await configMaps(insecure(second))).toEqual(['one']);
    expect(authorityOf(second.kubeconfig)).toBe(authorityOf(first.kubeconfig));
    expect((await createConfigMap(insecure(second), 'two')).status).toBe(201);
    await second.stop('SIGKILL');

    const third = await start([data]);
    expect(await configMaps(insecure(third))).toEqual(['one', 'two']);
  });

  test('the data directory belongs to one server at a time', async () => {
    const data = `--data-dir=${await newFolder()}`;
    await start([data]);
    const { code, stderr } = await runToEnd(['serve', data, '--secure-port=0', '--insecure-port=any']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^crowsnest: .*denied.*\n/);
  });

  test('private keys are for their owner only, and so is the kubeconfig', async () => {
    const folder = await newFolder();
    const { kubeconfigFile } = await start([`--data-dir=${join(folder, 'data')}`]);
    const files = ['ca.crt', 'ca.key', 'serving.crt', 'serving.key'].map((file) => join(folder, 'data', 'tls', file));
    for (const file of [...files, kubeconfigFile]) expect((await stat(file)).mode & 0o077, file).toBe(0);
  });

  test('a certificate that cannot be used is told in one line, and nothing is left running', async () => {
    const file = join(await newFolder(), 'nothing.pem');
    await writeFile(file, 'nothing');
    const flags = [`--tls-cert-file=${file}`, `--tls-private-key-file=${file}`];
    const { code, stderr } = await runToEnd(['serve', '--memory', '--secure-port=any', '--insecure-port=0', ...flags]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^crowsnest: .*nothing\.pem holds no certificate in PEM.*\n/);
  });
});
