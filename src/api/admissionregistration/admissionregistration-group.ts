import type { Kind } from '../kind.ts';
import { acceptExpression, type CheckExpression } from './expressions.ts';
import { mutatingAdmissionPolicies } from './mutating-admission-policies.ts';
import { mutatingAdmissionPolicyBindings } from './mutating-admission-policy-bindings.ts';
import { mutatingWebhookConfigurations } from './mutating-webhook-configurations.ts';
import { validatingAdmissionPolicies } from './validating-admission-policies.ts';
import { validatingAdmissionPolicyBindings } from './validating-admission-policy-bindings.ts';
import { validatingWebhookConfigurations } from './validating-webhook-configurations.ts';

/** The kinds of `admissionregistration.k8s.io`, by name. */
export const admissionRegistrationGroup = (checkExpression: CheckExpression = acceptExpression): readonly Kind[] => [
  mutatingAdmissionPolicies(checkExpression),
  mutatingAdmissionPolicyBindings,
  mutatingWebhookConfigurations(checkExpression),
  validatingAdmissionPolicies(checkExpression),
  validatingAdmissionPolicyBindings,
  validatingWebhookConfigurations(checkExpression),
];
