import { objectsAt, textAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { ipWarnings } from '../../machinery/validation/ip-warnings.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { Ingress } from '../types/networking-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import {
  classAnnotation,
  validateClassAnnotation,
  validateIngress,
  validateIngressStatus,
} from './ingress-validation.ts';

const shownHosts = 3;

/** The first hosts. Rules without one count as rules, and are not shown. */
function hosts(ingress: JsonObject): string {
  const rules = objectsAt(ingress, 'spec', 'rules');
  const shown: string[] = [];
  for (const rule of rules) {
    const host = stringAt(rule, 'host');
    if (shown.length === shownHosts) return `${shown.join(',')} + ${rules.length - shownHosts} more...`;
    if (host !== '') shown.push(host);
  }
  return shown.join(',') || '*';
}

function addresses(ingress: JsonObject): string {
  const given = objectsAt(ingress, 'status', 'loadBalancer', 'ingress')
    .map((one) => stringAt(one, 'ip') || stringAt(one, 'hostname'))
    .filter((address) => address !== '');
  return [...new Set(given)].sort().join(',');
}

function warnings({ metadata, spec }: Ingress): readonly string[] {
  if (metadata?.annotations?.[classAnnotation] === undefined || spec?.ingressClassName !== undefined) return [];
  return [`annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`];
}

/** `networking.k8s.io/v1` Ingress. */
export const ingresses = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  resource: 'ingresses',
  singular: 'ingress',
  shortNames: ['ing'],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'ingress',
  fields: {},
  columns: [
    nameColumn,
    column('Class', 'Class of the ingress.', (ingress) => textAt(ingress, 'spec', 'ingressClassName') || '<none>'),
    column('Hosts', 'Hosts that its rules are for.', hosts),
    column('Address', 'Addresses of its load balancer.', addresses),
    column('Ports', 'Ports that it listens on.', (ingress) =>
      objectsAt(ingress, 'spec', 'tls').length > 0 ? '80, 443' : '80',
    ),
    ageColumn,
  ],
  strategy: genericStrategy<Ingress>({
    initialStatus: () => ({ loadBalancer: {} }),
    generationOf: [['spec']],
    validateName: nameIsDnsSubdomain,
    validate: (ingress) => [...validateIngress(ingress), ...validateClassAnnotation(ingress)],
    validateUpdate: validateIngress,
    validateStatus: validateIngressStatus,
    warningsOnCreate: warnings,
    warningsOnStatusUpdate: ({ status }) =>
      (status?.loadBalancer?.ingress ?? []).flatMap(({ ip = '' }, index) =>
        ipWarnings(`status.loadBalancer.ingress[${index}]`, ip),
      ),
  }),
});
