import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { done, type Query, queryText } from '../support/http-objects.ts';
import { WholeServer } from '../support/whole-server.ts';

/* Server-side apply by HTTP, as a kube-apiserver 1.37 answers it. */

let etcd: TestEtcd;
beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd.stop());

interface Entry {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fieldsV1: object;
}
interface Answered {
  readonly metadata: { readonly resourceVersion: string; readonly managedFields: readonly Entry[] };
  readonly data?: Readonly<Record<string, string>>;
  readonly status?: { readonly conditions?: readonly object[] };
}

describe.each(['embedded', 'etcd'])('apply over HTTP, on %s', (backend) => {
  let server: WholeServer;
  let objects = 0;
  const namespace = '/api/v1/namespaces/applies';

  beforeAll(async () => {
    server = await WholeServer.open({ etcd: backend === 'etcd' ? etcd.endpoint : undefined });
    done(await server.api.post('/api/v1/namespaces', { metadata: { name: 'applies' } }));
  });
  afterAll(() => server.close());

  const fresh = (): string => `object-${++objects}`;
  const configMap = (name: string, data?: object, metadata: object = {}) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ...metadata },
    ...(data && { data }),
  });
  const apply = (path: string, body: unknown, query: Query = { fieldManager: 'me' }) =>
    server.api.call(path + queryText(query), {
      method: 'PATCH',
      body,
      headers: { 'content-type': 'application/apply-patch+yaml' },
    });
  const applied = async (path: string, body: unknown, query?: Query): Promise<Answered> =>
    done(await apply(path, body, query));
  const managers = ({ metadata }: Answered): object =>
    Object.fromEntries(metadata.managedFields.map(({ manager, fieldsV1 }) => [manager, fieldsV1]));

  describe('by way of scale', () => {
    const deployments = '/apis/apps/v1/namespaces/applies/deployments';
    const labels = { app: 'a' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    const created = async (replicas: number): Promise<string> => {
      const name = fresh();
      const spec = { replicas, selector: { matchLabels: labels }, template };
      done(await server.api.post(`${deployments}?fieldManager=creator`, { metadata: { name }, spec }));
      return name;
    };
    const scale = (name: string, replicas?: number) => ({
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name },
      ...(replicas !== undefined && { spec: { replicas } }),
    });
    const merge = (name: string, replicas: number, fieldManager: string) =>
      server.api.call(`${deployments}/${name}/scale?fieldManager=${fieldManager}`, {
        method: 'PATCH',
        body: { spec: { replicas } },
        headers: { 'content-type': 'application/merge-patch+json' },
      });
    /** Who has the replicas of a deployment, and nothing else. */
    const scalers = async (name: string): Promise<readonly Omit<Entry, 'fieldsV1'>[]> => {
      const { metadata } = done(await server.api.get(`${deployments}/${name}`)) as Answered;
      const theirs = JSON.stringify({ 'f:spec': { 'f:replicas': {} } });
      return metadata.managedFields
        .filter(({ fieldsV1 }) => JSON.stringify(fieldsV1) === theirs)
        .map(({ fieldsV1: _fields, ...entry }) => entry);
    };
    const entry = { apiVersion: 'apps/v1', fieldsType: 'FieldsV1', subresource: 'scale' };

    test('the replicas are taken from whoever had them, and the rest is not', async () => {
      const name = await created(1);
      expect(done(await merge(name, 2, 'scaler')).spec).toEqual({ replicas: 2 });
      expect(await scalers(name)).toEqual([{ ...entry, manager: 'scaler', operation: 'Update' }]);
      const conflict = await apply(`${deployments}/${name}/scale`, scale(name, 3));
      expect([conflict.status, conflict.body.message]).toEqual([
        409,
        'Apply failed with 1 conflict: conflict with "scaler" with subresource "scale" using autoscaling/v1: .spec.replicas',
      ]);
      const forced = { fieldManager: 'me', force: 'true' };
      expect(done(await apply(`${deployments}/${name}/scale`, scale(name, 3), forced)).spec).toEqual({ replicas: 3 });
      expect(await scalers(name)).toEqual([{ ...entry, manager: 'me', operation: 'Apply' }]);
      const { metadata, spec } = done(await server.api.get(`${deployments}/${name}`));
      expect([metadata.generation, spec.replicas]).toEqual([3, 3]);
    });

    test('what is applied again changes nothing, and replicas that are given up are none', async () => {
      const name = await created(1);
      const path = `${deployments}/${name}/scale`;
      const forced = { fieldManager: 'me', force: 'true' };
      const { metadata } = done(await apply(path, scale(name, 2), forced));
      expect(done(await apply(path, scale(name, 2))).metadata.resourceVersion).toBe(metadata.resourceVersion);
      expect(done(await apply(path, scale(name))).spec).toEqual({});
      expect(await scalers(name)).toEqual([]);
    });

    test('it is refused for what is no scale, and for what is not there', async () => {
      const name = await created(1);
      const message = async (path: string, body: unknown) => {
        const answer = await apply(`${deployments}/${path}/scale`, body);
        return [answer.status, answer.body.message];
      };
      expect(await message(name, { ...scale(name, 1), kind: 'Deployment', apiVersion: 'apps/v1' })).toEqual([
        400,
        'invalid object type: apps/v1, Kind=Deployment',
      ]);
      expect(await message('none', scale('none', 1))).toEqual([404, 'deployments.apps "none" not found']);
    });
  });

  test('creates what is not there, with 201, and changes it after that, with 200', async () => {
    const name = fresh();
    const path = `${namespace}/configmaps/${name}`;
    expect((await apply(path, configMap(name, { a: '1', b: '1' }), { fieldManager: 'me', dryRun: 'All' })).status).toBe(
      201,
    );
    const created = await apply(path, configMap(name, { a: '1', b: '1' }));
    expect(created.status).toBe(201);
    const again = await apply(path, configMap(name, { a: '1', b: '1' }));
    expect(again).toMatchObject({ status: 200, body: created.body });
    const changed = await applied(path, configMap(name, { a: '2' }));
    expect(changed.data).toEqual({ a: '2' });
    expect(changed.metadata.managedFields).toMatchObject([
      { manager: 'me', operation: 'Apply', apiVersion: 'v1', fieldsV1: { 'f:data': { 'f:a': {} } } },
    ]);
  });

  test('refuses with 409 to take what others manage, and takes it by force', async () => {
    const name = fresh();
    const path = `${namespace}/configmaps/${name}`;
    await applied(path, configMap(name, { a: '1' }));
    const { status, body } = await apply(path, configMap(name, { a: '2' }), { fieldManager: 'you' });
    expect(status).toBe(409);
    expect(body).toMatchObject({
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "me": .data.a',
      details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "me"', field: '.data.a' }] },
    });
    const taken = await applied(path, configMap(name, { a: '2' }), { fieldManager: 'you', force: 'true' });
    expect(managers(taken)).toEqual({ you: { 'f:data': { 'f:a': {} } } });
  });

  test('a status is applied by way of its subresource, and creates nothing', async () => {
    const name = fresh();
    const path = `/apis/apps/v1/namespaces/applies/deployments/${name}`;
    const deployment = (more: object) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, ...more });
    const status = { conditions: [{ type: 'Available', status: 'True' }] };
    expect((await apply(`${path}/status`, deployment({ status }))).status).toBe(404);
    const labels = { app: name };
    const spec = {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    };
    expect((await applied(path, deployment({ spec, status }))).status?.conditions).toBeUndefined();
    const answer = await applied(`${path}/status`, deployment({ spec: { replicas: 5 }, status }), {
      fieldManager: 'ctl',
    });
    expect(answer.status?.conditions).toMatchObject([{ type: 'Available' }]);
    expect(answer.metadata.managedFields.find(({ manager }) => manager === 'ctl')).toMatchObject({
      subresource: 'status',
      fieldsV1: { 'f:status': { 'f:conditions': { 'k:{"type":"Available"}': {} } } },
    });
    expect(JSON.stringify(managers(answer))).not.toContain('f:replicas');
  });

  test('takes YAML, and says where it has a key twice', async () => {
    const name = fresh();
    const path = `${namespace}/configmaps/${name}`;
    const yaml = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata:\n  a: "1"\n  a: "2"\n`;
    const warned = await apply(path, yaml);
    expect(warned.status).toBe(201);
    expect(warned.body).toMatchObject({ data: { a: '2' } });
    const { status, body } = await apply(path, yaml, { fieldManager: 'me', fieldValidation: 'Strict' });
    expect([status, body.message]).toEqual([
      400,
      'error strict decoding patch: error converting YAML to JSON: yaml: unmarshal errors:\n  line 6: key "a" already set in map',
    ]);
  });

  test.each([
    [
      'nobody',
      {},
      422,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ],
    ['', { fieldManager: 'm' }, 400, 'invalid object type: /, Kind='],
    ['[]', { fieldManager: 'm' }, 400, 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ['{"kind":"ConfigMap"}', { fieldManager: 'm' }, 400, 'invalid object type: /, Kind=ConfigMap'],
    ['{"apiVersion":"v1","kind":"Secret"}', { fieldManager: 'm' }, 400, 'invalid object type: /v1, Kind=Secret'],
    ['{"apiVersion":"v1","kind":"ConfigMap"}', { fieldManager: 'm' }, 400, 'name must be provided'],
    [
      { ...configMap('x'), metadata: { name: 'x', managedFields: [] } },
      { fieldManager: 'm' },
      400,
      'metadata.managedFields must be nil',
    ],
    [
      configMap('other'),
      { fieldManager: 'm' },
      400,
      'the name of the object (other) does not match the name on the URL (x)',
    ],
    [
      configMap('x', undefined, { uid: 'u' }),
      { fieldManager: 'm' },
      409,
      'uid mismatch: the provided object specified uid u',
    ],
    [
      { ...configMap('x'), nope: 1 },
      { fieldManager: 'm' },
      500,
      '(/x; /v1, Kind=ConfigMap): .nope: field not declared in schema',
    ],
    [{ ...configMap('x'), binaryData: { a: '!' } }, { fieldManager: 'm' }, 500, 'illegal base64 data at input byte 0'],
  ])('%j is refused as Kubernetes does', async (body, query, status, message) => {
    const answer = await apply(`${namespace}/configmaps/x`, body, query);
    expect(answer.status).toBe(status);
    expect(answer.body.message).toContain(message);
  });
});
