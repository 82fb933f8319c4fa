import { numberAt, objectsAt, textAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { ipWarnings } from '../../machinery/validation/ip-warnings.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { setDefault } from '../strategy/set-default.ts';
import { everyVerb } from '../verb.ts';

const shown = 3;

function addresses(endpoints: JsonObject): string {
  const subsets = objectsAt(endpoints, 'subsets');
  const all = subsets.flatMap((subset) => {
    const ips = objectsAt(subset, 'addresses').map((address) => stringAt(address, 'ip'));
    const ports = objectsAt(subset, 'ports');
    if (ports.length === 0) return ips;
    return ports.flatMap((port) => ips.map((ip) => `${ip.includes(':') ? `[${ip}]` : ip}:${numberAt(port, 'port')}`));
  });
  if (subsets.length === 0) return '<none>';
  const text = all.slice(0, shown).join(',');
  return all.length > shown ? `${text} + ${all.length - shown} more...` : text;
}

/** The controller that makes most of them writes addresses as they should be. */
function warnings(endpoints: JsonObject): readonly string[] {
  const manager = textAt(endpoints, 'metadata', 'labels', 'endpoints.kubernetes.io/managed-by');
  if (manager === 'endpoint-controller') return [];
  return objectsAt(endpoints, 'subsets').flatMap((subset, index) =>
    ['addresses', 'notReadyAddresses'].flatMap((field) =>
      objectsAt(subset, field).flatMap((address, place) =>
        ipWarnings(`subsets[${index}].${field}[${place}].ip`, stringAt(address, 'ip')),
      ),
    ),
  );
}

export const endpoints = defineKind({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  resource: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'services/endpoints',
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  fields: {},
  columns: [nameColumn, column('Endpoints', 'Addresses and ports behind the service.', addresses), ageColumn],
  strategy: genericStrategy({
    defaults(object) {
      for (const subset of objectsAt(object, 'subsets')) {
        for (const port of objectsAt(subset, 'ports')) setDefault(port, 'protocol', 'TCP');
      }
    },
    validateName: nameIsDnsSubdomain,
    warningsOnCreate: warnings,
    warningsOnUpdate: warnings,
    allowCreateOnUpdate: true,
  }),
});
