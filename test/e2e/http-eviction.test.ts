import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { done } from '../support/http-objects.ts';
import { WholeServer } from '../support/whole-server.ts';

/* Evictions and disruption budgets, as a kube-apiserver 1.37 has them without a controller that counts. */

const namespace = 'evictions';
const pods = `/api/v1/namespaces/${namespace}/pods`;
const budgets = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
const mergePatch = { 'content-type': 'application/merge-patch+json' };

describe('evictions over HTTP', () => {
  let server: WholeServer;
  let apps = 0;

  beforeAll(async () => {
    server = await WholeServer.open();
    done(await server.api.post('/api/v1/namespaces', { metadata: { name: namespace } }));
  });
  afterAll(() => server.close());

  const patchStatus = async (path: string, status: object) =>
    done(await server.api.call(`${path}/status`, { method: 'PATCH', body: { status }, headers: mergePatch }));

  /** A pod that runs, alone with its label, and is ready or not. */
  async function runningPod(ready: 'True' | 'False' = 'True'): Promise<{ name: string; labels: { app: string } }> {
    const name = `pod-${++apps}`;
    const labels = { app: name };
    const spec = { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] };
    done(await server.api.post(pods, { metadata: { name, labels }, spec }));
    await patchStatus(`${pods}/${name}`, { phase: 'Running', conditions: [{ type: 'Ready', status: ready }] });
    return { name, labels };
  }

  async function budgetFor(labels: object, status?: object): Promise<string> {
    const name = `budget-${++apps}`;
    const spec = { minAvailable: 1, selector: { matchLabels: labels } };
    done(await server.api.post(budgets, { metadata: { name }, spec }));
    if (status !== undefined) await patchStatus(`${budgets}/${name}`, status);
    return name;
  }

  const evict = (name: string, query = '') =>
    server.api.post(`${pods}/${name}/eviction${query}`, {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name },
    });

  const statusOf = async (path: string) => (await server.api.get(path)).body.status as Record<string, unknown>;
  const isGoing = async (name: string) =>
    (await server.api.get(`${pods}/${name}`)).body.metadata.deletionTimestamp !== undefined;

  test('a pod without a budget goes, and says why', async () => {
    const { name } = await runningPod();
    expect((await evict(name)).status).toBe(201);
    expect(await isGoing(name)).toBe(true);
    expect(await statusOf(`${pods}/${name}`)).toMatchObject({
      conditions: [{ type: 'Ready' }, { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }],
    });
  });

  test('a budget that nobody has counted lets nobody go, and says when to come again', async () => {
    const { name, labels } = await runningPod();
    const budget = await budgetFor(labels);
    const { status, headers, body } = await evict(name);
    expect([status, headers.get('retry-after')]).toEqual([429, '10']);
    expect(body).toMatchObject({
      reason: 'TooManyRequests',
      details: {
        causes: [
          {
            reason: 'DisruptionBudget',
            message: `The disruption budget ${budget} is still being processed by the server.`,
          },
        ],
      },
    });
    expect(await isGoing(name)).toBe(false);
  });

  test('a budget is spent, once for each pod, and by nobody who only tries', async () => {
    const { name, labels } = await runningPod();
    const budget = await budgetFor(labels, { observedGeneration: 1, disruptionsAllowed: 1 });
    const before = await statusOf(`${budgets}/${budget}`);
    expect((await evict(name, '?dryRun=All')).status).toBe(201);
    expect(await statusOf(`${budgets}/${budget}`)).toEqual(before);
    expect((await evict(name)).status).toBe(201);
    const after = await statusOf(`${budgets}/${budget}`);
    expect(after).toMatchObject({
      disruptionsAllowed: 0,
      conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }],
    });
    expect(Object.keys(after['disruptedPods'] as object)).toEqual([name]);
    // It goes already: that costs nothing more.
    expect((await evict(name)).status).toBe(201);
  });

  test('of many evictions at a time as many take place as are allowed', async () => {
    const { labels } = await runningPod();
    const names = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const { name } = await runningPod();
        done(
          await server.api.call(`${pods}/${name}`, {
            method: 'PATCH',
            body: { metadata: { labels } },
            headers: mergePatch,
          }),
        );
        return name;
      }),
    );
    const budget = await budgetFor(labels, { observedGeneration: 1, disruptionsAllowed: 3 });
    const answers = await Promise.all(names.map((name) => evict(name)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 201, 201, 429, 429, 429]);
    const { disruptedPods } = await statusOf(`${budgets}/${budget}`);
    expect(Object.keys(disruptedPods as object)).toHaveLength(3);
  });

  test('a pod that is not ready goes uncounted where enough are healthy', async () => {
    const { name, labels } = await runningPod('False');
    const budget = await budgetFor(labels, { observedGeneration: 1, currentHealthy: 2, desiredHealthy: 2 });
    expect((await evict(name)).status).toBe(201);
    expect(await statusOf(`${budgets}/${budget}`)).not.toHaveProperty('disruptedPods');
  });

  test('two budgets for one pod are not supported', async () => {
    const { name, labels } = await runningPod();
    await budgetFor(labels);
    await budgetFor(labels);
    const { status, body } = await evict(name);
    expect([status, body.message]).toEqual([
      500,
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    ]);
  });
});
