import { type FieldError, requiredValue, unsupportedValue } from '../../machinery/field-error.ts';

const policies = ['Always', 'IfNotPresent', 'Never'];

/** Adds to `errors` unless it is one of when an image is pulled. */
export function checkPullPolicy(policy: string | undefined, path: string, errors: FieldError[]): void {
  if (policy === undefined || policy === '') errors.push(requiredValue(path));
  else if (!policies.includes(policy)) errors.push(unsupportedValue(path, policy, policies));
}
