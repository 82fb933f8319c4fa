import {
  checkEach,
  duplicateValue,
  type FieldError,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import type { JsonValue } from '../../machinery/json-value.ts';
import { dns1035Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { validateLabelSelector } from '../label-selector-validation.ts';
import type { MutatingWebhook, ValidatingWebhook } from '../types/admissionregistration-v1.generated.ts';
import type { LabelSelector } from '../types/meta-v1.generated.ts';
import type { CheckExpression } from './expressions.ts';
import { checkMatchConditions, expressionsOf } from './match-conditions.ts';
import { matchPolicies } from './match-resources.ts';
import { checkRule, defaultRules } from './rules.ts';
import { checkClientConfig } from './webhook-client-validation.ts';

/** What both kinds of webhooks have in common. */
type Webhook = ValidatingWebhook & Pick<MutatingWebhook, 'reinvocationPolicy'>;

export interface WebhookRules {
  readonly checkExpression: CheckExpression;
  /** Mutating webhooks may be called again after others. */
  readonly mutating: boolean;
}

export function defaultWebhook(webhook: ValidatingWebhook): void {
  webhook.failurePolicy ??= 'Fail';
  webhook.matchPolicy ??= 'Equivalent';
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= 10;
  if (webhook.clientConfig?.service !== undefined) webhook.clientConfig.service.port ??= 443;
  defaultRules(webhook.rules);
}

/** What was wrong before may stay. */
interface WebhookTolerance {
  readonly sideEffects: boolean;
  readonly anyReviewVersions: boolean;
  readonly sameNames: boolean;
  readonly anySelectorValues: boolean;
  /** As they were, they are not looked at again. */
  readonly conditions: boolean;
}

const nothing: WebhookTolerance = {
  sideEffects: false,
  anyReviewVersions: false,
  sameNames: false,
  anySelectorValues: false,
  conditions: false,
};

export const failurePolicies = ['Fail', 'Ignore'];
export const reinvocationPolicies = ['IfNeeded', 'Never'];
const reviewVersions = ['v1', 'v1beta1'];
const withoutSideEffects = ['None', 'NoneOnDryRun'];
const sideEffectClasses = ['None', 'NoneOnDryRun', 'Some', 'Unknown'];

/** What is wrong with webhooks. `old`: those before; undefined for a create. */
export function validateWebhooks(
  webhooks: readonly Webhook[] = [],
  old: readonly Webhook[] | undefined,
  rules: WebhookRules,
): FieldError[] {
  const errors: FieldError[] = [];
  const tolerance = old === undefined ? nothing : toleranceOf(webhooks, old);
  const stored = new Set((old ?? []).flatMap(({ matchConditions }) => expressionsOf(matchConditions)));
  const names = new Set<string>();
  checkEach(webhooks, 'webhooks', errors, (webhook, at) => {
    const { name = '', matchConditions } = webhook;
    checkWebhook(webhook, tolerance, rules, at, errors);
    if (!tolerance.conditions) {
      const conditionRules = { hasParams: false, stored, checkExpression: rules.checkExpression };
      checkMatchConditions(matchConditions, conditionRules, `${at}.matchConditions`, errors);
    }
    checkReviewVersions(webhook, tolerance, `${at}.admissionReviewVersions`, errors);
    if (tolerance.sameNames || name === '') return;
    if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    names.add(name);
  });
  return errors;
}

function toleranceOf(webhooks: readonly Webhook[], old: readonly Webhook[]): WebhookTolerance {
  const names = old.map(({ name = '' }) => name);
  const conditionsOf = (list: readonly Webhook[]): JsonValue => list.map(({ matchConditions = [] }) => matchConditions);
  return {
    sideEffects: old.some(({ sideEffects }) => !withoutSideEffects.includes(sideEffects ?? '')),
    anyReviewVersions: old.some(
      ({ admissionReviewVersions }) =>
        (admissionReviewVersions ?? []).length > 0 && !knowsReview(admissionReviewVersions),
    ),
    sameNames: new Set(names).size < names.length,
    anySelectorValues: old.some(({ namespaceSelector, objectSelector }) =>
      [namespaceSelector, objectSelector].some((selector) => validateLabelSelector(selector ?? {}, '').length > 0),
    ),
    conditions: jsonEqual(conditionsOf(webhooks), conditionsOf(old)),
  };
}

const knowsReview = (versions: readonly string[] | null | undefined): boolean =>
  (versions ?? []).some((version) => reviewVersions.includes(version));

function checkWebhook(
  webhook: Webhook,
  tolerance: WebhookTolerance,
  { mutating }: WebhookRules,
  path: string,
  errors: FieldError[],
): void {
  checkName(webhook.name ?? '', `${path}.name`, errors);
  checkEach(webhook.rules, `${path}.rules`, errors, (rule, at) => checkRule(rule, at, errors));
  checkChoice(webhook.failurePolicy, failurePolicies, `${path}.failurePolicy`, errors);
  checkChoice(webhook.matchPolicy, matchPolicies, `${path}.matchPolicy`, errors);
  const allowed = tolerance.sideEffects ? sideEffectClasses : withoutSideEffects;
  const { sideEffects, timeoutSeconds = 0 } = webhook;
  if (sideEffects === undefined || sideEffects === null) {
    errors.push(requiredValue(`${path}.sideEffects`, `must specify one of ${allowed.join(', ')}`));
  } else checkChoice(sideEffects, allowed, `${path}.sideEffects`, errors);
  if (timeoutSeconds < 1 || timeoutSeconds > 30) {
    const why = 'the timeout value must be between 1 and 30 seconds';
    errors.push(invalidValue(`${path}.timeoutSeconds`, timeoutSeconds, why));
  }
  const checkSelector = (selector: LabelSelector | undefined, at: string) =>
    errors.push(...validateLabelSelector(selector ?? {}, at, tolerance.anySelectorValues));
  checkSelector(webhook.namespaceSelector, `${path}.namespaceSelector`);
  checkSelector(webhook.objectSelector, `${path}.objectSelector`);
  if (mutating) checkChoice(webhook.reinvocationPolicy, reinvocationPolicies, `${path}.reinvocationPolicy`, errors);
  checkClientConfig(webhook.clientConfig ?? {}, `${path}.clientConfig`, errors);
}

function checkName(name: string, path: string, errors: FieldError[]): void {
  const wrong = dns1123Subdomain(name);
  if (name === '') errors.push(requiredValue(path));
  else if (wrong.length > 0) errors.push(invalidValue(path, name, wrong.join(',')));
  else if (name.split('.').length < 3) {
    errors.push(invalidValue(path, name, 'should be a domain with at least three segments separated by dots'));
  }
}

function checkChoice(value: string | undefined, choices: readonly string[], path: string, errors: FieldError[]): void {
  if (value !== undefined && !choices.includes(value)) errors.push(unsupportedValue(path, value, choices));
}

function checkReviewVersions(webhook: Webhook, tolerance: WebhookTolerance, path: string, errors: FieldError[]): void {
  const versions = webhook.admissionReviewVersions ?? [];
  if (versions.length === 0) {
    errors.push(requiredValue(path, `must specify one of ${reviewVersions.join(', ')}`));
    return;
  }
  const seen = new Set<string>();
  checkEach(versions, path, errors, (version, at) => {
    if (seen.has(version)) errors.push(invalidValue(at, version, 'duplicate version'));
    else for (const why of dns1035Label(version)) errors.push(invalidValue(at, version, why));
    seen.add(version);
  });
  if (!tolerance.anyReviewVersions && !knowsReview(versions)) {
    errors.push(invalidValue(path, [...versions], `must include at least one of ${reviewVersions.join(', ')}`));
  }
}
