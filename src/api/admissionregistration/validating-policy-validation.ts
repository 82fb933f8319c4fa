import {
  addInvalid,
  checkEach,
  duplicateValue,
  type FieldError,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import type { JsonValue } from '../../machinery/json-value.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import { checkConditions } from '../condition-validation.ts';
import type {
  AuditAnnotation,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyStatus,
  Validation,
} from '../types/admissionregistration-v1.generated.ts';
import type { CheckExpression } from './expressions.ts';
import { checkMatchConditions, expressionsOf } from './match-conditions.ts';
import { checkMatchConstraints } from './match-resources.ts';
import { checkParamKind } from './params.ts';
import { checkVariables, type Scope } from './variables.ts';
import { failurePolicies } from './webhooks.ts';

const maxAuditAnnotations = 20;
/** Of the expression of an audit annotation, in bytes. */
const maxValueExpression = 5 * 1024;
const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const needsOne = 'validations or auditAnnotations must contain at least one item';

/** What is wrong with a policy. `old`: undefined for a create. */
export function validatePolicy(
  policy: ValidatingAdmissionPolicy,
  old: ValidatingAdmissionPolicy | undefined,
  checkExpression: CheckExpression,
): FieldError[] {
  const { spec = {} } = policy;
  const { failurePolicy = '', paramKind, matchConditions, validations = [], auditAnnotations = [] } = spec;
  const stored = storedExpressions(old);
  const hasParams = paramKind !== undefined;
  const errors: FieldError[] = [];
  if (!failurePolicies.includes(failurePolicy)) {
    errors.push(unsupportedValue('spec.failurePolicy', failurePolicy, failurePolicies));
  }
  if (paramKind !== undefined) checkParamKind(paramKind, 'spec.paramKind', errors);
  checkMatchConstraints(spec.matchConstraints, 'spec.matchConstraints', errors);
  if (old === undefined || !hasSameConditions(spec, old.spec ?? {})) {
    const rules = { hasParams, stored: stored.matchConditions, checkExpression };
    checkMatchConditions(matchConditions, rules, 'spec.matchConditions', errors);
  }
  const variableRules = { hasParams, stored: stored.validations };
  const variables = checkVariables(spec.variables, variableRules, checkExpression, 'spec.variables', errors);
  if (validations.length === 0 && auditAnnotations.length === 0) {
    errors.push(requiredValue('spec.validations', needsOne), requiredValue('spec.auditAnnotations', needsOne));
    return errors;
  }
  const checks: Checks = { scope: { hasParams, variables }, stored, checkExpression };
  checkEach(validations, 'spec.validations', errors, (validation, at) =>
    checkValidation(validation, checks, at, errors),
  );
  if (auditAnnotations.length > maxAuditAnnotations) {
    const why = `must not have more than ${maxAuditAnnotations} auditAnnotations`;
    errors.push(invalidValue('spec.auditAnnotations', shown(auditAnnotations), why));
  }
  const keys = new Set<string>();
  const name = policy.metadata?.name ?? '';
  checkEach(auditAnnotations, 'spec.auditAnnotations', errors, (annotation, at) => {
    const { key = '' } = annotation;
    checkAuditAnnotation(annotation, name, checks, at, errors);
    if (keys.has(key)) errors.push(duplicateValue(`${at}.key`, key));
    keys.add(key);
  });
  return errors;
}

/** Conditions are not looked at again while they, and what they may name, are as they were. */
export const hasSameConditions = <T extends { readonly paramKind?: object; readonly matchConditions?: object[] }>(
  spec: T,
  old: T,
): boolean =>
  jsonEqual((spec.paramKind ?? null) as JsonValue, (old.paramKind ?? null) as JsonValue) &&
  jsonEqual((spec.matchConditions ?? []) as JsonValue, (old.matchConditions ?? []) as JsonValue);

type Stored = Readonly<
  Record<'matchConditions' | 'validations' | 'messages' | 'auditAnnotations', ReadonlySet<string>>
>;

function storedExpressions(old: ValidatingAdmissionPolicy | undefined): Stored {
  const { validations = [], auditAnnotations = [], matchConditions } = old?.spec ?? {};
  return {
    matchConditions: new Set(expressionsOf(matchConditions)),
    validations: new Set(validations.map(({ expression = '' }) => expression)),
    messages: new Set(validations.map(({ messageExpression = '' }) => messageExpression)),
    auditAnnotations: new Set(auditAnnotations.map(({ valueExpression = '' }) => valueExpression)),
  };
}

interface Checks {
  readonly scope: Scope;
  readonly stored: Stored;
  readonly checkExpression: CheckExpression;
}

function checkValidation(
  { expression = '', message = '', messageExpression = '', reason }: Validation,
  { scope, stored, checkExpression }: Checks,
  path: string,
  errors: FieldError[],
): void {
  if (expression.trim() === '') errors.push(requiredValue(`${path}.expression`, 'expression is not specified'));
  else {
    const what = { ...scope, text: expression, result: 'boolean', hasAuthorizer: true } as const;
    checkExpression({ ...what, stored: stored.validations.has(expression) }, `${path}.expression`, errors);
  }
  const atMessage = `${path}.messageExpression`;
  if (messageExpression.trim() !== '') {
    const what = { ...scope, text: messageExpression, result: 'text', hasAuthorizer: false } as const;
    checkExpression({ ...what, stored: stored.messages.has(messageExpression) }, atMessage, errors);
  } else if (messageExpression !== '') {
    errors.push(invalidValue(atMessage, messageExpression, 'must be non-empty if specified'));
  }
  if (message !== '' && message.trim() === '') {
    errors.push(invalidValue(`${path}.message`, message, 'must be non-empty if specified'));
  } else if (/[\n\r]/.test(message.trim())) {
    errors.push(invalidValue(`${path}.message`, message, 'must not contain line breaks'));
  }
  if (reason !== undefined && !reasons.includes(reason)) {
    errors.push(unsupportedValue(`${path}.reason`, reason, reasons));
  }
}

function checkAuditAnnotation(
  { key = '', valueExpression = '' }: AuditAnnotation,
  policy: string,
  { scope, stored, checkExpression }: Checks,
  path: string,
  errors: FieldError[],
): void {
  if (policy === '') errors.push(invalidValue(`${path}.key`, key, 'requires metadata.name be non-empty'));
  else addInvalid(errors, `${path}.key`, `${policy}/${key}`, labelKey(`${policy}/${key}`));
  const field = `${path}.valueExpression`;
  const text = valueExpression.trim();
  if (text === '') errors.push(requiredValue(field, 'valueExpression is not specified'));
  else if (Buffer.byteLength(text) > maxValueExpression) {
    errors.push(requiredValue(field, `must not exceed ${maxValueExpression} bytes in length`));
  } else {
    const what = { ...scope, text, result: 'textOrNull', hasAuthorizer: true } as const;
    checkExpression({ ...what, stored: stored.auditAnnotations.has(valueExpression) }, field, errors);
  }
}

/** By the names that Go has for the fields. */
const shown = (annotations: readonly AuditAnnotation[]): JsonValue =>
  annotations.map(({ key = '', valueExpression = '' }) => ({ Key: key, ValueExpression: valueExpression }));

export function validatePolicyStatus({ conditions, typeChecking }: ValidatingAdmissionPolicyStatus): FieldError[] {
  const errors: FieldError[] = [];
  const path = 'status.typeChecking.expressionWarnings';
  checkEach(typeChecking?.expressionWarnings, path, errors, ({ warning = '', fieldRef = '' }, at) => {
    if (warning === '') errors.push(requiredValue(`${at}.warning`));
    if (fieldRef.trim() === '') errors.push(requiredValue(`${at}.fieldRef`));
  });
  checkConditions(conditions, 'status.conditions', errors);
  return errors;
}
