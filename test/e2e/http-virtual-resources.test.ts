import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { done } from '../support/http-objects.ts';
import { WholeServer } from '../support/whole-server.ts';

/* What is served without being stored, as a kube-apiserver 1.37 that allows everything has it. */

const authentication = '/apis/authentication.k8s.io/v1';
const authorization = '/apis/authorization.k8s.io/v1';
const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };

describe('what is served without being stored', () => {
  let server: WholeServer;

  beforeAll(async () => {
    server = await WholeServer.open();
  });
  afterAll(() => server.close());

  const message = async (path: string, body: object): Promise<unknown> =>
    (await server.api.post(path, body)).body.message;

  test('tells who asks, whatever was sent', async () => {
    const { status, body } = await server.api.post(`${authentication}/selfsubjectreviews`, { metadata: { name: 'x' } });
    expect(status).toBe(201);
    expect(body).toEqual({
      kind: 'SelfSubjectReview',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { creationTimestamp: expect.any(String) },
      status: { userInfo: { username: 'system:unsecured', groups: ['system:masters', 'system:authenticated'] } },
    });
  });

  test('knows no token without a key, and asks for one', async () => {
    const { body } = await server.api.post(`${authentication}/tokenreviews`, { spec: { token: 'a.b.c' } });
    expect(body).toMatchObject({ spec: { token: 'a.b.c' }, status: { user: {}, error: 'invalid bearer token' } });
    expect(await message(`${authentication}/tokenreviews`, {})).toBe(
      'token is required for TokenReview in authentication',
    );
    const sent = { metadata: { resourceVersion: '5' }, spec: { token: 'a' } };
    expect((await server.api.post(`${authentication}/tokenreviews`, sent)).body.metadata).toMatchObject(sent.metadata);
  });

  test('everybody may do everything', async () => {
    const resourceAttributes = { verb: 'delete', resource: 'nodes', namespace: 'a' };
    const self = await server.api.post(`${authorization}/selfsubjectaccessreviews`, { spec: { resourceAttributes } });
    expect(self.status).toBe(201);
    expect(self.body).toMatchObject({ spec: { resourceAttributes }, status: { allowed: true } });
    const spec = { user: 'u', groups: ['g'], resourceAttributes };
    const local = `${authorization}/namespaces/a/localsubjectaccessreviews`;
    expect((await server.api.post(local, { spec })).body).toMatchObject({ spec, status: { allowed: true } });
    const rules = await server.api.post(`${authorization}/selfsubjectrulesreviews`, { spec: { namespace: 'a' } });
    expect(rules.body.status).toEqual({
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      incomplete: false,
    });
  });

  test('a question is about one thing, about somebody, and has no name', async () => {
    const both = { resourceAttributes: {}, nonResourceAttributes: { path: '/', verb: 'get' } };
    expect(await message(`${authorization}/subjectaccessreviews`, { spec: both })).toBe(
      '.authorization.k8s.io "" is invalid: [spec: Invalid value: {"Path":"/","Verb":"get"}: exactly one of ' +
        'nonResourceAttributes or resourceAttributes must be specified, spec.user: Invalid value: "": at least one of ' +
        'user or group must be specified]',
    );
    const named = { metadata: { name: 'q' }, spec: { nonResourceAttributes: { path: '/' } } };
    expect(await message(`${authorization}/selfsubjectaccessreviews`, named)).toContain('must be empty');
    const local = { spec: { user: 'u', resourceAttributes: { namespace: 'b' } } };
    expect(await message(`${authorization}/namespaces/a/localsubjectaccessreviews`, local)).toBe(
      '.authorization.k8s.io "" is invalid: spec.resourceAttributes.namespace: Invalid value: "b": must match metadata.namespace',
    );
  });

  test('what of a selector is not understood counts for nothing, and is said', async () => {
    const review = (resourceAttributes: object) =>
      server.api.post(`${authorization}/subjectaccessreviews`, { spec: { user: 'u', resourceAttributes } });
    const known = { key: 'a', operator: 'In', values: ['x'] };
    const labelSelector = { requirements: [{ key: 'a', operator: 'New' }, known] };
    const { body } = await review({ labelSelector, fieldSelector: { rawSelector: 'a b,' } });
    expect(body.status).toEqual({
      allowed: true,
      evaluationError:
        'spec.resourceAttributes.fieldSelector ignored due to parse error; ' +
        'spec.resourceAttributes.labelSelector partially ignored due to parse error',
    });
    expect((await review({ fieldSelector: { requirements: [known] } })).body.status).toEqual({ allowed: true });
  });

  test('takes no verb but its own, on no path but its own, and is no table', async () => {
    const code = async (method: string, path: string) =>
      (await server.api.call(path, { method, ...(method === 'GET' ? {} : { body: {} }) })).status;
    expect(await code('GET', `${authentication}/tokenreviews`)).toBe(405);
    expect(await code('DELETE', `${authentication}/tokenreviews`)).toBe(405);
    expect(await code('GET', `${authentication}/tokenreviews/x`)).toBe(404);
    expect(await code('GET', `${authentication}/watch/tokenreviews`)).toBe(404);
    expect(await code('POST', `${authentication}/namespaces/a/tokenreviews`)).toBe(404);
    expect(await code('POST', `${authorization}/localsubjectaccessreviews`)).toBe(404);
    const asked = { method: 'POST', body: { spec: { nonResourceAttributes: { path: '/' } } }, headers: table };
    expect((await server.api.call(`${authorization}/selfsubjectaccessreviews`, asked)).status).toBe(406);
  });

  test('components are told of with a warning, found by their names, and not watched', async () => {
    const path = '/api/v1/componentstatuses';
    const { status, body, headers } = await server.api.get(path);
    expect(status).toBe(200);
    expect(headers.get('warning')).toBe('299 - "v1 ComponentStatus is deprecated in v1.19+"');
    expect(body).toMatchObject({ kind: 'ComponentStatusList', metadata: {} });
    const store = { metadata: { name: 'etcd-0' }, conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }] };
    expect(body.items).toContainEqual(store);
    expect((await server.api.get(`${path}/etcd-0`)).body).toMatchObject(store);
    expect((await server.api.get(`${path}/nobody`)).body.message).toBe('componentstatus "nobody" not found');
    expect((await server.api.get(`${path}?fieldSelector=metadata.name%3Detcd-0`)).body.items).toEqual([store]);
    expect((await server.api.get(`${path}?labelSelector=a`)).body.items).toEqual([]);
    const rows = (await server.api.call(`${path}?fieldSelector=metadata.name%3Detcd-0`, { headers: table })).body.rows;
    expect(rows).toMatchObject([{ cells: ['etcd-0', 'Healthy', 'ok', ''], object: { metadata: { name: 'etcd-0' } } }]);
    const protobuf = 'application/vnd.kubernetes.protobuf';
    for (const accept of [protobuf, `${protobuf};as=PartialObjectMetadataList;v=v1;g=meta.k8s.io`]) {
      const answer = await fetch(`${server.url}${path}`, { headers: { accept } });
      expect(answer.status).toBe(200);
      expect(Buffer.from(await answer.arrayBuffer()).includes('etcd-0')).toBe(true);
    }
    expect((await server.api.get(`${path}?watch=1`)).body.message).toBe(
      'watch is not supported on resources of kind "componentstatuses"',
    );
  });

  test('a pod is bound by the collection of bindings as by its own', async () => {
    const bindings = '/api/v1/namespaces/default/bindings';
    const spec = { containers: [{ name: 'c', image: 'i' }] };
    done(await server.api.post('/api/v1/namespaces/default/pods', { metadata: { name: 'p' }, spec }));
    expect(await message(bindings, { metadata: { name: 'p' } })).toBe('target.name: Required value');
    expect(await message(bindings, { target: { name: 'n' } })).toBe('Name parameter required.');
    expect(await message(bindings, { metadata: { name: '..' }, target: { name: 'n' } })).toBe(
      'Name parameter invalid: "..": may not be \'..\'',
    );
    for (const path of [bindings, '/api/v1/namespaces/default/pods/p/binding']) {
      expect((await server.api.call(path, { method: 'POST', body: {}, headers: table })).status).toBe(406);
    }
    const bound = await server.api.post(bindings, { metadata: { name: 'p' }, target: { name: 'n' } });
    expect(bound.status).toBe(201);
    expect(bound.body).toEqual({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
    expect((await server.api.get('/api/v1/namespaces/default/pods/p')).body.spec).toMatchObject({ nodeName: 'n' });
  });

  test('is in discovery, with what it can do', async () => {
    const { resources } = (await server.api.get(authorization)).body as unknown as { resources: object[] };
    expect(resources).toContainEqual({
      name: 'subjectaccessreviews',
      singularName: 'subjectaccessreview',
      namespaced: false,
      kind: 'SubjectAccessReview',
      verbs: ['create'],
    });
  });
});
