import {
  addInvalid,
  checkEach,
  duplicateValue,
  type FieldError,
  invalidValue,
  requiredValue,
} from '../../machinery/field-error.ts';
import { dns1123Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import type { PodResourceClaim } from '../types/core-v1.generated.ts';
import { internalStruct } from './internal-structs.ts';

/** Adds to `errors` what is wrong with a pod's resource claims. */
export function checkPodResourceClaims(
  claims: readonly PodResourceClaim[] | undefined,
  path: string,
  errors: FieldError[],
): void {
  if (claims === undefined) return;
  const names = new Set<string>();
  checkEach(claims, path, errors, (claim, at) => {
    const { name = '', resourceClaimName, resourceClaimTemplateName } = claim;
    if (name === '') errors.push(requiredValue(`${at}.name`));
    else if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    else addInvalid(errors, `${at}.name`, name, dns1123Label(name));
    names.add(name);
    const wrong = (why: string) => errors.push(invalidValue(at, internalStruct('PodResourceClaim', claim), why));
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
      wrong('at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified');
    }
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
      wrong('must specify one of: `resourceClaimName`, `resourceClaimTemplateName`');
    }
    for (const field of ['resourceClaimName', 'resourceClaimTemplateName'] as const) {
      const given = claim[field];
      if (given !== undefined) addInvalid(errors, `${at}.${field}`, given, dns1123Subdomain(given));
    }
  });
}
