import { errorsOfEach, type FieldError, invalidValue, requiredValue } from '../../machinery/field-error.ts';
import type { PolicyRule } from '../types/rbac-v1.generated.ts';

type Rules = readonly PolicyRule[] | null | undefined;

/** What a role lets do. `namespaced`: it is one of a namespace, where there is nothing but resources. */
export const validatePolicyRules = (rules: Rules, namespaced: boolean): FieldError[] =>
  errorsOfEach(rules ?? [], (rule, index) => validateRule(rule, namespaced, `rules[${index}]`));

/** What is looked at after everything else of a role. */
export const validateVerbs = (rules: Rules): FieldError[] =>
  errorsOfEach(rules ?? [], ({ verbs }, index) =>
    (verbs ?? []).length === 0 ? [requiredValue(`rules[${index}].verbs`)] : [],
  );

function validateRule(rule: PolicyRule, namespaced: boolean, path: string): FieldError[] {
  const { apiGroups = [], nonResourceURLs = [], resourceNames = [], resources = [] } = rule;
  const wrongUrls = (why: string) => invalidValue(`${path}.nonResourceURLs`, nonResourceURLs, why);
  const errors: FieldError[] = [];
  if (nonResourceURLs.length > 0) {
    if (namespaced) errors.push(wrongUrls('namespaced rules cannot apply to non-resource URLs'));
    if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0)
      errors.push(wrongUrls('rules cannot apply to both regular resources and non-resource URLs'));
    return errors;
  }
  if (apiGroups.length === 0)
    errors.push(requiredValue(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
  if (resources.length === 0)
    errors.push(requiredValue(`${path}.resources`, 'resource rules must supply at least one resource'));
  return errors;
}
