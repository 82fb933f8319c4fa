/**
 * Makes what Kubernetes puts into every cluster's flow control, its roles and who has them, and how it ranks the groups that
 * it serves, of what a new kube-apiserver has. Run it when the version of Kubernetes changes, against a server that nobody has written to:
 *
 *     npx tsx .dev/generate-cluster-objects.ts --reference URL [--token T]
 *
 * Certificates are not checked.
 */
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { reference: { type: 'string' }, token: { type: 'string', default: '' } } });
const { reference, token } = values;
if (reference === undefined) throw new Error('--reference URL');

interface ListedObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion: string;
    readonly labels?: unknown;
    readonly annotations?: unknown;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

const agent = new Agent({ rejectUnauthorized: false });

/** In the order in which they were made. */
async function listOf(path: string): Promise<ListedObject[]> {
  const text = await new Promise<string>((resolve, reject) => {
    const sent = request(
      new URL(path, reference),
      { agent, headers: { authorization: `Bearer ${token}` } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve(Buffer.concat(chunks).toString()));
        answer.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end();
  });
  const { items } = JSON.parse(text) as { items: ListedObject[] };
  return items.sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion));
}

function write(file: string, table: Readonly<Record<string, Readonly<Record<string, unknown>>>>): void {
  const parts = Object.entries(table).map(([name, entries]) => {
    const lines = Object.entries(entries).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    return `${JSON.stringify(name)}:{\n${lines.join(',\n')}\n}`;
  });
  writeFileSync(new URL(`../src/${file}`, import.meta.url), `{\n${parts.join(',\n')}\n}\n`);
}

const specsOf = (objects: readonly ListedObject[]): Record<string, unknown> =>
  Object.fromEntries(objects.map(({ metadata, spec }) => [metadata.name, spec]));

const flowControl = '/apis/flowcontrol.apiserver.k8s.io/v1';
write('api/flowcontrol/bootstrap-flow-control.generated.json', {
  priorityLevels: specsOf(await listOf(`${flowControl}/prioritylevelconfigurations`)),
  flowSchemas: specsOf(await listOf(`${flowControl}/flowschemas`)),
});
const services = await listOf('/apis/apiregistration.k8s.io/v1/apiservices');
write('api/apiregistration/group-priorities.generated.json', {
  priorities: Object.fromEntries(
    services
      .map(({ metadata, spec }): [string, unknown] => [
        metadata.name,
        [spec['groupPriorityMinimum'], spec['versionPriority']],
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ),
});

/** As a client would create them; by namespace and name. */
const contentsOf = (objects: readonly ListedObject[]): Record<string, unknown> =>
  Object.fromEntries(
    objects.map(({ metadata: { name, namespace, labels, annotations }, ...content }) => [
      namespace === undefined ? name : `${namespace}/${name}`,
      { metadata: { labels, annotations }, ...content },
    ]),
  );
const rbac = '/apis/rbac.authorization.k8s.io/v1';
write('controllers/bootstrap-policy.generated.json', {
  clusterroles: contentsOf(await listOf(`${rbac}/clusterroles`)),
  clusterrolebindings: contentsOf(await listOf(`${rbac}/clusterrolebindings`)),
  roles: contentsOf(await listOf(`${rbac}/roles`)),
  rolebindings: contentsOf(await listOf(`${rbac}/rolebindings`)),
});
agent.destroy();
