import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HookServer, type Review } from '../support/hook-server.ts';
import { done } from '../support/http-objects.ts';
import { WholeServer } from '../support/whole-server.ts';

/* Webhooks that are asked about writes, as a kube-apiserver 1.37 asks them. */

const group = '/apis/admissionregistration.k8s.io/v1';
const configMaps = '/api/v1/namespaces/default/configmaps';
const deployments = '/apis/apps/v1/namespaces/default/deployments';

const patchOf = (...operations: object[]) => ({
  allowed: true,
  patchType: 'JSONPatch',
  patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
});

const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const deployment = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { replicas: 1, selector: { matchLabels: { a: 'b' } }, template },
});

describe('admission webhooks', () => {
  let server: WholeServer;
  let hooks: HookServer;
  let configured: string[] = [];

  beforeAll(async () => {
    [server, hooks] = await Promise.all([WholeServer.open(), HookServer.open()]);
  });
  afterAll(async () => {
    await server?.close();
    await hooks?.close();
  });
  afterEach(async () => {
    for (const path of configured) await server.api.delete(path);
    configured = [];
    hooks.reviews.length = 0;
    hooks.answer = () => ({ allowed: true });
  });

  /** Configures webhooks, and resolves once they are called. */
  async function configure(kind: 'Mutating' | 'Validating', ...webhooks: object[]): Promise<void> {
    const resource = `${group}/${kind.toLowerCase()}webhookconfigurations`;
    const rule = {
      operations: ['*'],
      apiGroups: ['*'],
      apiVersions: ['*'],
      resources: ['configmaps', 'deployments/*', '*'],
    };
    const all = webhooks.map((webhook, index) => ({
      name: `h${index}.example.com`,
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      clientConfig: { url: `${hooks.url}/h${index}`, caBundle: hooks.caBundle },
      rules: [rule],
      timeoutSeconds: 5,
      ...webhook,
    }));
    const name = `c${configured.length}`;
    done(await server.api.post(resource, { metadata: { name }, webhooks: all }));
    configured.push(`${resource}/${name}`);
    // A list is of what the server knows, and as new as the write before it.
    await server.api.get(resource);
  }
  let names = 0;
  const configMap = (more: object = {}) => ({ metadata: { name: `m${names++}` }, data: { a: 'b' }, ...more });
  const create = (more?: object, query = '') => server.api.post(`${configMaps}${query}`, configMap(more));
  const last = (): Review['request'] => {
    const review = hooks.reviews.at(-1);
    if (review === undefined) throw new Error('nobody was asked');
    return review.request;
  };

  test('one is told what is written, by whom and how', async () => {
    await configure('Validating', {});
    const { body } = await create();
    expect(last()).toMatchObject({
      kind: { group: '', version: 'v1', kind: 'ConfigMap' },
      resource: { group: '', version: 'v1', resource: 'configmaps' },
      requestKind: { group: '', version: 'v1', kind: 'ConfigMap' },
      name: body.metadata?.name,
      namespace: 'default',
      operation: 'CREATE',
      userInfo: { username: 'system:unsecured', groups: ['system:masters', 'system:authenticated'] },
      object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { uid: body.metadata?.uid }, data: { a: 'b' } },
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    });
    await server.api.delete(`${configMaps}/${body.metadata?.name}`);
    expect(last()).toMatchObject({ operation: 'DELETE', object: null, oldObject: { data: { a: 'b' } } });
  });

  test('who refuses is heard, with his own code and reason', async () => {
    await configure('Validating', {});
    hooks.answer = () => ({ allowed: false, status: { code: 418, reason: 'Forbidden', message: 'no teapots' } });
    expect(await create()).toMatchObject({
      status: 418,
      body: { reason: 'Forbidden', message: 'admission webhook "h0.example.com" denied the request: no teapots' },
    });
    hooks.answer = () => ({ allowed: false });
    expect(await create()).toMatchObject({
      status: 400,
      body: { message: 'admission webhook "h0.example.com" denied the request without explanation' },
    });
  });

  test('of several that refuse the first is heard, and all have been asked', async () => {
    await configure('Validating', {}, {});
    hooks.answer = ({ path }) => ({ allowed: false, status: { message: path } });
    const { body } = await create();
    expect(body.message).toBe('admission webhook "h0.example.com" denied the request: /h0');
    expect(hooks.reviews).toHaveLength(2);
  });

  test('what one has changed the next one sees, with defaults', async () => {
    await configure('Mutating', {}, {});
    hooks.answer = ({ path }) =>
      path === '/h0' ? patchOf({ op: 'add', path: '/spec/paused', value: true }) : { allowed: true };
    const { body } = await server.api.post(deployments, deployment('changed'));
    expect(body.spec).toMatchObject({ paused: true, progressDeadlineSeconds: 600 });
    expect(last().object).toMatchObject({ spec: { paused: true, progressDeadlineSeconds: 600 } });
  });

  test('one that is to be asked again is, when something came after it, and once', async () => {
    const again = { reinvocationPolicy: 'IfNeeded' };
    await configure('Mutating', again, {});
    hooks.answer = ({ path, request }) => {
      const labels = request.object?.metadata?.labels ?? {};
      const value = { ...labels, [`n${Object.keys(labels).length}`]: path.slice(1) };
      return patchOf({ op: 'add', path: '/metadata/labels', value });
    };
    const { body } = await create();
    expect(hooks.reviews.map(({ path }) => path)).toEqual(['/h0', '/h1', '/h0']);
    expect(body.metadata?.labels).toEqual({ n0: 'h0', n1: 'h1', n2: 'h0' });
  });

  test('a patch that makes no object of the kind, or none that can be applied, is a 500', async () => {
    await configure('Mutating', {});
    hooks.answer = () => patchOf({ op: 'add', path: '/data', value: 'text' });
    expect((await create()).body).toMatchObject({ code: 500, reason: 'InternalError' });
    hooks.answer = () => patchOf({ op: 'remove', path: '/none/x' });
    expect((await create()).body).toMatchObject({ code: 500, reason: 'InternalError' });
    hooks.answer = () => ({ allowed: true, patchType: 'JSONPatch', patch: Buffer.from('{').toString('base64') });
    expect((await create()).body.message).toContain('received undecodable patch in webhook response');
  });

  test('one that cannot be reached, or says nothing of use, fails the write, unless failures are ignored', async () => {
    const failing = { clientConfig: { url: 'https://127.0.0.1:1/x' } };
    await configure('Validating', failing);
    expect((await create()).body).toMatchObject({
      code: 500,
      message:
        'Internal error occurred: failed calling webhook "h0.example.com": failed to call webhook: Post "https://127.0.0.1:1/x?timeout=5s": dial tcp 127.0.0.1:1: connect: connection refused',
    });
    await server.api.delete(configured.pop() ?? '');
    await configure('Validating', { ...failing, failurePolicy: 'Ignore' }, {});
    expect((await create()).status).toBe(201);
    expect(hooks.reviews).toHaveLength(1);
  });

  test.each([
    ['a uid that is another', { uid: 'x' }, /expected response.uid="[-0-9a-f]{36}", got "x"/],
    ['a patch of one that only looks', patchOf(), /validating webhook may not return response.patch/],
  ])('%s is no answer', async (_what, answer, message) => {
    await configure('Validating', {});
    hooks.answer = () => ({ allowed: true, ...answer });
    expect((await create()).body.message).toMatch(message);
  });

  test('one that takes longer than it may is given up', async () => {
    await configure('Validating', { timeoutSeconds: 1 });
    hooks.answer = () => 'never';
    const { body } = await create();
    expect(body.message).toMatch(/Post "https:.*\?timeout=1s": context deadline exceeded$/);
  });

  test('dry runs are for those alone that say they have no effects', async () => {
    await configure('Validating', { sideEffects: 'NoneOnDryRun' });
    expect((await create({}, '?dryRun=All')).status).toBe(201);
    expect(last()).toMatchObject({ dryRun: true, options: { dryRun: ['All'] } });
  });

  test('selectors of objects and namespaces, and conditions, narrow what one is asked about', async () => {
    await configure(
      'Validating',
      { objectSelector: { matchLabels: { hooked: 'yes' } } },
      { namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'Exists' }] } },
      { matchConditions: [{ name: 'big', expression: 'object.data.a.size() > 3' }] },
    );
    const asked = async (more: object) => {
      hooks.reviews.length = 0;
      done(await create(more));
      return hooks.reviews.map(({ path }) => path);
    };
    expect(await asked({})).toEqual([]);
    expect(await asked({ metadata: { name: `m${names++}`, labels: { hooked: 'yes' } } })).toEqual(['/h0']);
    expect(await asked({ data: { a: 'long' } })).toEqual(['/h2']);
  });

  test('a condition that cannot be evaluated refuses, or where failures are ignored, skips', async () => {
    const matchConditions = [{ name: 'odd', expression: 'object.none.there' }];
    await configure('Validating', { matchConditions });
    expect((await create()).body).toMatchObject({
      code: 403,
      message: expect.stringContaining("expression 'object.none.there' resulted in error: no such key: none"),
    });
    await server.api.delete(configured.pop() ?? '');
    await configure('Validating', { matchConditions, failurePolicy: 'Ignore' });
    expect((await create()).status).toBe(201);
    expect(hooks.reviews).toEqual([]);
  });

  test('one that names another version of a kind is shown that one', async () => {
    const rules = [
      { operations: ['*'], apiGroups: ['autoscaling'], apiVersions: ['v2'], resources: ['horizontalpodautoscalers'] },
    ];
    await configure('Mutating', { rules });
    hooks.answer = () =>
      patchOf({ op: 'replace', path: '/spec/metrics/0/resource/target/averageUtilization', value: 70 });
    const { body } = await server.api.post('/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers', {
      metadata: { name: 'h' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' },
        maxReplicas: 3,
        targetCPUUtilizationPercentage: 50,
      },
    });
    expect(last()).toMatchObject({
      kind: { version: 'v2' },
      requestKind: { version: 'v1' },
      object: { apiVersion: 'autoscaling/v2' },
    });
    expect(body).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 70 } });
  });

  test('a scale is shown as one, and may be changed as one', async () => {
    done(await server.api.post(deployments, deployment('scaled')));
    await configure('Mutating', {});
    hooks.answer = () => patchOf({ op: 'replace', path: '/spec/replicas', value: 7 });
    const patch = { spec: { replicas: 3 } };
    const { body } = await server.api.call(`${deployments}/scaled/scale`, {
      method: 'PATCH',
      body: patch,
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(last()).toMatchObject({
      kind: { group: 'autoscaling', kind: 'Scale' },
      subResource: 'scale',
      operation: 'UPDATE',
    });
    expect(body.spec).toMatchObject({ replicas: 7 });
    expect((await server.api.get(`${deployments}/scaled`)).body.spec).toMatchObject({ replicas: 7 });
  });

  test('configurations of webhooks are not put to webhooks', async () => {
    await configure('Validating', {});
    hooks.answer = () => ({ allowed: false });
    for (const path of configured) done(await server.api.delete(path));
    configured = [];
    expect(hooks.reviews).toEqual([]);
  });

  test('warnings come with the answer', async () => {
    await configure('Validating', {});
    hooks.answer = () => ({ allowed: true, warnings: ['mind the gap'] });
    const response = await fetch(`${server.url}${configMaps}`, {
      method: 'POST',
      body: JSON.stringify(configMap()),
      headers: { 'content-type': 'application/json' },
    });
    expect(response.headers.get('warning')).toBe('299 - "mind the gap"');
  });

  test('one behind a service is reached where that leads, under the name of the service', async () => {
    const spec = { type: 'ExternalName', externalName: 'localhost' };
    done(await server.api.post('/api/v1/namespaces/default/services', { metadata: { name: 'hook' }, spec }));
    const service = { namespace: 'default', name: 'hook', port: hooks.port, path: '/by-service' };
    await configure('Validating', { clientConfig: { service, caBundle: hooks.caBundle } });
    expect((await create()).body.message).toMatch(/certificate is not valid for hook.default.svc/);
  });
});
