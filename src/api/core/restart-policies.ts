import {
  checkEach,
  duplicateValue,
  type FieldError,
  invalidValue,
  requiredValue,
  tooMany,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import type { Container } from '../types/core-v1.generated.ts';

const policies = ['Always', 'Never', 'OnFailure'];
const actions = ['Restart', 'RestartAllContainers'];
const operators = ['In', 'NotIn'];
const maxRules = 20;
const maxExitCodes = 255;

/** Adds to `errors` what is wrong with when a container, of whatever kind, is started again. */
export function checkContainerRestart(container: Container, path: string, errors: FieldError[]): void {
  const { restartPolicy, restartPolicyRules: rules } = container;
  const field = `${path}.restartPolicyRules`;
  if (restartPolicy !== undefined) {
    if (!policies.includes(restartPolicy)) {
      errors.push(unsupportedValue(`${path}.restartPolicy`, restartPolicy, policies));
    }
  } else if (rules !== undefined && rules.length > 0) {
    errors.push(requiredValue(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used'));
  }
  if (rules === undefined) return;
  if (rules.length > maxRules) errors.push(tooMany(field, rules.length, maxRules));
  checkEach(rules, field, errors, ({ action = '', exitCodes }, at) => {
    if (!actions.includes(action)) errors.push(unsupportedValue(`${at}.action`, action, actions));
    if (exitCodes === undefined) errors.push(requiredValue(`${at}.exitCodes`, 'must be specified'));
    else {
      const { operator = '', values = [] } = exitCodes;
      if (!operators.includes(operator)) {
        errors.push(unsupportedValue(`${at}.exitCodes.operator`, operator, operators));
      }
      if (values.length > maxExitCodes) {
        errors.push(tooMany(`${at}.exitCodes.values`, values.length, maxExitCodes));
      }
    }
  });
}

const resizable = ['cpu', 'memory'];
const resizePolicies = ['NotRequired', 'RestartContainer'];

/** Adds to `errors` what is wrong with whether a container is started again when it gets more or less of something. */
export function checkResizePolicy(
  { resizePolicy }: Container,
  podRestartPolicy: string,
  path: string,
  errors: FieldError[],
): void {
  const seen = new Set<string>();
  checkEach(resizePolicy, path, errors, ({ resourceName = '', restartPolicy = '' }, at) => {
    if (seen.has(resourceName)) errors.push(duplicateValue(at, resourceName));
    seen.add(resourceName);
    // The original tells of the list.
    if (resourceName === '') errors.push(requiredValue(path));
    else if (!resizable.includes(resourceName)) errors.push(unsupportedValue(path, resourceName, resizable));
    if (restartPolicy === '') errors.push(requiredValue(path));
    else if (!resizePolicies.includes(restartPolicy)) {
      errors.push(unsupportedValue(path, restartPolicy, resizePolicies));
    }
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      const why = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
      errors.push(invalidValue(path, restartPolicy, why));
    }
  });
}
