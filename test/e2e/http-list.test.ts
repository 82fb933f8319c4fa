import { afterAll, beforeAll, expect } from 'vitest';
import { describeList, type ListAnswer, type ListTarget } from '../conformance/list-suite.ts';
import type { Answer } from '../support/api.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { WholeServer } from '../support/whole-server.ts';

/*
 * L1–L86 asked by HTTP, of both backends, each in two ways: of a server that has the history in memory and needs the store
 * for nothing, and of one that remembers one change and has to read the past from the store.
 */

let etcd: TestEtcd;

beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd.stop());

const spec = { containers: [{ name: 'main', image: 'main:1' }] };

/** The resourceVersion of what was written, once it was. */
function written({ status, body, text }: Answer): number {
  if (status >= 300) throw new Error(`not written: ${text}`);
  return Number(body.metadata.resourceVersion);
}

const answerOf = ({ status, body }: Answer): ListAnswer => ({
  code: status,
  resourceVersion: body.metadata.resourceVersion ?? '',
  continue: body.metadata.continue ?? '',
  remainingItemCount: body.metadata.remainingItemCount,
  items: (body.items ?? []).map(({ metadata }: { metadata: Record<string, string> }) => ({
    namespace: metadata['namespace'] ?? '',
    name: metadata['name'] ?? '',
    resourceVersion: metadata['resourceVersion'] ?? '',
  })),
});

interface Setting {
  readonly etcd: string | undefined;
  readonly etcdPrefix: string;
  readonly forgetful: boolean;
}

async function openServer({ forgetful, ...where }: Setting): Promise<ListTarget> {
  const config = forgetful ? { defaultWatchCacheSize: 1, maxWatchCacheSize: 1 } : {};
  const server = await WholeServer.open({ ...where, config });
  const { api } = server;
  for (const name of ['first', 'second', 'third'])
    written(await api.post('/api/v1/namespaces', { metadata: { name } }));
  const pods = (namespace: string) => `/api/v1${namespace === '' ? '' : `/namespaces/${namespace}`}/pods`;
  let present = Number.MAX_SAFE_INTEGER;
  return {
    create: async (namespace, name) => written(await api.post(pods(namespace), { metadata: { name }, spec })),
    async bind(namespace, name, nodeName) {
      const path = `${pods(namespace)}/${name}`;
      const { status, text } = await api.post(`${path}/binding`, { metadata: { name }, target: { name: nodeName } });
      if (status >= 300) throw new Error(`not bound: ${text}`);
      return written(await api.get(path));
    },
    remove: async (namespace, name) => written(await api.delete(`${pods(namespace)}/${name}`)),
    present: async () => Number((await api.get(pods('empty'))).body.metadata.resourceVersion),
    compact: (revision) => server.compact(revision),
    async writeElsewhere() {
      present = written(await api.post('/api/v1/namespaces/first/configmaps', { metadata: { name: 'a' } }));
      return present;
    },
    async list(request) {
      const query = new URLSearchParams();
      const { resourceVersion, resourceVersionMatch, limit, fieldSelector } = request;
      if (resourceVersion !== '') query.set('resourceVersion', resourceVersion);
      if (resourceVersionMatch !== '') query.set('resourceVersionMatch', resourceVersionMatch);
      if (limit !== 0) query.set('limit', String(limit));
      if (request.continue !== '') query.set('continue', request.continue);
      if (fieldSelector !== '') query.set('fieldSelector', fieldSelector);
      const answer = api.get(`${pods(request.namespace)}?${query.toString()}`);
      return answerOf(await (Number(resourceVersion) > present ? server.inVain(answer) : answer));
    },
    async close() {
      const read = await server.metric('apiserver_storage_list_total{group="",resource="pods"}');
      await server.close();
      if (forgetful) expect(read).toBeGreaterThan(20);
      else expect(read).toBe(0);
    },
  };
}

for (const backend of ['embedded', 'etcd']) {
  for (const forgetful of [false, true]) {
    const name = `over HTTP, ${backend}, from ${forgetful ? 'the store' : 'memory'}`;
    const etcdPrefix = forgetful ? '/forgetful' : '/remembering';
    const open = () => openServer({ etcd: backend === 'etcd' ? etcd.endpoint : undefined, etcdPrefix, forgetful });
    describeList(name, open, 'http');
  }
}
