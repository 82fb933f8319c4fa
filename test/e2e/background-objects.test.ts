import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningServer } from '../../src/server/start-server.ts';
import { startTestServer } from '../support/server.ts';

const patience = { timeout: 30_000 };

let server: RunningServer;
beforeAll(async () => {
  server = await startTestServer({ overrides: { controllers: ['*'] } });
});
afterAll(() => server?.close());

interface Listed {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly conditions?: readonly Readonly<Record<string, string>>[] };
}

async function listOf(path: string): Promise<readonly Listed[]> {
  const answer = await fetch(`${server.url}/apis/${path}`);
  return ((await answer.json()) as { items: readonly Listed[] }).items;
}

/** `NAME CONDITION=STATUS REASON`, by name. */
const told = async (path: string): Promise<string[]> =>
  (await listOf(path)).map(({ metadata, status }) => {
    const [{ type, status: is, reason } = {}] = status?.conditions ?? [];
    return `${metadata.name} ${type}=${is} ${reason}`;
  });

test('a server says which groups it serves, how requests are ranked, and that the ranks are there', async () => {
  const groups = (await (await fetch(`${server.url}/apis`)).json()) as {
    groups: readonly { readonly versions: readonly { readonly version: string }[]; readonly name: string }[];
  };
  const served = groups.groups.flatMap(({ name, versions }) => versions.map(({ version }) => `${version}.${name}`));
  await expect
    .poll(() => told('apiregistration.k8s.io/v1/apiservices'), patience)
    .toEqual(
      ['v1.', ...served.filter((name) => !name.endsWith('.apiregistration.k8s.io'))]
        .sort()
        .map((name) => `${name} Available=True Local`),
    );
  await expect
    .poll(async () => (await listOf('flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations')).length, patience)
    .toBe(8);
  await expect
    .poll(() => told('flowcontrol.apiserver.k8s.io/v1/flowschemas'), patience)
    .toEqual(
      [
        'catch-all',
        'exempt',
        'global-default',
        'kube-controller-manager',
        'kube-scheduler',
        'kube-system-service-accounts',
        'probes',
        'service-accounts',
        'system-leader-election',
        'system-node-high',
        'system-nodes',
      ].map((name) => `${name} Dangling=False Found`),
    );
});
