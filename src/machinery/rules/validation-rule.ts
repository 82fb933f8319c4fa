import { isJsonObject, type JsonObject, stringAt } from '../json-value.ts';
import type { SchemaNode } from '../structural/schema-node.ts';

/** One of `x-kubernetes-validations`, with '' for what it does not say. */
export interface ValidationRule {
  readonly rule: string;
  readonly message: string;
  readonly messageExpression: string;
  readonly reason: string;
  /** Below the value that the rule is about. */
  readonly fieldPath: string;
  readonly optionalOldSelf: boolean | undefined;
  /** As the definition has it. */
  readonly props: JsonObject;
}

/** The rules of one place of a schema. */
export function rulesOf({ props }: SchemaNode): readonly ValidationRule[] {
  const rules = props['x-kubernetes-validations'];
  return Array.isArray(rules) ? rules.filter(isJsonObject).map(ruleOf) : [];
}

const ruleOf = (props: JsonObject): ValidationRule => ({
  rule: stringAt(props, 'rule'),
  message: stringAt(props, 'message'),
  messageExpression: stringAt(props, 'messageExpression'),
  reason: stringAt(props, 'reason'),
  fieldPath: stringAt(props, 'fieldPath'),
  optionalOldSelf: typeof props['optionalOldSelf'] === 'boolean' ? props['optionalOldSelf'] : undefined,
  props,
});
