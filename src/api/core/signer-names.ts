import { addInvalid, type FieldError, invalidValue, requiredValue, tooLong } from '../../machinery/field-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { dns1123Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';

const maxDomain = 253;
/** A namespace, a dot and a name. */
const maxPath = 253 + 63 + 1;

/** Adds to `errors` what is wrong with the name of who signs certificates: `domain/path`. */
export function checkSignerName(name: string, path: string, errors: FieldError[]): void {
  const [domain = '', below, more] = name.split('/', 3);
  if (name === '') {
    errors.push(requiredValue(path));
    return;
  }
  if (below === undefined || more !== undefined) {
    const why = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    errors.push(invalidValue(path, name, why));
    return;
  }
  if (Buffer.byteLength(domain) > maxDomain) errors.push(tooLong(path, maxDomain));
  checkLabels(domain, dns1123Label, path, errors);
  if (!domain.includes('.')) {
    errors.push(invalidValue(path, domain, 'should be a domain with at least two segments separated by dots'));
  }
  checkLabels(below, dns1123Subdomain, path, errors);
  const most = maxDomain + maxPath + 1;
  if (Buffer.byteLength(name) > most) errors.push(tooLong(path, most));
}

/** Only the first label that is wrong is told. */
function checkLabels(
  part: string,
  rule: (label: string) => readonly string[],
  path: string,
  errors: FieldError[],
): void {
  const label = part.split('.').find((one) => rule(one).length > 0);
  if (label === undefined) return;
  const wrong = rule(label).map((why) => `validating label ${goQuote(label)}: ${why}`);
  addInvalid(errors, path, part, wrong);
}

/** What is wrong with the name of a ClusterTrustBundle, which begins with its signer's, if it has one. */
export const clusterTrustBundleName = (name: string): readonly string[] =>
  dns1123Subdomain(name.slice(name.lastIndexOf(':') + 1));
