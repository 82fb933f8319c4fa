/**
 * Makes src/api/core/internal-structs.generated.json of the Go sources of Kubernetes' internal API types: what an API server
 * shows in messages when it shows a struct. Run it when the version of Kubernetes changes:
 *
 *     npx tsx .dev/generate-internal-structs.ts --kubernetes DIR --api DIR
 *
 * with checkouts of k8s.io/kubernetes and k8s.io/api.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { kubernetes: { type: 'string' }, api: { type: 'string' } } });
const { kubernetes, api } = values;
if (kubernetes === undefined || api === undefined) throw new Error('--kubernetes DIR --api DIR');

/** What messages show, with everything below it. */
const roots = [
  'PodSpec',
  'EphemeralContainer',
  'DeploymentStrategy',
  'DaemonSetUpdateStrategy',
  'StatefulSetUpdateStrategy',
  'ScopeSelector',
  'PodTemplateSpec',
  'PodFailurePolicy',
  'SuccessPolicy',
  'UncountedTerminatedPods',
  'PodDisruptionBudgetSpec',
  'ResourceClaimSpec',
  'AllocatedDeviceStatus',
  'ResourceClaimConsumerReference',
  'AllocationResult',
  'ResourceSliceSpec',
  'FlowDistinguisherMethod',
  'FlowSchemaSpec',
  'PriorityLevelConfigurationSpec',
  'PodCertificateRequestSpec',
  'PersistentVolumeSource',
  'PersistentVolumeClaim',
];

interface Field {
  readonly name: string;
  readonly type: string;
  readonly json: string;
  /** Its fields stand in its place. */
  readonly embedded: boolean;
}

function structsIn(file: string): Map<string, Field[]> {
  const structs = new Map<string, Field[]>();
  for (const [, name = '', body = ''] of readFileSync(file, 'utf8').matchAll(
    /^type (\w+) struct \{\n([\s\S]*?)^\}/gm,
  )) {
    const fields = body.split('\n').flatMap((line): Field[] => {
      const [, first = '', second, tags = ''] = /^\t([\w.]+)(?:\s+([^\s`/]+))?(?:\s+`(.*)`)?/.exec(line) ?? [];
      if (first === '') return [];
      const json = /json:"([^",]*)/.exec(tags)?.[1] ?? '';
      return [{ name: first, type: second ?? first, json, embedded: second === undefined }];
    });
    structs.set(name, fields);
  }
  return structs;
}

const aliases = new Map<string, string>();
const internal = new Map<string, Field[]>();
const versioned = new Map<string, Field[]>();
for (const group of ['core', 'apps', 'batch', 'policy', 'resource', 'certificates', 'flowcontrol']) {
  const file = join(kubernetes, 'pkg/apis', group, 'types.go');
  // What a later group calls by a name that is taken is in no message.
  for (const [name, fields] of structsIn(file)) if (!internal.has(name)) internal.set(name, fields);
  for (const [, name = '', target = ''] of readFileSync(file, 'utf8').matchAll(
    /^type (\w+) (string|int32|map\[\S+)/gm,
  )) {
    aliases.set(name, target);
  }
  for (const [name, fields] of structsIn(join(api, group, 'v1/types.go'))) {
    if (!versioned.has(name)) versioned.set(name, fields);
  }
}

/** How a field that is absent, and one that is there, are shown: see internal-structs.ts. */
function kindOf(type: string): string {
  const bare = type.replace(/^(?:core|api|v1)\./, '');
  if (bare === 'string' || aliases.get(bare) === 'string') return 'text';
  if (/^u?int(?:32|64)?$/.test(bare) || aliases.get(bare) === 'int32' || bare === 'intstr.IntOrString') return 'number';
  if (bare === 'bool') return 'flag';
  if (bare === 'resource.Quantity') return 'quantity';
  if (bare.startsWith('map[') || aliases.get(bare)?.startsWith('map[')) return 'map';
  if (bare.startsWith('[]') || bare.startsWith('*')) {
    const inner = bare.replace(/^\[\]|^\*/, '').replace(/^(?:core|api)\./, '');
    return internal.has(inner) ? `${bare[0]}${inner}` : 'any';
  }
  return internal.has(bare) ? bare : 'any';
}

const table: Record<string, [name: string, json: string, kind: string][]> = {};
function add(name: string): void {
  if (table[name] !== undefined) return;
  const rows: [string, string, string][] = [];
  table[name] = rows;
  const tags = new Map((versioned.get(name) ?? []).map((field) => [field.name, field.json]));
  for (const field of internal.get(name) ?? []) {
    if (field.type === 'metav1.TypeMeta') continue;
    if (field.type === 'metav1.ObjectMeta') {
      rows.push(['', 'metadata', 'metadata']);
      continue;
    }
    const embedded = field.embedded && internal.has(field.name);
    const kind = kindOf(field.type);
    const json = embedded ? '' : (tags.get(field.name) ?? `${field.name[0]?.toLowerCase()}${field.name.slice(1)}`);
    rows.push([field.name, json, kind]);
    const struct = kind.replace(/^[[*]/, '');
    if (internal.has(struct)) add(struct);
  }
}
for (const root of roots) add(root);
const lines = Object.entries(table)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, rows]) => `${JSON.stringify(name)}:${JSON.stringify(rows)}`);
writeFileSync(
  new URL('../src/api/core/internal-structs.generated.json', import.meta.url),
  `{\n${lines.join(',\n')}\n}\n`,
);
