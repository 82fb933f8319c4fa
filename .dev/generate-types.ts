/**
 * Makes src/api/types/<group>-<version>.generated.ts of src/machinery/schema/kubernetes-schema.generated.json: the shapes of
 * objects, for rules that are written by hand. Run it when that file changes:
 *
 *     npx tsx .dev/generate-types.ts
 */
import { writeFileSync } from 'node:fs';
import { compareText } from '../src/machinery/compare-text.ts';
import { kubernetesSchema } from '../src/machinery/schema/kubernetes-schema.ts';
import type { Field, Schema, StructSchema } from '../src/machinery/schema/schema.ts';

/** What definitions' names begin with → the file that has them. */
const packages: Readonly<Record<string, string>> = {
  'io.k8s.apimachinery.pkg.apis.meta.v1.': 'meta-v1',
  'io.k8s.api.core.v1.': 'core-v1',
  'io.k8s.api.admissionregistration.v1.': 'admissionregistration-v1',
  'io.k8s.api.apps.v1.': 'apps-v1',
  'io.k8s.api.authentication.v1.': 'authentication-v1',
  'io.k8s.api.authorization.v1.': 'authorization-v1',
  'io.k8s.api.autoscaling.v1.': 'autoscaling-v1',
  'io.k8s.api.autoscaling.v2.': 'autoscaling-v2',
  'io.k8s.api.batch.v1.': 'batch-v1',
  'io.k8s.api.certificates.v1.': 'certificates-v1',
  'io.k8s.api.coordination.v1.': 'coordination-v1',
  'io.k8s.api.discovery.v1.': 'discovery-v1',
  'io.k8s.api.events.v1.': 'events-v1',
  'io.k8s.api.flowcontrol.v1.': 'flowcontrol-v1',
  'io.k8s.api.networking.v1.': 'networking-v1',
  'io.k8s.api.node.v1.': 'node-v1',
  'io.k8s.api.policy.v1.': 'policy-v1',
  'io.k8s.api.rbac.v1.': 'rbac-v1',
  'io.k8s.api.resource.v1.': 'resource-v1',
  'io.k8s.api.scheduling.v1.': 'scheduling-v1',
  'io.k8s.api.storage.v1.': 'storage-v1',
  'io.k8s.api.storagemigration.v1.': 'storagemigration-v1',
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.': 'apiregistration-v1',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.': 'apiextensions-v1',
};

const packageOf = (name: string): string | undefined => Object.keys(packages).find((prefix) => name.startsWith(prefix));
const shortName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
/** A struct that a file needs of another one, by that file. */
type Imports = Map<string, Set<string>>;

function typeOf(schema: Schema, file: string, imports: Imports): string {
  switch (schema.kind) {
    case 'struct': {
      const from = packages[packageOf(schema.name) ?? ''];
      if (from === undefined) return 'JsonObject';
      const type = shortName(schema.name);
      if (from !== file) imports.set(from, (imports.get(from) ?? new Set()).add(type));
      return type;
    }
    case 'list': {
      const items = typeOf(schema.items, file, imports);
      return items.includes(' ') ? `(${items})[]` : `${items}[]`;
    }
    case 'map':
      return `{ [key: string]: ${typeOf(schema.values, file, imports)} }`;
    case 'int32':
    case 'double':
      return 'number';
    case 'int64':
      return 'number | bigint';
    case 'boolean':
      return 'boolean';
    case 'intOrString':
      return 'number | string';
    case 'any':
      return 'JsonValue';
    case 'string':
    case 'bytes':
    case 'time':
    case 'microtime':
    case 'quantity':
      return 'string';
    default:
      return schema satisfies never;
  }
}

const nullWhenZero = new Set(['list', 'map', 'bytes', 'time', 'microtime']);

/** Go writes null of some fields that were never set. */
const mayBeNull = ({ schema, whenZero }: Field): boolean =>
  whenZero === 'null' || (whenZero === 'written' && nullWhenZero.has(schema.kind));

function declaration({ name, fields }: StructSchema, file: string, imports: Imports): string {
  const byName = [...fields].sort(([one], [other]) => compareText(one, other));
  const lines = byName.map(([key, field]) => {
    const type = `${typeOf(field.schema, file, imports)}${mayBeNull(field) ? ' | null' : ''}`;
    return `  ${/^[A-Za-z_$][\w$]*$/.test(key) ? key : `'${key}'`}?: ${type};\n`;
  });
  return lines.length === 0
    ? `export type ${shortName(name)} = { [key: string]: never };\n`
    : `export type ${shortName(name)} = {\n${lines.join('')}};\n`;
}

const schema = kubernetesSchema();
for (const [prefix, file] of Object.entries(packages)) {
  const imports: Imports = new Map();
  const declarations = schema.names
    .filter(
      (name) => packageOf(name) === prefix && !(name.endsWith('List') && schema.byName(name)?.fields.has('items')),
    )
    .map((name) => schema.byName(name))
    .filter((struct) => struct !== undefined)
    .map((struct) => declaration(struct, file, imports));
  const json = ['JsonObject', 'JsonValue'].filter((type) => declarations.some((text) => text.includes(type)));
  const lines = [
    '/** Made by .dev/generate-types.ts: a decoded object is of such a type. Every field may be absent. */',
    ...(json.length > 0 ? [`import type { ${json.join(', ')} } from '../../machinery/json-value.ts';`] : []),
    ...[...imports]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([from, types]) => `import type { ${[...types].sort().join(', ')} } from './${from}.generated.ts';`),
  ];
  writeFileSync(
    new URL(`../src/api/types/${file}.generated.ts`, import.meta.url),
    `${lines.join('\n')}\n\n${declarations.join('\n')}`,
  );
}
