import { afterEach, expect, test } from 'vitest';
import { defaultConsistencyPeriodMs } from '../../src/watchcache/consistency-checker.ts';
import { except } from '../support/disturbed-storage.ts';
import { WholeServer } from '../support/whole-server.ts';

const path = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

let server: WholeServer | undefined;
afterEach(() => server?.close());

test('what the stream has not told comes to watchers once it is found missing, and who comes back lists anew', async () => {
  let deaf = false;
  server = await WholeServer.open({
    disturbed: (storage) =>
      except(storage, {
        watch: (prefix, after, sink) =>
          storage.watch(prefix, after, {
            events: (revision, events) => (deaf ? sink.progress(revision) : sink.events(revision, events)),
            progress: (revision) => sink.progress(revision),
            end: (error) => sink.end(error),
          }),
      }),
  });
  const { api, clock } = server;
  const names = async (query = '') =>
    (await api.get(path + query)).body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
  await api.post(path, configMap('old'));
  await api.post(path, configMap('gone'));
  const watch = await server.watch(`${path}?watch=true`);
  await watch.take(2);

  deaf = true;
  await api.delete(`${path}/gone`);
  await api.post(path, configMap('new'));
  const { resourceVersion } = (await api.get(path)).body.metadata;
  expect(await names()).toEqual(['gone', 'old']);
  deaf = false;
  clock.forward(2 * defaultConsistencyPeriodMs);
  const told = await watch.take(2);
  expect(told.map(({ type, object }) => [type, object.metadata.name])).toEqual([
    ['DELETED', 'gone'],
    ['ADDED', 'new'],
  ]);
  expect(await names()).toEqual(['new', 'old']);
  expect(await names('?resourceVersion=0')).toEqual(['new', 'old']);

  // With the deletion's resourceVersion, with the object's own, and with that of the wrong list.
  const seen = [...told.map(({ object }) => object.metadata.resourceVersion), resourceVersion];
  for (const from of seen) {
    const resumed = await server.watch(`${path}?watch=true&resourceVersion=${from}`);
    expect(await resumed.next()).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  }
  const fresh = (await api.get(path)).body.metadata.resourceVersion;
  const resumed = await server.watch(`${path}?watch=true&resourceVersion=${fresh}`);
  await api.post(path, configMap('newer'));
  for (const one of [watch, resumed]) {
    const [{ type, object } = { type: '', object: undefined }] = await one.take(1);
    expect([type, object?.metadata.name]).toEqual(['ADDED', 'newer']);
  }
});
