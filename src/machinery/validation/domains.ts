import { type FieldError, invalidValue, requiredValue } from '../field-error.ts';
import { dns1123Label, dns1123Subdomain } from './dns.ts';
import { notMatching } from './texts.ts';

/** What is wrong with a domain of at least two labels; a dot may follow. Only the first thing is told. */
export function validateDomainName(text: string, field: string): FieldError[] {
  if (text === '') return [requiredValue(field)];
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  const wrong = dns1123Subdomain(name);
  if (wrong.length > 0) return [invalidValue(field, name, wrong.join(','))];
  const labels = name.split('.');
  if (labels.length < 2)
    return [invalidValue(field, name, 'should be a domain with at least two segments separated by dots')];
  const label = labels.find((one) => dns1123Label(one).length > 0);
  return label === undefined ? [] : [invalidValue(field, label, dns1123Label(label).join(','))];
}

/** What a path of a URL may be made of. */
const pathPattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const path = new RegExp(`^${pathPattern}$`);

/** What is wrong with a name of the form `domain/path`. */
export function validateDomainPath(text: string, field: string): FieldError[] {
  if (text === '') return [requiredValue(field)];
  const slash = text.indexOf('/');
  const [domain, below] = [text.slice(0, slash), text.slice(slash + 1)];
  if (slash === -1 || domain === '' || below === '')
    return [invalidValue(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const errors = dns1123Subdomain(domain).map((why) => invalidValue(field, domain, why));
  if (!path.test(below)) errors.push(invalidValue(field, below, notMatching('Invalid path', pathPattern)));
  return errors;
}
