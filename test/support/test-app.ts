import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { silentMeter } from '../../src/base/meter.ts';
import { ItemRuns } from '../../src/encoding/item-runs.ts';
import { ProtobufPieces } from '../../src/encoding/protobuf-pieces.ts';
import { TableRows } from '../../src/encoding/table-rows.ts';
import { createApp } from '../../src/endpoints/app.ts';
import type { AppDeps } from '../../src/endpoints/app-deps.ts';
import { defaultLimits } from '../../src/endpoints/limits.ts';
import { FakeRestStorage, fakeKind } from './fake-rest-storage.ts';
import { noLocations } from './no-locations.ts';

/** An app over fakes: configmaps, endpoints (deprecated), nodes, namespaces, apps/v1 deployments, and example.com/v1 things, which have no schema. */
export function testApp(over: Partial<AppDeps> = {}) {
  const configmaps = new FakeRestStorage();
  const endpoints = new FakeRestStorage(
    fakeKind({
      kind: 'Endpoints',
      resource: 'endpoints',
      storagePrefix: 'services/endpoints',
      deprecation: 'v1 Endpoints is deprecated',
    }),
  );
  const nodes = new FakeRestStorage(
    fakeKind({
      kind: 'Node',
      resource: 'nodes',
      namespaced: false,
      storagePrefix: 'minions',
      subresources: { status: ['get', 'update'] },
    }),
  );
  const namespaces = new FakeRestStorage(
    fakeKind({
      kind: 'Namespace',
      resource: 'namespaces',
      namespaced: false,
      storagePrefix: 'namespaces',
      returnsDeletedObject: true,
      subresources: { status: ['get', 'update'], finalize: ['update'] },
    }),
  );
  const deployments = new FakeRestStorage(
    fakeKind({
      group: 'apps',
      kind: 'Deployment',
      resource: 'deployments',
      storagePrefix: 'deployments',
      verbs: ['get', 'list'],
    }),
  );
  const things = new FakeRestStorage(
    fakeKind({ group: 'example.com', kind: 'Thing', resource: 'things', namespaced: false, storagePrefix: 'things' }),
  );
  const all = [configmaps, endpoints, nodes, namespaces, deployments, things];
  const shutdown = new AbortController();
  const failure = new AbortController();
  const deps: AppDeps = {
    virtualResources: () => undefined,
    resources(group, version, resource) {
      for (const store of all) {
        const served = store.kind.versions.find(
          (one) => one.group === group && one.version === version && one.resource === resource,
        );
        if (served !== undefined) return { served, store };
      }
      return undefined;
    },
    itemRuns: new ItemRuns(64 * 1024 * 1024),
    protobuf: new ProtobufPieces(16 * 1024 * 1024),
    tableRows: new TableRows(16 * 1024 * 1024),
    locations: noLocations(),
    discovery: {
      apiVersions: () => ({ kind: 'APIVersions', versions: ['v1'] }),
      groupList: () => ({ kind: 'APIGroupList', apiVersion: 'v1', groups: [] }),
      group: (group) => (group === 'apps' ? { kind: 'APIGroup', apiVersion: 'v1', name: 'apps' } : undefined),
      resourceList: (group, version) =>
        version === 'v1' && ['', 'apps'].includes(group)
          ? { kind: 'APIResourceList', groupVersion: group === '' ? version : `${group}/${version}`, resources: [] }
          : undefined,
      aggregated: (prefix) => ({ body: JSON.stringify({ prefix }), etag: `${prefix}-etag` }),
      openApiV2: (form) => ({ body: form === 'json' ? '{"swagger":"2.0"}' : Buffer.from([10, 0]), etag: form }),
      openApiIndex: () => ({ body: '{"paths":{}}', etag: 'index' }),
      openApi: (group, version) =>
        group === 'apps' && version === 'v1' ? { body: '{"openapi":"3.0.0"}', etag: 'apps' } : undefined,
      paths: () => ['/api', '/apis'],
    },
    health: { answer: async (path) => (path === '/readyz' ? { code: 200, text: 'ok' } : undefined) },
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }),
    version: { gitVersion: 'v1.36.0' },
    limits: defaultLimits,
    acceptHosts: [],
    clock: realClock,
    logger: silentLogger,
    meter: silentMeter,
    newAuditId: () => 'audit-1',
    shutdown: shutdown.signal,
    failure: failure.signal,
    alreadySent: RESPONSE_ALREADY_SENT,
    ...over,
  };
  return { app: createApp(deps), configmaps, endpoints, nodes, namespaces, deployments, things, shutdown, failure };
}
