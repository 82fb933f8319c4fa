import { objectIn, objectsAt, stringsAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { cidrWarnings } from '../../machinery/validation/ip-warnings.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn, wide } from '../printing/columns.ts';
import { scalarField } from '../selectable-fields.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { Node } from '../types/core-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { nodeProxy } from './connect-subresources.ts';
import { validateNode, validateNodeUpdate } from './node-validation.ts';
import { pairTexts } from './paired-fields.ts';
import { roundUpQuantities } from './rounded-quantities.ts';

const roleLabel = 'node-role.kubernetes.io/';

function status(node: JsonObject): string {
  const ready = objectsAt(node, 'status', 'conditions').findLast((c) => stringAt(c, 'type') === 'Ready');
  const words = [ready === undefined ? 'Unknown' : stringAt(ready, 'status') === 'True' ? 'Ready' : 'NotReady'];
  if (valueAt(node, 'spec', 'unschedulable') === true) words.push('SchedulingDisabled');
  return words.join(',');
}

function roles(node: JsonObject): string {
  const labels = objectIn(node, 'metadata', 'labels');
  const names = new Set<string>();
  for (const key of Object.keys(labels ?? {})) {
    if (key.startsWith(roleLabel) && key.length > roleLabel.length) names.add(key.slice(roleLabel.length));
    else if (key === 'kubernetes.io/role' && stringAt(labels, key) !== '') names.add(stringAt(labels, key));
  }
  return [...names].sort().join(',') || '<none>';
}

const address = (type: string) => (node: JsonObject) =>
  stringAt(
    objectsAt(node, 'status', 'addresses').find((entry) => stringAt(entry, 'type') === type),
    'address',
  ) || '<none>';

const nodeInfo = (key: string) => (node: JsonObject) => textAt(node, 'status', 'nodeInfo', key) || '<unknown>';

/** A node that does not say what of it can be used can be used wholly. */
function defaults({ spec, status }: Node): void {
  if (spec !== undefined) pairTexts(spec, 'podCIDR', 'podCIDRs');
  roundUpQuantities(status?.capacity);
  roundUpQuantities(status?.allocatable);
  if (status?.capacity !== undefined) status.allocatable ??= { ...status.capacity };
}

/** Nothing reads it any more; what has it keeps it. */
function dropConfigSource(node: Node, old?: Node): void {
  if (old?.spec?.configSource === undefined) delete node.spec?.configSource;
}

const warnings = (node: JsonObject): readonly string[] => [
  ...(objectIn(node, 'spec', 'configSource') === undefined ? [] : ['spec.configSource: the feature is removed']),
  ...(textAt(node, 'spec', 'externalID') === ''
    ? []
    : ['spec.externalID: this field is deprecated, and is unused by Kubernetes']),
  ...stringsAt(node, 'spec', 'podCIDRs').flatMap((range, index) => cidrWarnings(`spec.podCIDRs[${index}]`, range)),
];

function kernelVersion(node: JsonObject): string {
  const architecture = textAt(node, 'status', 'nodeInfo', 'architecture');
  return architecture === '' ? nodeInfo('kernelVersion')(node) : `${nodeInfo('kernelVersion')(node)} (${architecture})`;
}

export const nodes = defineKind({
  group: '',
  version: 'v1',
  kind: 'Node',
  resource: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: { ...nodeProxy.subresources, ...statusSubresource },
  subresourceKinds: nodeProxy.subresourceKinds,
  connects: nodeProxy.connects,
  storagePrefix: 'minions',
  fields: scalarField('spec.unschedulable', 'false'),
  columns: [
    nameColumn,
    column('Status', 'Whether the node can run pods.', status),
    column('Roles', 'Roles of the node, from its labels.', roles),
    ageColumn,
    column('Version', 'Version of the kubelet.', (node) => textAt(node, 'status', 'nodeInfo', 'kubeletVersion')),
    wide('Internal-IP', 'First internal address of the node.', address('InternalIP')),
    wide('External-IP', 'First external address of the node.', address('ExternalIP')),
    wide('OS-Image', 'Operating system of the node.', nodeInfo('osImage')),
    wide('Kernel-Version', 'Version of the kernel, and for which processors it was built.', kernelVersion),
    wide('Container-Runtime', 'Version of the container runtime.', nodeInfo('containerRuntimeVersion')),
  ],
  strategy: genericStrategy<Node>({
    defaults,
    // A kubelet registers its node together with what it knows of it.
    initialStatus: (node) => node.status ?? {},
    onCreate(node) {
      dropConfigSource(node);
      delete node.spec?.podPreemptionPolicy;
      delete node.status?.config;
    },
    onUpdate(node, old) {
      dropConfigSource(node, old);
      if (old.spec?.podPreemptionPolicy === undefined) delete node.spec?.podPreemptionPolicy;
    },
    onStatusUpdate(node, old) {
      if (old.status?.config === undefined) delete node.status?.config;
      if (old.status?.nodeInfo?.runningInUserNamespace === undefined)
        delete node.status?.nodeInfo?.runningInUserNamespace;
    },
    validate: validateNode,
    validateUpdate: (node, old) => [...validateNode(node), ...validateNodeUpdate(node, old)],
    validateStatus: validateNodeUpdate,
    validateName: nameIsDnsSubdomain,
    warningsOnCreate: warnings,
    warningsOnUpdate: warnings,
  }),
});
