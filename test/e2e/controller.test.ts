import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RunningServer } from '../../src/server/start-server.ts';
import { Api } from '../support/api.ts';
import { DeploymentController, finalizer } from '../support/deployment-controller.ts';
import { freePort } from '../support/free-port.ts';
import { done } from '../support/http-objects.ts';
import { startTestServer } from '../support/server.ts';

/* A controller of @kubernetes/client-node that uses /status, finalizers and server-side apply, beside others and itself. */

let server: RunningServer;
let api: Api;
let namespaces = 0;
let namespace = '';
const started: DeploymentController[] = [];

beforeAll(async () => {
  // The client's library speaks to nothing without TLS.
  const insecurePort = await freePort();
  server = await startTestServer({ overrides: { securePort: 'any', insecurePort } });
  api = new Api(`http://127.0.0.1:${insecurePort}`);
});
afterAll(() => server?.close());
beforeEach(async () => {
  namespace = `controlled-${++namespaces}`;
  done(await api.post('/api/v1/namespaces', { metadata: { name: namespace } }));
  return async () => {
    for (const controller of started.splice(0)) {
      await controller.stop();
      expect(controller.failures).toEqual([]);
    }
  };
});

async function control(): Promise<DeploymentController> {
  const controller = new DeploymentController(server.kubeconfig, namespace, 'deployer');
  started.push(controller);
  await controller.start();
  return controller;
}

const pathOf = (resource: string, name: string): string => `/apis/apps/v1/namespaces/${namespace}/${resource}/${name}`;
const labels = { app: 'a' };
const deployment = (name: string, replicas: number) => ({
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'one' }] } },
  },
});
const create = async (name: string, replicas: number) =>
  done(await api.post(`/apis/apps/v1/namespaces/${namespace}/deployments`, deployment(name, replicas)));
const merge = async (path: string, body: object) =>
  done(await api.call(path, { method: 'PATCH', body, headers: { 'content-type': 'application/merge-patch+json' } }));

/** Resolves once the object is so; undefined: it is not there. */
async function until(path: string, holds: (object: Deployment | undefined) => boolean): Promise<void> {
  for (;;) {
    const { status, body } = await api.get(path);
    if (holds(status === 404 ? undefined : (body as Deployment))) return;
  }
}

interface Deployment {
  readonly metadata: {
    readonly generation: number;
    readonly finalizers?: readonly string[];
    readonly managedFields: readonly { manager: string; operation: string; subresource?: string }[];
  };
  readonly spec: { readonly replicas: number };
  readonly status: { readonly observedGeneration?: number; readonly readyReplicas?: number };
}
const replicaSetHas = (name: string, replicas: number) =>
  until(pathOf('replicasets', name), (set) => set?.spec.replicas === replicas);
const isTold = (name: string, readyReplicas: number) =>
  until(
    pathOf('deployments', name),
    (object) =>
      object?.status.observedGeneration === object?.metadata.generation &&
      object?.status.readyReplicas === readyReplicas,
  );
/** As whoever runs pods would. */
const run = (name: string, ready: number) =>
  merge(`${pathOf('replicasets', name)}/status`, { status: { replicas: ready, readyReplicas: ready } });

test('brings about what is wanted, says how it stands, and cleans up before it lets go', async () => {
  await control();
  await create('web', 2);
  await replicaSetHas('web', 2);
  await run('web', 2);
  await isTold('web', 2);
  await merge(`${pathOf('deployments', 'web')}/scale`, { spec: { replicas: 3 } });
  await replicaSetHas('web', 3);
  await isTold('web', 2);
  const { metadata } = done(await api.get(pathOf('deployments', 'web'))) as Deployment;
  expect(metadata.finalizers).toEqual([finalizer]);
  expect(metadata.managedFields).toContainEqual(
    expect.objectContaining({ manager: 'deployer', operation: 'Update', subresource: 'status' }),
  );
  const set = done(await api.get(pathOf('replicasets', 'web'))) as Deployment;
  expect(set.metadata.managedFields[0]).toMatchObject({ manager: 'deployer', operation: 'Apply' });
  done(await api.delete(pathOf('deployments', 'web')));
  await until(pathOf('deployments', 'web'), (object) => object === undefined);
  expect((await api.get(pathOf('replicasets', 'web'))).status).toBe(404);
});

test('two at once, and others who write the same objects, come to agree', async () => {
  await control();
  await control();
  await create('web', 1);
  for (let replicas = 2; replicas <= 6; replicas++) {
    await Promise.all([
      merge(pathOf('deployments', 'web'), { spec: { replicas } }),
      merge(pathOf('deployments', 'web'), { metadata: { annotations: { round: String(replicas) } } }),
    ]);
  }
  await replicaSetHas('web', 6);
  await run('web', 6);
  await isTold('web', 6);
  done(await api.delete(pathOf('deployments', 'web')));
  await until(pathOf('deployments', 'web'), (object) => object === undefined);
});

test('one that starts again does what was missed meanwhile', async () => {
  const first = await control();
  await create('kept', 1);
  await create('gone', 1);
  await replicaSetHas('kept', 1);
  await replicaSetHas('gone', 1);
  await first.stop();
  await merge(pathOf('deployments', 'kept'), { spec: { replicas: 4 } });
  done(await api.delete(pathOf('deployments', 'gone')));
  expect(done(await api.get(pathOf('deployments', 'gone'))).metadata.deletionTimestamp).toBeDefined();
  await control();
  await replicaSetHas('kept', 4);
  await until(pathOf('deployments', 'gone'), (object) => object === undefined);
  await until(pathOf('replicasets', 'gone'), (object) => object === undefined);
});
