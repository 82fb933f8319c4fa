import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { numberAt, objectsAt, stringsAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import type { JsonObject, JsonValue } from '../../machinery/json-value.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { ipWarnings } from '../../machinery/validation/ip-warnings.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { EndpointSlice } from '../types/discovery-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { validateEndpointSlice, validateEndpointSliceUpdate } from './endpoint-slice-validation.ts';

/** Those who write addresses as they should be. */
const carefulManagers = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'];
const managedBy = 'endpointslice.kubernetes.io/managed-by';
const hostLabel = 'kubernetes.io/hostname';

const shown = 3;

function firstOf(texts: readonly string[]): string {
  const text = texts.slice(0, shown).join(',');
  if (texts.length > shown) return `${text} + ${texts.length - shown} more...`;
  return text || '<unset>';
}

const portText = (port: JsonObject): string => {
  if (typeof valueAt(port, 'port') === 'number') return String(numberAt(port, 'port'));
  const name = valueAt(port, 'name');
  return typeof name === 'string' ? name : '*';
};

function addressWarnings(slice: EndpointSlice): string[] {
  if (carefulManagers.includes(slice.metadata?.labels?.[managedBy] ?? '')) return [];
  return (slice.endpoints ?? []).flatMap(({ addresses }, index) =>
    (addresses ?? []).flatMap((address, place) => ipWarnings(`endpoints[${index}].addresses[${place}]`, address)),
  );
}

/** The path is the original's. */
const typeWarnings = ({ addressType }: EndpointSlice): string[] =>
  addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : [];

/**
 * A client of v1 cannot write the topology of the version before it. What is stored stays until somebody changes the
 * endpoints, who then keeps of it only the name of the node.
 */
function dropTopology(slice: EndpointSlice, old?: EndpointSlice): void {
  if (old !== undefined && sameJson(slice.endpoints ?? [], old.endpoints ?? [])) return;
  const nodes = new Set((old?.endpoints ?? []).map((endpoint) => endpoint.deprecatedTopology?.[hostLabel] ?? ''));
  for (const endpoint of slice.endpoints ?? []) {
    const node = endpoint.deprecatedTopology?.[hostLabel];
    if (endpoint.nodeName === undefined && node !== undefined && node !== '') {
      if (nodes.has(node) && dns1123Subdomain(node).length === 0) endpoint.nodeName = node;
    }
    delete endpoint.deprecatedTopology;
  }
}

const sameJson = (a: unknown, b: unknown): boolean => jsonEqual((a ?? null) as JsonValue, (b ?? null) as JsonValue);

/** Whatever is not metadata counts, and labels do. What is then dropped has been counted. */
function countGeneration(slice: EndpointSlice, old: EndpointSlice): void {
  const same =
    sameJson(slice.addressType, old.addressType) &&
    sameJson(slice.endpoints ?? [], old.endpoints ?? []) &&
    sameJson(slice.ports ?? [], old.ports ?? []) &&
    sameJson(slice.metadata?.labels ?? {}, old.metadata?.labels ?? {});
  const metadata = (slice.metadata ??= {});
  if (!same) metadata.generation = Number(old.metadata?.generation ?? 0) + 1;
}

/** `discovery.k8s.io/v1` EndpointSlice. */
export const endpointSlices = defineKind({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  resource: 'endpointslices',
  singular: 'endpointslice',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'endpointslices',
  fields: {},
  columns: [
    nameColumn,
    column('AddressType', 'What its addresses are.', (slice) => textAt(slice, 'addressType')),
    column('Ports', 'Ports of its endpoints.', (slice) => firstOf(objectsAt(slice, 'ports').map(portText))),
    column('Endpoints', 'Addresses of its endpoints.', (slice) =>
      firstOf(objectsAt(slice, 'endpoints').flatMap((endpoint) => stringsAt(endpoint, 'addresses'))),
    ),
    ageColumn,
  ],
  strategy: genericStrategy<EndpointSlice>({
    defaults({ ports }) {
      for (const port of ports ?? []) {
        port.name ??= '';
        port.protocol ??= 'TCP';
      }
    },
    onCreate(slice) {
      (slice.metadata ??= {}).generation = 1;
      dropTopology(slice);
    },
    onUpdate(slice, old) {
      countGeneration(slice, old);
      dropTopology(slice, old);
    },
    validateName: nameIsDnsSubdomain,
    validate: validateEndpointSlice,
    validateUpdate: validateEndpointSliceUpdate,
    warningsOnCreate: (slice) => [...typeWarnings(slice), ...addressWarnings(slice)],
    warningsOnUpdate: addressWarnings,
  }),
});
