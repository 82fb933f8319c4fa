/**
 * Makes src/machinery/protobuf/kubernetes-protobuf.generated.json of the Go sources of Kubernetes' API types: field numbers, JSON
 * names and what is optional, all of it from the tags of the structs. Run it when the version of Kubernetes changes or a
 * group is added:
 *
 *     npx tsx .dev/generate-protobuf.ts --api DIR --apimachinery DIR
 *
 * with checkouts of k8s.io/api and k8s.io/apimachinery.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type {
  MessageData,
  ProtobufData,
  ProtobufField,
  ProtobufType,
} from '../src/machinery/protobuf/protobuf-data.ts';
import { type GoField, readGoPackage } from './go-structs.ts';

/** Packages of k8s.io/api → the group whose kinds they hold, and its versions. */
const groups: Readonly<Record<string, readonly [group: string, ...versions: string[]]>> = {
  core: ['', 'v1'],
  admissionregistration: ['admissionregistration.k8s.io', 'v1'],
  apps: ['apps', 'v1'],
  authentication: ['authentication.k8s.io', 'v1'],
  authorization: ['authorization.k8s.io', 'v1'],
  autoscaling: ['autoscaling', 'v1', 'v2'],
  batch: ['batch', 'v1'],
  certificates: ['certificates.k8s.io', 'v1'],
  coordination: ['coordination.k8s.io', 'v1'],
  discovery: ['discovery.k8s.io', 'v1'],
  events: ['events.k8s.io', 'v1'],
  flowcontrol: ['flowcontrol.apiserver.k8s.io', 'v1'],
  networking: ['networking.k8s.io', 'v1'],
  node: ['node.k8s.io', 'v1'],
  policy: ['policy', 'v1'],
  rbac: ['rbac.authorization.k8s.io', 'v1'],
  resource: ['resource.k8s.io', 'v1'],
  scheduling: ['scheduling.k8s.io', 'v1', 'v1alpha3'],
  storage: ['storage.k8s.io', 'v1'],
  storagemigration: ['storagemigration.k8s.io', 'v1'],
};

const { values } = parseArgs({ options: { api: { type: 'string' }, apimachinery: { type: 'string' } } });
if (values.api === undefined || values.apimachinery === undefined) throw new Error('--api DIR --apimachinery DIR');
const { api } = values;

/** Types that marshal themselves. */
const special: Readonly<Record<string, ProtobufType>> = {
  'metav1.Time': 't',
  'metav1.MicroTime': 'u',
  'resource.Quantity': 'q',
  'intstr.IntOrString': 'x',
  'runtime.RawExtension': '*',
  'metav1.FieldsV1': '*',
  string: 's',
  'types.UID': 's',
  'types.NodeName': 's',
  bool: 'b',
  int: 'i',
  int32: 'i',
  int64: 'i',
  uint32: 'i',
  uint64: 'i',
  float64: 'd',
  '[]byte': 'y',
};

const structs = new Map<string, readonly GoField[]>();
/** Named types that are not structs, by what they stand for. */
const aliases = new Map<string, string>();

/** `v1`: what types of a package named so are of. */
function readPackage(name: string, folder: string, v1 = 'v1'): void {
  // Packages name the core types by the one name or the other.
  const qualified = (type: string): string =>
    type
      .replace(/\bv1\./g, `${v1}.`)
      .replace(/(?<![\w.\]])\b([A-Z]\w*)|(?<=[\]*])([A-Z]\w*)/g, (bare) => `${name}.${bare}`)
      .replace(/\b(?:core|api)v1\./g, 'v1.');
  const read = readGoPackage(folder);
  for (const [type, fields] of read.structs) {
    structs.set(
      `${name}.${type}`,
      fields.map((field) => ({ ...field, type: qualified(field.type) })),
    );
  }
  for (const [type, target] of read.aliases) aliases.set(`${name}.${type}`, qualified(target));
}

readPackage('metav1', join(values.apimachinery, 'pkg/apis/meta/v1'));
/** What types of a package are called by: core's `v1`, those of another package by its name and version. */
const packages = Object.entries(groups).flatMap(([name, [group, ...versions]]) =>
  versions.map((version) => ({
    goPackage: name === 'core' ? 'v1' : `${name}${version}`,
    folder: join(api, name, version),
    group,
    version,
  })),
);
for (const { goPackage, folder } of packages) readPackage(goPackage, folder);
readPackage('apidiscoveryv2', join(api, 'apidiscovery/v2'), 'metav1');

const messages: MessageData[] = [];
const indexes = new Map<string, number>();

function messageOf(type: string): number {
  const known = indexes.get(type);
  if (known !== undefined) return known;
  const fields = structs.get(type);
  if (fields === undefined) throw new Error(`no struct ${type}`);
  const index = messages.length;
  indexes.set(type, index);
  const made: Record<string, ProtobufField> = {};
  messages.push(made);
  for (const { type: goType, json, protobuf: number, omitEmpty } of fields) {
    if (number === undefined) continue;
    const pointer = goType.startsWith('*');
    if (json === '' && pointer)
      throw new Error(`${type} embeds a pointer, ${goType}: whether it is there, JSON does not say`);
    const flags = `${pointer ? 'p' : ''}${omitEmpty ? 'o' : ''}`;
    made[number] =
      json === '' ? ['', typeOf(goType)] : ([json, typeOf(goType), ...(flags === '' ? [] : [flags])] as ProtobufField);
  }
  return index;
}

function typeOf(goType: string): ProtobufType {
  const type = goType.replace(/^\*/, '');
  const leaf = special[type];
  if (leaf !== undefined) return leaf;
  if (type.startsWith('[]')) return ['[', typeOf(type.slice(2))];
  const map = /^map\[[\w.]+\](.+)$/.exec(type)?.[1];
  if (map !== undefined) return ['{', typeOf(map)];
  const alias = aliases.get(type);
  if (alias === undefined) return messageOf(type);
  // A list whose type has a name is a message that holds the list.
  return alias.startsWith('[]') ? ['(', typeOf(alias.slice(2))] : typeOf(alias);
}

const kinds: Record<string, number> = {};
for (const { goPackage, group, version } of packages) {
  for (const type of structs.keys()) {
    const kind = type.slice(goPackage.length + 1);
    // A kind has its own metadata in field 1; lists are never sent to a server.
    const first = type.startsWith(`${goPackage}.`)
      ? structs.get(type)?.find(({ protobuf }) => protobuf === '1')
      : undefined;
    if (first?.type !== 'metav1.ObjectMeta' || kind.endsWith('TemplateSpec')) continue;
    kinds[`${group}/${version}/${kind}`] = messageOf(type);
  }
}
// Registered in every group and version.
for (const kind of ['CreateOptions', 'DeleteOptions', 'GetOptions', 'ListOptions', 'PatchOptions', 'UpdateOptions']) {
  kinds[`*/${kind}`] = messageOf(`metav1.${kind}`);
}
for (const kind of ['APIGroup', 'APIGroupList', 'APIResourceList', 'APIVersions', 'Status']) {
  kinds[`/v1/${kind}`] = messageOf(`metav1.${kind}`);
}
for (const version of ['v1', 'v1beta1']) {
  kinds[`meta.k8s.io/${version}/PartialObjectMetadata`] = messageOf('metav1.PartialObjectMetadata');
}
kinds['apidiscovery.k8s.io/v2/APIGroupDiscoveryList'] = messageOf('apidiscoveryv2.APIGroupDiscoveryList');

const data: ProtobufData = { kinds, messages };
const rows = messages.map((message) => JSON.stringify(message)).join(',\n');
const output = new URL('../src/machinery/protobuf/kubernetes-protobuf.generated.json', import.meta.url);
writeFileSync(output, `{"kinds":${JSON.stringify(data.kinds)},\n"messages":[\n${rows}\n]}\n`);
