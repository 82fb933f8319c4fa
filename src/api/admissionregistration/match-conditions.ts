import {
  addInvalid,
  checkEach,
  duplicateValue,
  type FieldError,
  requiredValue,
  tooMany,
} from '../../machinery/field-error.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import type { MatchCondition } from '../types/admissionregistration-v1.generated.ts';
import type { CheckExpression } from './expressions.ts';

const maxConditions = 64;

export interface MatchConditionRules {
  readonly hasParams: boolean;
  /** The expressions of the object before. */
  readonly stored: ReadonlySet<string>;
  readonly checkExpression: CheckExpression;
}

/** Adds to `errors` what is wrong with the conditions a request has to meet besides the rules. */
export function checkMatchConditions(
  conditions: readonly MatchCondition[] | undefined,
  { hasParams, stored, checkExpression }: MatchConditionRules,
  path: string,
  errors: FieldError[],
): void {
  const count = conditions?.length ?? 0;
  if (count > maxConditions) errors.push(tooMany(path, count, maxConditions));
  const names = new Set<string>();
  checkEach(conditions, path, errors, ({ name = '', expression = '' }, at) => {
    const text = expression.trim();
    if (text === '') errors.push(requiredValue(`${at}.expression`));
    else {
      const what = { text, result: 'boolean', hasParams, hasAuthorizer: true, variables: [] } as const;
      checkExpression({ ...what, stored: stored.has(text) }, `${at}.expression`, errors);
    }
    if (name === '') {
      errors.push(requiredValue(`${at}.name`));
      return;
    }
    addInvalid(errors, `${at}.name`, name, labelKey(name));
    if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    names.add(name);
  });
}

export const expressionsOf = (conditions: readonly MatchCondition[] | undefined): string[] =>
  (conditions ?? []).map(({ expression = '' }) => expression);
