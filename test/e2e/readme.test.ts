import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ApiClient, apiKind, type ObjectMeta, type RunningServer, startServer } from '../../src/server/start-server.ts';
import { freePort } from '../support/free-port.ts';
import { describeKubectl } from '../support/kubectl-bed.ts';
import { controlWidgets } from '../support/readme/controller.ts';
import { Widget } from '../support/readme/widget.ts';
import { quietControllers } from '../support/server.ts';

const programs = ['widget', 'program', 'controller'].map((name) => `test/support/readme/${name}.ts`);

test('README shows the programs that are run here', async () => {
  const readme = await readFile('README.md', 'utf8');
  for (const program of programs) expect(readme).toContain(`\`\`\`ts\n${await readFile(program, 'utf8')}\`\`\`\n`);
});

test('the program says what is to be expected', async () => {
  const said: unknown[][] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...args) => void said.push(args));
  await import('../support/readme/program.ts');
  log.mockRestore();
  expect(said.filter(([text]) => text !== 'default/first is not large yet')).toEqual([['1 → 3'], [1, undefined]]);
});

interface ConfigMap {
  metadata: ObjectMeta;
  data?: { [key: string]: string };
}
const ConfigMap = apiKind<ConfigMap>({ apiVersion: 'v1', kind: 'ConfigMap' });

/** Resolves with the first answer that `holds`. */
async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  const patience = AbortSignal.timeout(30_000);
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (patience.aborted) throw new Error(`still ${JSON.stringify(answer)}`);
  }
}

test('the controller brings about what is wanted, over a restart of the server, and cleans up', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'crowsnest-'));
  const insecurePort = await freePort();
  const start = (): Promise<RunningServer> =>
    startServer({ kinds: [Widget], dataDir, insecurePort, controllers: quietControllers });
  let server = await start();
  const api = new ApiClient({ url: server.url });
  const released: string[] = [];
  const informer = controlWidgets(api, async ({ metadata }) => void released.push(metadata.name));
  const configMap = () => server.client(ConfigMap).find('w');
  const widget = () => server.client(Widget).find('w');

  const made = await server.client(Widget).create({ metadata: { name: 'w' }, spec: { size: 2 } });
  const ready = await until(widget, (present) => present?.status?.ready === true);
  expect(ready?.metadata.finalizers).toEqual(['example.com/widget']);
  expect(ready?.metadata.managedFields).toContainEqual(
    expect.objectContaining({ manager: 'widget-controller', operation: 'Apply', subresource: 'status' }),
  );
  expect(await configMap()).toMatchObject({
    data: { size: '2' },
    metadata: { ownerReferences: [{ kind: 'Widget', uid: made.metadata.uid, controller: true }] },
  });
  // What it made comes back, whoever takes it away.
  await server.client(ConfigMap).delete('w');
  await until(configMap, (present) => present?.data?.['size'] === '2');

  await server.close();
  server = await start();
  await server.client(Widget).patch('w', { spec: { size: 5 } });
  await until(configMap, (present) => present?.data?.['size'] === '5');
  await until(widget, (present) => present?.status?.observedGeneration === 2);

  await server.client(Widget).delete('w');
  await until(widget, (present) => present === undefined);
  expect(released).toEqual(['w']);
  await until(configMap, (present) => present === undefined);
  informer.stop();
  api.close();
  await server.close();
  await rm(dataDir, { recursive: true });
});

describeKubectl('kubectl and a kind of a program', (bed) => {
  test('are none the wiser', async () => {
    const inNamespace = await bed.newNamespace();
    const { kubectl } = bed;
    await kubectl.run(['apply', '-f', '-'], JSON.stringify(Widget.definition));
    await kubectl.run(['wait', '--for', 'condition=Established', 'crd/widgets.example.com', '--timeout=20s']);
    const object = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { size: 4 } };
    await kubectl.run(['apply', ...inNamespace, '-f', '-'], JSON.stringify(object));
    const table = await kubectl.run(['get', 'widgets', ...inNamespace]);
    expect(table.split(/\s+/).slice(0, 4)).toEqual(['NAME', 'SIZE', 'w', '4']);
  });
});
