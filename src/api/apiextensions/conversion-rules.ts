import { X509Certificate } from 'node:crypto';
import {
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { dns1035Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import type { CustomResourceConversion, ServiceReference } from '../types/apiextensions-v1.generated.ts';

const reviewVersions = ['v1', 'v1beta1'];

export interface ConversionOptions {
  /** The versions of reviews must have one that this server sends. */
  readonly mustBeSendable: boolean;
  readonly mayHaveWrongBundle: boolean;
}

export function conversionErrors(
  { strategy = '', webhook }: CustomResourceConversion,
  path: string,
  options: ConversionOptions,
): FieldError[] {
  const errors: FieldError[] = [];
  const strategies = ['None', 'Webhook'];
  if (strategy === '') errors.push(requiredValue(`${path}.strategy`));
  else if (!strategies.includes(strategy)) errors.push(unsupportedValue(`${path}.strategy`, strategy, strategies));
  const client = webhook?.clientConfig;
  const versions = webhook?.conversionReviewVersions ?? [];
  const at = `${path}.webhookClientConfig`;
  if (strategy !== 'Webhook') {
    const why = 'should not be set when strategy is not set to Webhook';
    if (client !== undefined) errors.push(forbiddenValue(at, why));
    if (versions.length > 0) errors.push(forbiddenValue(`${path}.conversionReviewVersions`, why));
    return errors;
  }
  if (client === undefined) errors.push(requiredValue(at, 'required when strategy is set to Webhook'));
  else {
    const { url, service, caBundle = '' } = client;
    if ((url === undefined) === (service === undefined)) {
      errors.push(requiredValue(at, 'exactly one of url or service is required'));
    } else if (url !== undefined) errors.push(...urlErrors(url, `${at}.url`));
    else if (service !== undefined) errors.push(...serviceErrors(service, `${at}.service`));
    if (caBundle !== '' && !options.mayHaveWrongBundle && !isCaBundle(caBundle)) {
      const why = 'unable to load root certificates: unable to parse bytes as PEM block';
      errors.push(invalidValue(`${at}.caBundle`, caBundle, why));
    }
  }
  return [...errors, ...versionErrors(versions, `${path}.conversionReviewVersions`, options)];
}

function versionErrors(versions: readonly string[], path: string, { mustBeSendable }: ConversionOptions): FieldError[] {
  if (versions.length === 0) return [requiredValue(path)];
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, version] of versions.entries()) {
    if (seen.has(version)) errors.push(invalidValue(`${path}[${index}]`, version, 'duplicate version'));
    else for (const why of dns1035Label(version)) errors.push(invalidValue(`${path}[${index}]`, version, why));
    seen.add(version);
  }
  if (mustBeSendable && !hasSendable(versions)) {
    errors.push(invalidValue(path, [...versions], `must include at least one of ${reviewVersions.join(', ')}`));
  }
  return errors;
}

export const hasSendable = (versions: readonly string[]): boolean =>
  versions.some((version) => reviewVersions.includes(version));

/** base64 of at least one certificate in PEM. */
export function isCaBundle(bundle: string): boolean {
  const text = Buffer.from(bundle, 'base64').toString('latin1');
  const [block] = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(text) ?? [];
  if (block === undefined) return false;
  try {
    return new X509Certificate(block).raw.length > 0;
  } catch {
    return false;
  }
}

const form = '; desired format: https://host[/path]';

function urlErrors(text: string, path: string): FieldError[] {
  const [, scheme = '', rest = text] = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s.exec(text) ?? [];
  const [, authority = '', query, fragment] = /^(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s.exec(rest) ?? [];
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  const errors: FieldError[] = [];
  if (scheme.toLowerCase() !== 'https') {
    errors.push(invalidValue(path, scheme.toLowerCase(), `'https' is the only allowed URL scheme${form}`));
  }
  if (host === '') errors.push(invalidValue(path, host, `host must be specified${form}`));
  if (at >= 0) {
    errors.push(invalidValue(path, authority.slice(0, at), 'user information is not permitted in the URL'));
  }
  if (fragment !== undefined && fragment !== '') {
    errors.push(invalidValue(path, fragment, 'fragments are not permitted in the URL'));
  }
  if (query !== undefined && query !== '') {
    errors.push(invalidValue(path, query, 'query parameters are not permitted in the URL'));
  }
  return errors;
}

/** The original gives the two names in the wrong order, so that each is missed where the other is missing. */
function serviceErrors(
  { name = '', namespace = '', path: urlPath, port = 0 }: ServiceReference,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (namespace === '') errors.push(requiredValue(`${path}.name`));
  if (name === '') errors.push(requiredValue(`${path}.namespace`));
  if (port < 1 || port > 65_535) {
    errors.push(invalidValue(`${path}.port`, port, 'port is not valid: must be between 1 and 65535, inclusive'));
  }
  if (urlPath === undefined || urlPath === '' || urlPath === '/') return errors;
  const refuse = (why: string): number => errors.push(invalidValue(`${path}.path`, urlPath, why));
  if (urlPath === '//') {
    refuse('segment[0] may not be empty');
    return errors;
  }
  if (!urlPath.startsWith('/')) refuse("must start with a '/'");
  const steps = urlPath.slice(1).replace(/\/$/, '').split('/');
  for (const [index, step] of steps.entries()) {
    if (step === '') refuse(`segment[${index}] may not be empty`);
    else for (const why of dns1123Subdomain(step)) refuse(`segment[${index}]: ${why}`);
  }
  return errors;
}
