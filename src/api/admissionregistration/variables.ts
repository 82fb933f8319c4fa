import { checkEach, type FieldError, invalidValue, requiredValue } from '../../machinery/field-error.ts';
import type { Variable } from '../types/admissionregistration-v1.generated.ts';
import type { CheckExpression, Expression } from './expressions.ts';

const reservedWords: ReadonlySet<string> = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return ' +
    'var void while'
  ).split(' '),
);

const isIdentifier = (name: string): boolean => /^[_a-zA-Z]\w*$/.test(name) && !reservedWords.has(name);

/** What the expressions of a policy may name besides the request. */
export type Scope = Pick<Expression, 'hasParams' | 'variables'>;

/**
 * Adds to `errors` what is wrong with the variables of a policy, each of which may name those before it. The result: those
 * that other expressions may name. `stored`: the expressions of validations before.
 */
export function checkVariables(
  variables: readonly Variable[] | undefined,
  { hasParams, stored }: { readonly hasParams: boolean; readonly stored: ReadonlySet<string> },
  checkExpression: CheckExpression,
  path: string,
  errors: FieldError[],
): Scope['variables'] {
  const known: { name: string; text: string }[] = [];
  checkEach(variables, path, errors, ({ name = '', expression: text = '' }, at) => {
    if (name.trim() === '') errors.push(requiredValue(`${at}.name`, 'name is not specified'));
    else if (!isIdentifier(name)) errors.push(invalidValue(`${at}.name`, name, 'must be a valid CEL identifier'));
    if (text.trim() === '') {
      errors.push(requiredValue(`${at}.expression`, 'expression is not specified'));
      return;
    }
    const what = { text, result: 'any', hasParams, hasAuthorizer: true, stored: stored.has(text) } as const;
    checkExpression({ ...what, variables: [...known] }, `${at}.expression`, errors);
    known.push({ name, text });
  });
  return known;
}
