import {
  checkEach,
  type FieldError,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { parseIp } from '../../machinery/ip-address.ts';
import { emptiedAt } from '../../machinery/json/emptied.ts';
import {
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  wildcardDns1123Subdomain,
} from '../../machinery/validation/dns.ts';
import { validateLegacyIp } from '../../machinery/validation/ip.ts';
import { pathSegmentName } from '../../machinery/validation/path-segment.ts';
import { portName } from '../../machinery/validation/port-name.ts';
import { validatePortNumber, validateText } from '../../machinery/validation/values.ts';
import type { TypedLocalObjectReference } from '../types/core-v1.generated.ts';
import type {
  HTTPIngressPath,
  Ingress,
  IngressBackend,
  IngressRule,
  IngressServiceBackend,
  IngressSpec,
  IngressTLS,
} from '../types/networking-v1.generated.ts';

/** The older way to say which class an ingress is of. */
export const classAnnotation = 'kubernetes.io/ingress.class';

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];
const pathsMayNotContain = ['//', '/./', '/../', '%2f', '%2F'];
const pathsMayNotEndWith = ['/..', '/.'];

/** What an ingress had before there was a rule against it. */
interface Tolerance {
  readonly secretNames: boolean;
  readonly wildcardRules: boolean;
}

/** `old`: what was there before, which may stay wrong where it was wrong. */
export function validateIngress({ spec = {} }: Ingress, old?: Ingress): FieldError[] {
  const errors: FieldError[] = [];
  const tolerance = toleranceOf(old?.spec);
  const { rules, defaultBackend, tls, ingressClassName } = spec;
  if ((rules ?? []).length === 0 && defaultBackend === undefined)
    errors.push(
      invalidValue('spec', emptiedAt(spec, 'rules') ?? null, 'either `defaultBackend` or `rules` must be specified'),
    );
  if (defaultBackend !== undefined) checkBackend(defaultBackend, 'spec.defaultBackend', errors);
  checkEach(rules, 'spec.rules', errors, (rule, path) => checkRule(rule, path, tolerance, errors));
  checkEach(tls, 'spec.tls', errors, (item, path) => checkTls(item, path, tolerance, errors));
  if (ingressClassName !== undefined)
    errors.push(...validateText(ingressClassName, 'spec.ingressClassName', dns1123Subdomain));
  return errors;
}

/** Of a new ingress only: both ways to say its class say the same. The path is the original's. */
export function validateClassAnnotation({ metadata, spec }: Ingress): FieldError[] {
  const annotation = metadata?.annotations?.[classAnnotation];
  const name = spec?.ingressClassName;
  if (annotation === undefined || name === undefined || annotation === name) return [];
  const why = 'must match `ingressClassName` when both are specified';
  return [invalidValue(`annotations.${classAnnotation}`, annotation, why)];
}

const secretName = (name: string): readonly string[] => (name === '' ? [] : dns1123Subdomain(name));

function toleranceOf(old: IngressSpec | undefined): Tolerance {
  return {
    secretNames: (old?.tls ?? []).some((item) => secretName(item.secretName ?? '').length > 0),
    wildcardRules: (old?.rules ?? []).some((rule) => {
      const errors: FieldError[] = [];
      if ((rule.host ?? '').includes('*')) checkPaths(rule, '', errors, dns1035Label);
      return errors.length > 0;
    }),
  };
}

function checkTls(
  { hosts, secretName: name = '' }: IngressTLS,
  path: string,
  tolerance: Tolerance,
  errors: FieldError[],
) {
  checkEach(hosts, `${path}.hosts`, errors, (host, at) => errors.push(...validateText(host, at, hostRule(host))));
  if (!tolerance.secretNames) errors.push(...validateText(name, `${path}.secretName`, secretName));
}

const hostRule = (host: string) => (host.includes('*') ? wildcardDns1123Subdomain : dns1123Subdomain);

function checkRule(rule: IngressRule, path: string, tolerance: Tolerance, errors: FieldError[]): void {
  const { host = '' } = rule;
  if (host !== '') {
    if (parseIp(host) !== undefined)
      errors.push(invalidValue(`${path}.host`, host, 'must be a DNS name, not an IP address'));
    errors.push(...validateText(host, `${path}.host`, hostRule(host)));
  }
  if (!host.includes('*') || !tolerance.wildcardRules) checkPaths(rule, path, errors);
}

type NameRule = (name: string) => readonly string[];

function checkPaths({ http }: IngressRule, path: string, errors: FieldError[], serviceName?: NameRule): void {
  if (http === undefined) return;
  if ((http.paths ?? []).length === 0) errors.push(requiredValue(`${path}.http.paths`));
  checkEach(http.paths, `${path}.http.paths`, errors, (item, at) => checkPath(item, at, errors, serviceName));
}

function checkPath(item: HTTPIngressPath, at: string, errors: FieldError[], serviceName?: NameRule): void {
  const { path = '', pathType } = item;
  if (pathType === undefined || pathType === null) {
    errors.push(requiredValue(`${at}.pathType`, 'pathType must be specified'));
    return;
  }
  const wrong = (why: string) => errors.push(invalidValue(`${at}.path`, path, why));
  if (!pathTypes.includes(pathType)) errors.push(unsupportedValue(`${at}.pathType`, pathType, pathTypes));
  else if (pathType === 'ImplementationSpecific') {
    if (path !== '' && !path.startsWith('/')) wrong('must be an absolute path');
  } else {
    if (!path.startsWith('/')) wrong('must be an absolute path');
    for (const part of pathsMayNotContain) if (path.includes(part)) wrong(`must not contain '${part}'`);
    for (const end of pathsMayNotEndWith) if (path.endsWith(end)) wrong(`cannot end with '${end}'`);
  }
  checkBackend(item.backend ?? {}, `${at}.backend`, errors, serviceName);
}

function checkBackend(backend: IngressBackend, path: string, errors: FieldError[], serviceName?: NameRule): void {
  const { resource, service } = backend;
  if (resource !== undefined && service !== undefined)
    errors.push(invalidValue(path, '', 'cannot set both resource and service backends'));
  else if (resource !== undefined) checkReference(resource, `${path}.resource`, errors);
  else if (service !== undefined) checkService(service, path, errors, serviceName);
  else errors.push(invalidValue(path, '', 'resource or service backend is required'));
}

/** What is wrong with the ports together is told of the backend. */
function checkService(
  { name = '', port = {} }: IngressServiceBackend,
  path: string,
  errors: FieldError[],
  serviceName: NameRule = dns1123Label,
): void {
  if (name === '') errors.push(requiredValue(`${path}.service.name`));
  else errors.push(...validateText(name, `${path}.service.name`, serviceName));
  const { name: named = '', number = 0 } = port;
  if (named !== '' && number !== 0) errors.push(invalidValue(path, '', 'cannot set both port name & port number'));
  else if (named !== '') errors.push(...validateText(named, `${path}.service.port.name`, portName));
  else if (number !== 0) errors.push(...validatePortNumber(number, `${path}.service.port.number`));
  else errors.push(requiredValue(path, 'port name or number is required'));
}

/** What is wrong with a reference by group, kind and name. */
export function checkReference(
  { apiGroup, kind = '', name = '' }: TypedLocalObjectReference,
  path: string,
  errors: FieldError[],
): void {
  if (apiGroup !== undefined && apiGroup !== null)
    errors.push(...validateText(apiGroup, `${path}.apiGroup`, dns1123Subdomain));
  for (const [field, value] of [
    ['kind', kind],
    ['name', name],
  ] as const) {
    if (value === '') errors.push(requiredValue(`${path}.${field}`));
    else errors.push(...validateText(value, `${path}.${field}`, pathSegmentName));
  }
}

/** What a load balancer says of itself. `old`: addresses that were there may stay as they are written. */
export function validateIngressStatus({ status }: Ingress, old: Ingress): FieldError[] {
  const errors: FieldError[] = [];
  const existing = (old.status?.loadBalancer?.ingress ?? []).map(({ ip = '' }) => ip);
  checkEach(
    status?.loadBalancer?.ingress,
    'status.loadBalancer.ingress',
    errors,
    ({ ip = '', hostname = '' }, path) => {
      if (ip !== '') errors.push(...validateLegacyIp(ip, `${path}.ip`, existing));
      if (hostname === '') return;
      errors.push(...validateText(hostname, `${path}.hostname`, dns1123Subdomain));
      if (parseIp(hostname) !== undefined)
        errors.push(invalidValue(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address'));
    },
  );
  return errors;
}
