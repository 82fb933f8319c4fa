import { addInvalid, checkEach, type FieldError, invalidValue, requiredValue } from '../../machinery/field-error.ts';
import { dns1123Subdomain, dns1123SubdomainWithUnderscore } from '../../machinery/validation/dns.ts';
import { validateLegacyIp } from '../../machinery/validation/ip.ts';
import type { HostAlias, PodSpec } from '../types/core-v1.generated.ts';

const maxNameservers = 3;
const maxSearches = 32;
/** Of all search paths with spaces between them. */
const maxSearchCharacters = 2_048;

/** Adds to `errors` what is wrong with how a pod looks names up. `path`: of `spec.dnsConfig`. */
export function checkDnsConfig({ dnsConfig, dnsPolicy }: PodSpec, path: string, errors: FieldError[]): void {
  const nameservers = dnsConfig?.nameservers ?? [];
  if (dnsPolicy === 'None') {
    if (dnsConfig === undefined) {
      errors.push(requiredValue(path, 'must provide `dnsConfig` when `dnsPolicy` is None'));
      return;
    }
    if (nameservers.length === 0) {
      const why = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
      errors.push(requiredValue(`${path}.nameservers`, why));
      return;
    }
  }
  if (dnsConfig === undefined) return;
  const { searches = [], options } = dnsConfig;
  if (nameservers.length > maxNameservers) {
    const why = `must not have more than ${maxNameservers} nameservers`;
    errors.push(invalidValue(`${path}.nameservers`, [...nameservers], why));
  }
  checkEach(nameservers, `${path}.nameservers`, errors, (server, at) => errors.push(...validateLegacyIp(server, at)));
  const field = `${path}.searches`;
  if (searches.length > maxSearches) {
    errors.push(invalidValue(field, [...searches], `must not have more than ${maxSearches} search paths`));
  }
  if (Buffer.byteLength(searches.join(' ')) > maxSearchCharacters) {
    const why = `must not have more than ${maxSearchCharacters} characters (including spaces) in the search list`;
    errors.push(invalidValue(field, [...searches], why));
  }
  checkEach(searches, field, errors, (search, at) => {
    const domain = search.endsWith('.') ? search.slice(0, -1) : search;
    if (search !== '.') addInvalid(errors, at, domain, dns1123SubdomainWithUnderscore(domain));
  });
  checkEach(options, `${path}.options`, errors, ({ name = '' }, at) => {
    if (name === '') errors.push(requiredValue(at, 'must not be empty'));
  });
}

/** Adds to `errors` what is wrong with the names that a pod's hosts file has besides. */
export function checkHostAliases(aliases: readonly HostAlias[] | undefined, path: string, errors: FieldError[]): void {
  checkEach(aliases, path, errors, ({ ip = '', hostnames }, at) => {
    errors.push(...validateLegacyIp(ip, `${at}.ip`));
    checkEach(hostnames, `${at}.hostnames`, errors, (name, place) =>
      addInvalid(errors, place, name, dns1123Subdomain(name)),
    );
  });
}
