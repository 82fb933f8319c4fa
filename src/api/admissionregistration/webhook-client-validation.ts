import { type FieldError, invalidValue, requiredValue } from '../../machinery/field-error.ts';
import { GoUrlError, parseGoUrl } from '../../machinery/go-url.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { portNumber } from '../../machinery/validation/ports.ts';
import type { ServiceReference, WebhookClientConfig } from '../types/admissionregistration-v1.generated.ts';

/** Adds to `errors` what is wrong with how a webhook is reached: by a URL, or by a service of the cluster. */
export function checkClientConfig(config: WebhookClientConfig, path: string, errors: FieldError[]): void {
  const { url, service } = config;
  if ((url === undefined) === (service === undefined)) {
    errors.push(requiredValue(path, 'exactly one of url or service is required'));
  } else if (url !== undefined) checkUrl(url, `${path}.url`, errors);
  else if (service !== undefined) checkService(service, `${path}.service`, errors);
}

const form = '; desired format: https://host[/path]';

function checkUrl(text: string, path: string, errors: FieldError[]): void {
  try {
    const { scheme, host, userinfo, fragment, query } = parseGoUrl(text);
    if (scheme !== 'https') errors.push(invalidValue(path, scheme, `'https' is the only allowed URL scheme${form}`));
    if (host === '') errors.push(invalidValue(path, host, `host must be specified${form}`));
    if (userinfo !== undefined) {
      errors.push(invalidValue(path, userinfo, 'user information is not permitted in the URL'));
    }
    if (fragment !== '') errors.push(invalidValue(path, fragment, 'fragments are not permitted in the URL'));
    if (query !== '') errors.push(invalidValue(path, query, 'query parameters are not permitted in the URL'));
  } catch (error) {
    if (!(error instanceof GoUrlError)) throw error;
    errors.push(requiredValue(path, `url must be a valid URL: ${error.message}${form}`));
  }
}

/** The original takes name and namespace for one another. */
function checkService(service: ServiceReference, path: string, errors: FieldError[]): void {
  const { name = '', namespace = '', path: urlPath = '', port = 0 } = service;
  if (namespace === '') errors.push(requiredValue(`${path}.name`));
  if (name === '') errors.push(requiredValue(`${path}.namespace`));
  const wrong = portNumber(port);
  if (wrong.length > 0) errors.push(invalidValue(`${path}.port`, port, `port is not valid: ${wrong.join(', ')}`));
  checkPath(urlPath, `${path}.path`, errors);
}

function checkPath(urlPath: string, path: string, errors: FieldError[]): void {
  const wrong = (why: string) => errors.push(invalidValue(path, urlPath, why));
  if (urlPath === '' || urlPath === '/') return;
  if (urlPath === '//') {
    wrong('segment[0] may not be empty');
    return;
  }
  if (!urlPath.startsWith('/')) wrong("must start with a '/'");
  const segments = urlPath.slice(1).replace(/\/$/, '').split('/');
  for (const [index, segment] of segments.entries()) {
    if (segment === '') wrong(`segment[${index}] may not be empty`);
    else for (const why of dns1123Subdomain(segment)) wrong(`segment[${index}]: ${why}`);
  }
}
