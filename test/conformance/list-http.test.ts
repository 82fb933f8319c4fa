import { afterAll, beforeAll } from 'vitest';
import { type Answer, Api } from '../support/api.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { startTestServer } from '../support/server.ts';
import { describeList, type ListAnswer, type ListTarget } from './list-suite.ts';

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

/** A whole server over etcd, asked by HTTP. */
async function openServer(): Promise<ListTarget> {
  const server = await startTestServer({ storage: { etcd: etcd.endpoint } });
  const api = new Api(server.url);
  for (const name of ['first', 'second', 'third', 'other']) {
    written(await api.post('/api/v1/namespaces', { metadata: { name } }));
  }
  const pods = (namespace: string) => `/api/v1${namespace === '' ? '' : `/namespaces/${namespace}`}/pods`;
  const list: ListTarget['list'] = async (request) => {
    const query = new URLSearchParams();
    const { resourceVersion, resourceVersionMatch, limit, fieldSelector } = request;
    if (resourceVersion !== '') query.set('resourceVersion', resourceVersion);
    if (resourceVersionMatch !== '') query.set('resourceVersionMatch', resourceVersionMatch);
    if (limit !== 0) query.set('limit', String(limit));
    if (request.continue !== '') query.set('continue', request.continue);
    if (fieldSelector !== '') query.set('fieldSelector', fieldSelector);
    return answerOf(await api.get(`${pods(request.namespace)}?${query.toString()}`));
  };
  const plain = { namespace: '', resourceVersion: '', limit: 0, continue: '', fieldSelector: '' };
  return {
    list,
    create: async (namespace, name) => written(await api.post(pods(namespace), { metadata: { name }, spec })),
    bind: async (namespace, name, nodeName) =>
      written(await api.put(`${pods(namespace)}/${name}`, { metadata: { name }, spec: { ...spec, nodeName } })),
    remove: async (namespace, name) => written(await api.delete(`${pods(namespace)}/${name}`)),
    writeElsewhere: async () =>
      written(await api.post('/api/v1/namespaces/other/configmaps', { metadata: { name: 'a' } })),
    present: async () => Number((await list({ ...plain, resourceVersionMatch: '' })).resourceVersion),
    compact: async (revision) => {
      // As another server on the same store does it. This one hears of it when it next asks, some seconds later.
      await etcd.ctl('put', 'compact_rev_key', String(revision));
      await etcd.ctl('compaction', String(revision));
      const before = { ...plain, resourceVersion: String(revision - 1), resourceVersionMatch: 'Exact' };
      while ((await list(before)).code !== 410) await new Promise((resolve) => setTimeout(resolve, 100));
    },
    close: () => server.close(),
  };
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

describeList('a server over etcd', openServer, 'http');
