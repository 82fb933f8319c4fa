import {
  checkEach,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { isInCidr, networkOf, parseCidr } from '../../machinery/ip-address.ts';
import { validateLegacyCidr } from '../../machinery/validation/ip.ts';
import { portName } from '../../machinery/validation/port-name.ts';
import { validatePortNumber, validateText } from '../../machinery/validation/values.ts';
import { validateLabelSelector } from '../label-selector-validation.ts';
import type {
  IPBlock,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from '../types/networking-v1.generated.ts';

const protocols = ['TCP', 'UDP', 'SCTP'];
const policyTypes = ['Ingress', 'Egress'];

interface Tolerance {
  /** Ranges that were there before, which may stay as they are written. */
  readonly ranges: readonly string[];
  /** Selectors may have values that are none of labels. */
  readonly anyValues: boolean;
}

/** What a policy is validated with, and into. */
interface Checks extends Tolerance {
  readonly errors: FieldError[];
  /** What a schema can say, that something is required, is told last. */
  readonly missing: FieldError[];
}

const blocksOf = ({ ingress, egress }: NetworkPolicySpec): IPBlock[] =>
  [...(ingress ?? []).flatMap(({ from }) => from ?? []), ...(egress ?? []).flatMap(({ to }) => to ?? [])].flatMap(
    ({ ipBlock }) => ipBlock ?? [],
  );

const toleranceOf = ({ spec = {} }: NetworkPolicy): Tolerance => ({
  ranges: blocksOf(spec).flatMap(({ cidr = '', except }) => [cidr, ...(except ?? [])]),
  anyValues: validateLabelSelector(spec.podSelector ?? {}, '').length > 0,
});

/** `old`: what was there before, which may stay wrong where it was wrong. */
export function validateNetworkPolicy({ spec = {} }: NetworkPolicy, old?: NetworkPolicy): FieldError[] {
  const checks: Checks = { ...toleranceOf(old ?? {}), errors: [], missing: [] };
  const { errors, anyValues } = checks;
  errors.push(...validateLabelSelector(spec.podSelector ?? {}, 'spec.podSelector', anyValues));
  checkEach(spec.ingress, 'spec.ingress', errors, ({ ports, from }, path) => {
    checkEach(ports, `${path}.ports`, errors, (port, at) => checkPort(port, at, errors));
    checkEach(from, `${path}.from`, errors, (peer, at) => checkPeer(peer, at, checks));
  });
  checkEach(spec.egress, 'spec.egress', errors, ({ ports, to }, path) => {
    checkEach(ports, `${path}.ports`, errors, (port, at) => checkPort(port, at, errors));
    checkEach(to, `${path}.to`, errors, (peer, at) => checkPeer(peer, at, checks));
  });
  const types = spec.policyTypes ?? [];
  if (types.length > policyTypes.length)
    errors.push(invalidValue('spec.policyTypes', types, 'may not specify more than two policyTypes'));
  else
    checkEach(types, 'spec.policyTypes', errors, (type, path) => {
      if (!policyTypes.includes(type)) errors.push(unsupportedValue(path, type, policyTypes));
    });
  return [...errors, ...checks.missing];
}

function checkPort({ protocol, port, endPort }: NetworkPolicyPort, path: string, errors: FieldError[]): void {
  if (protocol !== undefined && !protocols.includes(protocol))
    errors.push(unsupportedValue(`${path}.protocol`, protocol, protocols));
  const wrongEnd = (why: string) => errors.push(invalidValue(`${path}.endPort`, endPort ?? 0, why));
  if (port === undefined) {
    if (endPort !== undefined) wrongEnd('may not be specified when `port` is not specified');
  } else if (typeof port === 'number') {
    errors.push(...validatePortNumber(port, `${path}.port`));
    if (endPort === undefined) return;
    if (endPort < port) wrongEnd('must be greater than or equal to `port`');
    errors.push(...validatePortNumber(endPort, `${path}.endPort`));
  } else {
    if (endPort !== undefined) wrongEnd('may not be specified when `port` is non-numeric');
    errors.push(...validateText(port, `${path}.port`, portName));
  }
}

function checkPeer(peer: NetworkPolicyPeer, path: string, checks: Checks): void {
  const { errors, anyValues } = checks;
  const { podSelector, namespaceSelector, ipBlock } = peer;
  for (const [field, selector] of Object.entries({ podSelector, namespaceSelector }))
    if (selector !== undefined) errors.push(...validateLabelSelector(selector, `${path}.${field}`, anyValues));
  if (ipBlock !== undefined) checkBlock(ipBlock, `${path}.ipBlock`, checks);
  const selects = podSelector !== undefined || namespaceSelector !== undefined;
  if (!selects && ipBlock === undefined) errors.push(requiredValue(path, 'must specify a peer'));
  else if (selects && ipBlock !== undefined)
    errors.push(forbiddenValue(path, 'may not specify both ipBlock and another peer'));
}

function checkBlock({ cidr = '', except }: IPBlock, path: string, { errors, missing, ranges }: Checks): void {
  if (cidr === '') {
    missing.push(requiredValue(`${path}.cidr`));
    return;
  }
  errors.push(...validateLegacyCidr(cidr, `${path}.cidr`, ranges));
  const whole = parseCidr(cidr);
  if (whole === undefined) return;
  checkEach(except, `${path}.except`, errors, (text, at) => {
    errors.push(...validateLegacyCidr(text, at, ranges));
    const part = parseCidr(text);
    if (part === undefined) return;
    if (!isInCidr(whole, networkOf(part)) || whole.bits >= part.bits)
      errors.push(invalidValue(at, text, 'must be a strict subset of `cidr`'));
  });
}
