import {
  addInvalid,
  checkEach,
  duplicateValue,
  type FieldError,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import type {
  MutatingAdmissionPolicyBinding,
  MutatingAdmissionPolicyBindingSpec,
  ValidatingAdmissionPolicyBinding,
} from '../types/admissionregistration-v1.generated.ts';
import { checkMatchResources, checkMutatingOperations } from './match-resources.ts';
import { checkParamRef } from './params.ts';

/** What is wrong with what binds a policy to the objects that parameterize it, and to what it is for. */
export function validateMutatingBinding({ spec = {} }: MutatingAdmissionPolicyBinding): FieldError[] {
  const errors: FieldError[] = [];
  if ((spec.policyName ?? '') === '') errors.push(requiredValue('spec.policyName'));
  checkBinding(spec, errors);
  checkMutatingOperations(spec.matchResources, 'spec.matchResources', errors);
  return errors;
}

function checkBinding(
  { policyName = '', paramRef, matchResources }: MutatingAdmissionPolicyBindingSpec,
  errors: FieldError[],
): void {
  if (policyName !== '') addInvalid(errors, 'spec.policyName', policyName, dns1123Subdomain(policyName));
  checkParamRef(paramRef, 'spec.paramRef', errors);
  if (matchResources !== undefined) checkMatchResources(matchResources, 'spec.matchResources', errors);
}

const actions = ['Audit', 'Deny', 'Warn'];
const twice =
  'must not contain both Deny and Warn (repeating the same validation failure information in the API response and ' +
  'headers serves no purpose)';

/** The same; what is missing is told last. */
export function validateValidatingBinding({ spec = {} }: ValidatingAdmissionPolicyBinding): FieldError[] {
  const errors: FieldError[] = [];
  const { policyName = '', validationActions = [] } = spec;
  const path = 'spec.validationActions';
  checkBinding(spec, errors);
  const seen = new Set<string>();
  checkEach(validationActions, path, errors, (action, at) => {
    if (!actions.includes(action)) errors.push(unsupportedValue(at, action, actions));
    if (seen.has(action)) errors.push(duplicateValue(at, action));
    seen.add(action);
  });
  if (seen.has('Deny') && seen.has('Warn')) errors.push(invalidValue(path, [...validationActions], twice));
  if (policyName === '') errors.push(requiredValue('spec.policyName'));
  if (seen.size === 0) errors.push(requiredValue(path));
  return errors;
}
