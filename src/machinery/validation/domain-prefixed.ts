import { type FieldError, invalidValue, requiredValue } from '../field-error.ts';
import { dns1123Subdomain } from './dns.ts';
import { notMatching } from './texts.ts';

const isPath = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;
const notPath = notMatching('Invalid path', "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+");

/** A name of somebody who has a domain: `acme.io/foo`. */
export function validateDomainPrefixedPath(text: string, field: string): FieldError[] {
  if (text === '') return [requiredValue(field)];
  const slash = text.indexOf('/');
  const [domain, path] = [text.slice(0, Math.max(slash, 0)), text.slice(slash + 1)];
  if (slash === -1 || domain === '' || path === '') {
    return [invalidValue(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const errors = dns1123Subdomain(domain).map((why) => invalidValue(field, domain, why));
  if (!isPath.test(path)) errors.push(invalidValue(field, path, notPath));
  return errors;
}
