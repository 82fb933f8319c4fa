import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Api } from './api.ts';
import { startTestServer, type TestStorage } from './server.ts';
import { WatchClient } from './watch-client.ts';

/**
 * A process that starts servers, uses them and closes them, one after the other, and says on its standard output how many
 * bytes of heap are in use after each. It ends when nothing is left to do: what a server left behind would keep it.
 */
/** What a cache that is not let go keeps at least. */
const objectBytes = 900_000;
const [count = '0', etcd] = process.argv.slice(2);
const storage: TestStorage = etcd === undefined ? 'embedded' : { etcd };
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

for (let i = 0; i < Number(count); i++) {
  // None finds what those before it wrote.
  const server = await startTestServer({ storage, overrides: { etcdPrefix: `/registry-${i}` } });
  const api = new Api(server.url);
  const path = '/api/v1/namespaces/default/configmaps';
  const watches = ['a', 'b', 'c'].map((name) => new WatchClient({ path, query: { labelSelector: `name=${name}` } }));
  const { resourceVersion } = (await api.get(path)).body.metadata;
  for (const watch of watches) watch.begin(Number(resourceVersion), new Map());
  await Promise.all(watches.map((watch) => watch.connect(server.url)));
  const metadata = { name: `map-${i}`, labels: { name: 'a' } };
  await api.post(path, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { text: 'x'.repeat(objectBytes) } });
  await watches[0]?.reached(1);
  await server.close();
  for (const watch of watches) if ((await watch.ended()) !== 'clean') throw new Error('a watch was cut');
  collectGarbage();
  process.stdout.write(`${process.memoryUsage().heapUsed + process.memoryUsage().external}\n`);
}
