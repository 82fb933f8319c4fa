import {
  addInvalid,
  type FieldError,
  invalidValue,
  requiredValue,
  tooLong,
  tooLongCharacters,
} from '../../machinery/field-error.ts';
import { dns1123Label, dns1123Subdomain, dns1123SubdomainCaseless } from '../../machinery/validation/dns.ts';
import type { RuleErrors } from '../../machinery/validation/rule-errors.ts';
import { notMatching } from '../../machinery/validation/texts.ts';

/** Of drivers, which are the domains of attributes. */
const maxDomainLength = 63;
/** Of the names of attributes and capacities within their domain. */
const maxIdLength = 32;
const maxPoolNameBytes = 253;

/** Adds to `errors` what is wrong with the name of a driver. */
export function checkDriverName(name: string, path: string, errors: FieldError[]): void {
  if (name === '') {
    errors.push(requiredValue(path));
    return;
  }
  if (Buffer.byteLength(name) > maxDomainLength) errors.push(tooLong(path, maxDomainLength));
  addInvalid(errors, path, name, dns1123Subdomain(name.toLowerCase()));
}

/** The same where it is declared, in the words for that. */
export function checkDeclaredDriverName(name: string, path: string, { written, declared }: RuleErrors): void {
  if (name === '') {
    declared.push(requiredValue(path));
    return;
  }
  addInvalid(declared, path, name, dns1123SubdomainCaseless(name));
  if (Array.from(name).length > maxDomainLength) declared.push(tooLongCharacters(path, maxDomainLength));
  else if (Buffer.byteLength(name) > maxDomainLength) written.push(tooLong(path, maxDomainLength));
}

export function checkPoolName(name: string, path: string, errors: FieldError[]): void {
  if (name === '') {
    errors.push(requiredValue(path));
    return;
  }
  if (Buffer.byteLength(name) > maxPoolNameBytes) errors.push(tooLong(path, maxPoolNameBytes));
  for (const part of name.split('/')) addInvalid(errors, path, part, dns1123Subdomain(part));
}

/** The same where it is declared. */
export function checkDeclaredPoolName(name: string, path: string, { declared }: RuleErrors): void {
  if (name === '') {
    declared.push(requiredValue(path));
    return;
  }
  if (Buffer.byteLength(name) > maxPoolNameBytes) declared.push(tooLong(path, maxPoolNameBytes));
  for (const [index, part] of name.split('/').entries()) {
    if (part === '') declared.push(invalidValue(path, name, `segment ${index}: must not be empty`));
    else {
      for (const why of dns1123Subdomain(part, 'bytes')) {
        declared.push(invalidValue(path, part, `segment ${index}: ${why}`));
      }
    }
  }
}

/** Names of devices, requests and counters. */
export const checkLabelName = (name: string, path: string, errors: FieldError[]): void =>
  addInvalid(errors, path, name, dns1123Label(name));

const notIdentifier = notMatching(
  "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
  '[A-Za-z_][A-Za-z0-9_]*',
  'my_name',
  'MY_NAME',
  'MyName',
);

function checkIdentifier(id: string, path: string, errors: FieldError[]): void {
  if (Buffer.byteLength(id) > maxIdLength) errors.push(tooLong(path, maxIdLength));
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(id)) errors.push(invalidValue(path, id, notIdentifier));
}

/** The name of an attribute or a capacity, with its domain or without. One with two slashes is taken for right. */
export function checkQualifiedName(name: string, path: string, errors: FieldError[]): void {
  const [domain = '', id, more] = name.split('/', 3);
  if (more !== undefined) return;
  if (id === undefined) {
    checkIdentifier(domain, path, errors);
    return;
  }
  if (domain === '') errors.push(invalidValue(path, '', 'the domain must not be empty'));
  else checkDriverName(domain, path, errors);
  if (id === '') errors.push(invalidValue(path, '', 'the name must not be empty'));
  else checkIdentifier(id, path, errors);
}

/** One that must have its domain, where it is declared. */
export function checkDeclaredFullName(name: string, path: string, { declared }: RuleErrors): void {
  const [domain = '', id, more] = name.split('/', 3);
  if (more !== undefined) return;
  if (id === undefined) {
    checkIdentifier(domain, path, declared);
    declared.push(invalidValue(path, name, 'a fully qualified name must be a domain and a name separated by a slash'));
    return;
  }
  if (domain === '') declared.push(invalidValue(path, '', 'prefix must not be empty'));
  else {
    if (Buffer.byteLength(domain) > maxDomainLength) declared.push(tooLong(path, maxDomainLength));
    for (const why of dns1123Subdomain(domain, 'bytes')) {
      declared.push(invalidValue(path, domain, `prefix: ${why}`));
    }
  }
  if (id === '') declared.push(invalidValue(path, '', 'name must not be empty'));
  else checkIdentifier(id, path, declared);
}

/** Adds to what is declared what is wrong with an identifier of a share. */
export function checkDeclaredUuid(uid: string | undefined, path: string, { declared }: RuleErrors): void {
  if (uid === undefined || /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uid)) return;
  declared.push(invalidValue(path, uid, 'must be a lowercase UUID in 8-4-4-4-12 format'));
}
