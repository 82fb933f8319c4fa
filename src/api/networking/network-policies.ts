import { objectIn } from '../../machinery/json/json-path.ts';
import { cidrWarnings } from '../../machinery/validation/ip-warnings.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { selectorText } from '../printing/label-text.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { NetworkPolicy, NetworkPolicyPeer } from '../types/networking-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { validateNetworkPolicy } from './network-policy-validation.ts';

/** A policy that does not say what it is about is about what comes in, and about what goes out if it has rules for it. */
function defaults(policy: NetworkPolicy): void {
  const spec = (policy.spec ??= {});
  for (const { ports } of [...(spec.ingress ?? []), ...(spec.egress ?? [])])
    for (const port of ports ?? []) port.protocol ??= 'TCP';
  if ((spec.policyTypes ?? []).length > 0) return;
  spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

function warnings({ spec = {} }: NetworkPolicy): readonly string[] {
  const ofPeers = (peers: readonly NetworkPolicyPeer[] | undefined, path: string) =>
    (peers ?? []).flatMap(({ ipBlock }, index) => {
      const at = `${path}[${index}].ipBlock`;
      if (ipBlock === undefined) return [];
      return [
        ...cidrWarnings(`${at}.cidr`, ipBlock.cidr ?? ''),
        ...(ipBlock.except ?? []).flatMap((range, place) => cidrWarnings(`${at}.except[${place}]`, range)),
      ];
    });
  return [
    ...(spec.ingress ?? []).flatMap(({ from }, index) => ofPeers(from, `spec.ingress[${index}].from`)),
    ...(spec.egress ?? []).flatMap(({ to }, index) => ofPeers(to, `spec.egress[${index}].to`)),
  ];
}

/** `networking.k8s.io/v1` NetworkPolicy. */
export const networkPolicies = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  resource: 'networkpolicies',
  singular: 'networkpolicy',
  shortNames: ['netpol'],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'networkpolicies',
  fields: {},
  columns: [
    nameColumn,
    column(
      'Pod-Selector',
      'Labels of the pods that it is about.',
      (policy) => selectorText({ selector: objectIn(policy, 'spec', 'podSelector') ?? {} }) || '<none>',
    ),
    ageColumn,
  ],
  strategy: genericStrategy<NetworkPolicy>({
    defaults,
    generationOf: [['spec']],
    generationCountsEmpty: true,
    validateName: nameIsDnsSubdomain,
    validate: (policy) => validateNetworkPolicy(policy),
    validateUpdate: validateNetworkPolicy,
    warningsOnCreate: warnings,
    warningsOnUpdate: warnings,
  }),
});
