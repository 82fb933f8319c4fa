import { errorsOfEach, type FieldError, invalidValue, requiredValue } from '../../machinery/field-error.ts';
import { pathSegmentName } from '../../machinery/validation/path-segment.ts';
import { defineKind } from '../kind.ts';
import { validateLabelSelector } from '../label-selector-validation.ts';
import { createdAtColumn, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { AggregationRule, ClusterRole } from '../types/rbac-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { validatePolicyRules, validateVerbs } from './policy-rules.ts';

const selectorsPath = 'aggregationRule.clusterRoleSelectors';

/** `takesAnyValues`: of what was there before, values of labels need not be right. */
const validate = ({ rules, aggregationRule }: ClusterRole, takesAnyValues: boolean): FieldError[] => [
  ...validatePolicyRules(rules, false),
  ...(aggregationRule === undefined ? [] : validateAggregation(aggregationRule, takesAnyValues)),
  ...validateVerbs(rules),
];

function validateAggregation({ clusterRoleSelectors = [] }: AggregationRule, takesAnyValues: boolean): FieldError[] {
  if (clusterRoleSelectors.length === 0)
    return [requiredValue(selectorsPath, 'at least one clusterRoleSelector required if aggregationRule is non-nil')];
  return errorsOfEach(clusterRoleSelectors, (selector, index) => {
    const path = `${selectorsPath}[${index}]`;
    const errors = validateLabelSelector(selector, path, takesAnyValues);
    // A selector that cannot be made is shown as what was made of it: nothing.
    const isNone = validateLabelSelector(selector, path).length > 0;
    return isNone ? [...errors, invalidValue(path, null, 'invalid label selector.')] : errors;
  });
}

const hasWrongSelector = ({ aggregationRule }: ClusterRole): boolean =>
  (aggregationRule?.clusterRoleSelectors ?? []).some((selector) => validateLabelSelector(selector, '').length > 0);

export const clusterRoles = defineKind({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  resource: 'clusterroles',
  singular: 'clusterrole',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'clusterroles',
  fields: {},
  columns: [nameColumn, createdAtColumn],
  strategy: genericStrategy<ClusterRole>({
    validate: (role) => validate(role, false),
    validateUpdate: (role, old) => validate(role, hasWrongSelector(old)),
    validateName: pathSegmentName,
    allowCreateOnUpdate: true,
  }),
});
