import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
} from '../types/apiextensions-v1.generated.ts';

export type ConditionType =
  | 'NamesAccepted'
  | 'Established'
  | 'NonStructuralSchema'
  | 'KubernetesAPIApprovalPolicyConformant'
  | 'Terminating';

export interface Condition {
  readonly type: ConditionType;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

export const conditionOf = (
  { status }: CustomResourceDefinition,
  type: ConditionType,
): CustomResourceDefinitionCondition | undefined => status?.conditions?.find((condition) => condition.type === type);

export const isConditionTrue = (definition: CustomResourceDefinition, type: ConditionType): boolean =>
  conditionOf(definition, type)?.status === 'True';

/** Says it in the definition's status. `now`: RFC 3339; it is when a condition has become what it is. */
export function setCondition(definition: CustomResourceDefinition, condition: Condition, now: string): void {
  const status = (definition.status ??= {});
  const conditions = (status.conditions ??= []);
  const present = conditions.find(({ type }) => type === condition.type);
  if (present === undefined) {
    conditions.push({
      type: condition.type,
      status: condition.status,
      lastTransitionTime: now,
      reason: condition.reason,
      message: condition.message,
    });
    return;
  }
  if (present.status !== condition.status || !present.lastTransitionTime) present.lastTransitionTime = now;
  Object.assign(present, { status: condition.status, reason: condition.reason, message: condition.message });
}

export function removeCondition({ status }: CustomResourceDefinition, type: ConditionType): void {
  if (status?.conditions) status.conditions = status.conditions.filter((condition) => condition.type !== type);
}
