import { addInvalid, duplicateValue, invalidValue } from '../../machinery/field-error.ts';
import { emptiedAt } from '../../machinery/json/emptied.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import { checkDeclaredList, type RuleErrors } from '../../machinery/validation/rule-errors.ts';

/** Of either sort. */
const maxConditions = 4;

interface BindingConditions {
  readonly bindingConditions?: string[];
  readonly bindingFailureConditions?: string[];
}

/** Looks at what a device waits for before its pod is bound, and what makes it wait no longer: there are both or none. */
export function checkBindingConditions(device: BindingConditions, path: string, errors: RuleErrors): void {
  const { bindingConditions: success, bindingFailureConditions: failure } = device;
  const { written } = errors;
  const [at, failureAt] = [`${path}.bindingConditions`, `${path}.bindingFailureConditions`];
  checkNames(success, at, errors);
  checkNames(failure, failureAt, errors);
  const expected = checkDifferent(success, at, errors);
  const known = new Set<string>();
  for (const [index, name] of (failure ?? []).entries()) {
    if (known.has(name)) written.push(duplicateValue(`${failureAt}[${index}]`, name));
    known.add(name);
    if (expected.has(name)) {
      const why = 'bindingFailureConditions must not overlap with bindingConditions';
      written.push(invalidValue(`${failureAt}[${index}]`, name, why));
    }
  }
  const [some, someFailures] = [expected.size > 0, known.size > 0];
  if (!some && someFailures) {
    const why = 'bindingConditions are required to use bindingFailureConditions';
    written.push(invalidValue(at, success ?? emptiedAt(device, 'bindingConditions') ?? null, why));
  }
  if (some && !someFailures) {
    const why = 'bindingFailureConditions are required to use bindingConditions';
    written.push(invalidValue(failureAt, failure ?? emptiedAt(device, 'bindingFailureConditions') ?? null, why));
  }
}

function checkNames(names: readonly string[] | undefined, path: string, errors: RuleErrors): void {
  checkDeclaredList(names, path, errors, { max: maxConditions }, (name, at, { written }) =>
    addInvalid(written, at, name, labelKey(name)),
  );
}

function checkDifferent(names: readonly string[] | undefined, path: string, { written }: RuleErrors): Set<string> {
  const known = new Set<string>();
  for (const [index, name] of (names ?? []).entries()) {
    if (known.has(name)) written.push(duplicateValue(`${path}[${index}]`, name));
    known.add(name);
  }
  return known;
}
