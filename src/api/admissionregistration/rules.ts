import {
  addInvalid,
  checkEach,
  duplicateValue,
  type FieldError,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { pathSegmentName } from '../../machinery/validation/path-segment.ts';
import type { NamedRuleWithOperations, RuleWithOperations } from '../types/admissionregistration-v1.generated.ts';

/** Which requests webhooks and policies are for: groups, versions, resources, operations. */

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const scopes = ['*', 'Cluster', 'Namespaced'];

/** A rule that does not say where its resources live is for both. */
export function defaultRules(rules: readonly RuleWithOperations[] | undefined): void {
  for (const rule of rules ?? []) rule.scope ??= '*';
}

export function checkRule(rule: RuleWithOperations, path: string, errors: FieldError[]): void {
  const { operations: given = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  if (given.length === 0) errors.push(requiredValue(`${path}.operations`));
  checkWildcard(given, `${path}.operations`, 'operations', errors);
  checkEach(given, `${path}.operations`, errors, (operation, at) => {
    if (!operations.includes(operation)) errors.push(unsupportedValue(at, operation, operations));
  });
  if (apiGroups.length === 0) errors.push(requiredValue(`${path}.apiGroups`));
  checkWildcard(apiGroups, `${path}.apiGroups`, 'API groups', errors);
  if (apiVersions.length === 0) errors.push(requiredValue(`${path}.apiVersions`));
  checkWildcard(apiVersions, `${path}.apiVersions`, 'API versions', errors);
  checkEach(apiVersions, `${path}.apiVersions`, errors, (version, at) => {
    if (version === '') errors.push(requiredValue(at));
  });
  checkResources(resources, `${path}.resources`, errors);
  if (scope !== undefined && !scopes.includes(scope)) errors.push(unsupportedValue(`${path}.scope`, scope, scopes));
}

/** The same of a rule that may be for objects of certain names only. */
export function checkNamedRule(rule: NamedRuleWithOperations, path: string, errors: FieldError[]): void {
  const names = new Set<string>();
  checkEach(rule.resourceNames, `${path}.resourceNames`, errors, (name, at) => {
    addInvalid(errors, at, name, pathSegmentName(name));
    if (names.has(name)) errors.push(duplicateValue(at, name));
    names.add(name);
  });
  checkRule(rule, path, errors);
}

function checkWildcard(values: readonly string[], path: string, what: string, errors: FieldError[]): void {
  if (values.length < 2 || !values.includes('*')) return;
  errors.push(invalidValue(path, [...values], `if '*' is present, must not specify other ${what}`));
}

/** Resources with their subresources: `pods`, `pods/status`, and with `*` in either place. */
function checkResources(resources: readonly string[], path: string, errors: FieldError[]): void {
  if (resources.length === 0) errors.push(requiredValue(path));
  const withEverySubresource = new Set<string>();
  const ofEveryResource = new Set<string>();
  // As in the original, the last one without a subresource decides.
  let plain = false;
  checkEach(resources, path, errors, (given, at) => {
    if (given === '') {
      errors.push(requiredValue(at));
      return;
    }
    const slash = given.indexOf('/');
    if (slash === -1) {
      plain = given !== '*';
      return;
    }
    const [resource, subresource] = [given.slice(0, slash), given.slice(slash + 1)];
    const covered = (by: string) =>
      errors.push(invalidValue(at, given, `if '${by}' is present, must not specify ${given}`));
    if (withEverySubresource.has(resource)) covered(`${resource}/*`);
    if (ofEveryResource.has(subresource)) covered(`*/${subresource}`);
    if (subresource === '*') withEverySubresource.add(resource);
    if (resource === '*') ofEveryResource.add(subresource);
  });
  if (resources.length > 1 && resources.includes('*/*')) {
    errors.push(invalidValue(path, [...resources], "if '*/*' is present, must not specify other resources"));
  }
  if (plain && resources.includes('*')) {
    const why = "if '*' is present, must not specify other resources without subresources";
    errors.push(invalidValue(path, [...resources], why));
  }
}
