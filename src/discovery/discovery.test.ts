import { describe, expect, test } from 'vitest';
import { builtInKinds } from '../api/built-in-kinds.ts';
import { inDiscoveryOrder } from '../api/discovery-order.ts';
import { Discovery } from './discovery.ts';
import type { EncodedDocument } from './encoded-document.ts';

/** Of some groups: what each group has is compared whole with what the original lists, in test/reference. */
const groups = ['', 'apps', 'coordination.k8s.io', 'events.k8s.io'];
const resources = inDiscoveryOrder(
  builtInKinds()
    .flatMap(({ versions }) => versions)
    .filter(({ group }) => groups.includes(group)),
);
const parsed = ({ body }: EncodedDocument) => JSON.parse(body.toString());
const discovery = (list = () => resources) =>
  new Discovery({ resources: list, otherPaths: ['/healthz', '/version'], serverAddress: '10.0.0.1:6443' });

describe('discovery', () => {
  test('/api names the versions of the core group and where the server is', () => {
    expect(discovery().apiVersions()).toEqual({
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '10.0.0.1:6443' }],
    });
  });

  test('/apis lists every group but the core one, with the version it prefers', () => {
    const v1 = (group: string) => ({ groupVersion: `${group}/v1`, version: 'v1' });
    const groups = ['apps', 'events.k8s.io', 'coordination.k8s.io'].map((name) => ({
      name,
      versions: [v1(name)],
      preferredVersion: v1(name),
    }));
    expect(discovery().groupList()).toEqual({ kind: 'APIGroupList', apiVersion: 'v1', groups });
    expect(discovery().group('apps')).toEqual({ kind: 'APIGroup', apiVersion: 'v1', ...groups[0] });
    expect(discovery().group('')).toBeUndefined();
    expect(discovery().group('nope')).toBeUndefined();
  });

  test('a list of resources has one entry per resource and one per subresource', () => {
    const list = discovery().resourceList('', 'v1') as { resources: { name: string }[] };
    expect(list).toMatchObject({ kind: 'APIResourceList', groupVersion: 'v1' });
    expect(list).not.toHaveProperty('apiVersion');
    const named = (name: string) => list.resources.find((resource) => resource.name === name);
    expect(named('configmaps')).toEqual({
      name: 'configmaps',
      singularName: 'configmap',
      namespaced: true,
      kind: 'ConfigMap',
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      shortNames: ['cm'],
      storageVersionHash: 'qFsyl6wFWjQ=',
    });
    expect(named('pods/status')).toEqual({
      name: 'pods/status',
      singularName: '',
      namespaced: true,
      kind: 'Pod',
      verbs: ['get', 'patch', 'update'],
    });
    expect(discovery().resourceList('apps', 'v1')).toMatchObject({ apiVersion: 'v1', groupVersion: 'apps/v1' });
    expect(discovery().resourceList('apps', 'v2')).toBeUndefined();
  });

  test('the aggregated document has everything, the core group under /api and the others under /apis', () => {
    const core = parsed(discovery().aggregated('api', 'json'));
    expect(core).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {} });
    expect(core.items).toHaveLength(1);
    expect(core.items[0].metadata).toEqual({});
    const pods = core.items[0].versions[0].resources.find(({ resource }: { resource: string }) => resource === 'pods');
    expect(pods).toMatchObject({
      responseKind: { group: '', version: '', kind: 'Pod' },
      scope: 'Namespaced',
      singularResource: 'pod',
      shortNames: ['po'],
      categories: ['all'],
    });
    expect(pods.subresources).toContainEqual({
      subresource: 'status',
      responseKind: { group: '', version: '', kind: 'Pod' },
      verbs: ['get', 'patch', 'update'],
    });
    const others = parsed(discovery().aggregated('apis', 'json'));
    expect(others.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual([
      'apps',
      'events.k8s.io',
      'coordination.k8s.io',
    ]);
  });

  test('an etag changes with the resources and only with them', () => {
    let served = resources;
    const subject = discovery(() => served);
    const before = subject.aggregated('apis', 'json').etag;
    expect(subject.aggregated('apis', 'json').etag).toBe(before);
    expect(discovery().aggregated('apis', 'json').etag).toBe(before);
    expect(before).toMatch(/^[0-9A-F]{128}$/);
    served = resources.filter(({ resource }) => resource !== 'leases');
    expect(subject.aggregated('apis', 'json').etag).not.toBe(before);
    expect(subject.group('coordination.k8s.io')).toBeUndefined();
  });

  test('OpenAPI of a group version in which nothing changes stays, and that of one in which something does is another', () => {
    let list = resources;
    const changing = discovery(() => list);
    const [apps, leases] = [changing.openApi('apps', 'v1'), changing.openApi('coordination.k8s.io', 'v1')];
    list = resources.filter(({ resource }) => resource !== 'leases');
    expect(changing.openApi('apps', 'v1')).toBe(apps);
    expect(changing.openApi('coordination.k8s.io', 'v1')).toBeUndefined();
    list = resources.map((served) => (served.resource === 'leases' ? { ...served, singular: 'hire' } : served));
    expect(changing.openApi('coordination.k8s.io', 'v1')).not.toBe(leases);
    expect(changing.openApi('apps', 'v1')).toBe(apps);
  });

  test('OpenAPI names the operations with their kinds, and says that fields are checked by the server', () => {
    const subject = discovery();
    const index = parsed(subject.openApiIndex()) as { paths: Record<string, { serverRelativeURL: string }> };
    expect(Object.keys(index.paths)).toEqual([
      'api/v1',
      'apis/apps/v1',
      'apis/events.k8s.io/v1',
      'apis/coordination.k8s.io/v1',
    ]);
    const etag = subject.openApi('apps', 'v1')?.etag;
    expect(index.paths['apis/apps/v1']?.serverRelativeURL).toBe(`/openapi/v3/apis/apps/v1?hash=${etag}`);
    const core = subject.openApi('', 'v1');
    expect.assert(core);
    const { paths } = parsed(core);
    const { patch } = paths['/api/v1/namespaces/{namespace}/configmaps/{name}'];
    expect(patch['x-kubernetes-group-version-kind']).toEqual({ group: '', kind: 'ConfigMap', version: 'v1' });
    const schema = { type: 'string', uniqueItems: true };
    expect(patch.parameters).toContainEqual({ name: 'fieldValidation', in: 'query', schema });
    expect(Object.keys(patch.responses)).toEqual(['200', '201', '401']);
    expect(Object.keys(paths['/api/v1/nodes/{name}/status']).sort()).toEqual(['get', 'parameters', 'patch', 'put']);
    expect(subject.openApi('apps', 'v9')).toBeUndefined();
  });

  test('/ lists the paths, sorted', () => {
    expect(discovery().paths()).toEqual([
      '/api',
      '/api/v1',
      '/apis',
      '/apis/',
      '/apis/apps',
      '/apis/apps/v1',
      '/apis/coordination.k8s.io',
      '/apis/coordination.k8s.io/v1',
      '/apis/events.k8s.io',
      '/apis/events.k8s.io/v1',
      '/healthz',
      '/openapi/v2',
      '/openapi/v3',
      '/version',
    ]);
  });
});
