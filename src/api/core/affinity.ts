import {
  addInvalid,
  checkEach,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
} from '../../machinery/field-error.ts';
import { dns1123Label } from '../../machinery/validation/dns.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import { checkLabelSelector } from '../label-selector-validation.ts';
import type { Affinity, PodAffinity, PodAffinityTerm } from '../types/core-v1.generated.ts';
import type { LabelSelector } from '../types/meta-v1.generated.ts';
import { validateNodeSelector, validateNodeSelectorTerm } from './node-selector-validation.ts';

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Adds to `errors` what is wrong with where a pod would like to be. */
export function checkAffinity(affinity: Affinity | undefined, path: string, errors: FieldError[]): void {
  if (affinity === undefined) return;
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  if (nodeAffinity !== undefined) {
    const at = `${path}.nodeAffinity`;
    const selector = nodeAffinity[required];
    if (selector !== undefined) errors.push(...validateNodeSelector(selector, `${at}.${required}`));
    checkEach(nodeAffinity[preferred], `${at}.${preferred}`, errors, ({ weight = 0, preference = {} }, place) => {
      checkWeight(weight, place, errors);
      errors.push(...validateNodeSelectorTerm(preference, `${place}.preference`, true));
    });
  }
  if (podAffinity !== undefined) checkPodAffinity(podAffinity, `${path}.podAffinity`, errors);
  if (podAntiAffinity !== undefined) checkPodAffinity(podAntiAffinity, `${path}.podAntiAffinity`, errors);
}

function checkPodAffinity(affinity: PodAffinity, path: string, errors: FieldError[]): void {
  checkEach(affinity[required], `${path}.${required}`, errors, (term, at) => checkTerm(term, at, errors));
  checkEach(affinity[preferred], `${path}.${preferred}`, errors, ({ weight = 0, podAffinityTerm = {} }, at) => {
    checkWeight(weight, at, errors);
    checkTerm(podAffinityTerm, `${at}.podAffinityTerm`, errors);
  });
}

function checkWeight(weight: number, path: string, errors: FieldError[]): void {
  if (weight < 1 || weight > 100) errors.push(invalidValue(`${path}.weight`, weight, 'must be in the range 1-100'));
}

function checkTerm(term: PodAffinityTerm, path: string, errors: FieldError[]): void {
  const { topologyKey = '' } = term;
  checkLabelSelector(term.labelSelector, `${path}.labelSelector`, errors);
  checkLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`, errors);
  for (const name of term.namespaces ?? []) addInvalid(errors, `${path}.namespace`, name, dns1123Label(name));
  checkLabelKeys(term, path, errors);
  const field = `${path}.topologyKey`;
  if (topologyKey === '') errors.push(requiredValue(field, 'can not be empty'));
  addInvalid(errors, field, topologyKey, labelKey(topologyKey));
}

interface LabelKeys {
  readonly labelSelector?: LabelSelector;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

/** Keys of labels whose values are taken from the pod itself, and added to a selector. */
export function checkLabelKeys(keys: LabelKeys, path: string, errors: FieldError[]): void {
  const { matchLabelKeys = [], mismatchLabelKeys = [], labelSelector } = keys;
  for (const field of ['matchLabelKeys', 'mismatchLabelKeys'] as const) {
    const at = `${path}.${field}`;
    if ((keys[field] ?? []).length === 0) continue;
    if (labelSelector === undefined) {
      errors.push(forbiddenValue(at, 'must not be specified when labelSelector is not set'));
    } else checkEach(keys[field], at, errors, (key, place) => addInvalid(errors, place, key, labelKey(key)));
  }
  if (matchLabelKeys.length === 0) return;
  const indices = new Map(matchLabelKeys.map((key, index) => [key, index]));
  const selected = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key = '' } of labelSelector?.matchExpressions ?? []) {
    const index = indices.get(key);
    if (index !== undefined && selected.has(key)) {
      errors.push(invalidValue(`${path}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    }
    selected.add(key);
  }
  const mismatched = new Set(mismatchLabelKeys);
  checkEach(matchLabelKeys, `${path}.matchLabelKeys`, errors, (key, at) => {
    if (mismatched.has(key)) {
      errors.push(invalidValue(at, key, 'exists in both matchLabelKeys and mismatchLabelKeys'));
    }
  });
}
