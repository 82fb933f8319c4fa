import type { FieldError } from '../../machinery/field-error.ts';
import { invalidValue, requiredValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { objectIn, objectsAt, stringsAt, valueAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, objectAt, stringAt } from '../../machinery/json-value.ts';
import { generationOf } from '../../machinery/object-meta.ts';
import { templateWarnings } from '../core/pod-warnings.ts';
import { immutableField } from '../strategy/immutable-field.ts';

function expressionHolds(expression: JsonObject, labels: JsonObject): boolean {
  const key = stringAt(expression, 'key');
  const has = Object.hasOwn(labels, key);
  const listed = has && stringsAt(expression, 'values').includes(stringAt(labels, key));
  switch (stringAt(expression, 'operator')) {
    case 'In':
      return listed;
    case 'NotIn':
      return !listed;
    case 'Exists':
      return has;
    default:
      return !has;
  }
}

function selects(selector: JsonObject, labels: JsonObject): boolean {
  const wanted = objectAt(selector, 'matchLabels') ?? {};
  return (
    Object.keys(wanted).every((key) => Object.hasOwn(labels, key) && labels[key] === wanted[key]) &&
    objectsAt(selector, 'matchExpressions').every((expression) => expressionHolds(expression, labels))
  );
}

/** A workload needs a selector, and its own pods must be among what it selects. `kind`: as messages call it. */
export const validateSelector =
  (kind: string) =>
  (workload: JsonObject): readonly FieldError[] => {
    const selector = objectIn(workload, 'spec', 'selector');
    if (selector === undefined) return [requiredValue('spec.selector')];
    const errors: FieldError[] = [];
    if (
      Object.keys(objectAt(selector, 'matchLabels') ?? {}).length + objectsAt(selector, 'matchExpressions').length ===
      0
    ) {
      errors.push(invalidValue('spec.selector', selector, `empty selector is invalid for ${kind}`));
    }
    const labels = objectIn(workload, 'spec', 'template', 'metadata', 'labels') ?? {};
    if (!selects(selector, labels)) {
      errors.push(invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
    }
    return errors;
  };

export const validateSameSelector = (workload: JsonObject, old: JsonObject): readonly FieldError[] => {
  const selector = valueAt(workload, 'spec', 'selector');
  return immutableField('spec.selector', selector, jsonEqual(selector, valueAt(old, 'spec', 'selector')));
};

/** A workload's template is looked at again when anything of it changed. */
export const warningsOnUpdate = (workload: JsonObject, old: JsonObject): readonly string[] =>
  generationOf(workload) === generationOf(old) ? [] : templateWarnings(workload);
