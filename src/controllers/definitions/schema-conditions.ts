import {
  type Approval,
  approvalAnnotation,
  approvalOf,
  isProtectedGroup,
} from '../../api/apiextensions/api-approval.ts';
import type { Condition } from '../../api/apiextensions/definition-conditions.ts';
import { structuralErrors } from '../../api/apiextensions/structural-rules.ts';
import type { CustomResourceDefinition } from '../../api/types/apiextensions-v1.generated.ts';
import { type FieldError, invalidValue } from '../../machinery/field-error.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { aggregateText } from '../../machinery/status-errors.ts';
import { SchemaNodeError, schemaNodeOf } from '../../machinery/structural/schema-node.ts';

const reasons: Readonly<Record<Approval['state'], string>> = {
  missing: 'MissingAnnotation',
  bypassed: 'UnapprovedAnnotation',
  approved: 'ApprovedAnnotation',
  invalid: 'InvalidAnnotation',
};

/** Whether an API in a group of Kubernetes' own was approved; undefined: it is in no such group. */
export function approvalCondition({ metadata, spec }: CustomResourceDefinition): Condition | undefined {
  if (!isProtectedGroup(spec?.group ?? '')) return undefined;
  const { state, reason } = approvalOf(metadata?.annotations?.[approvalAnnotation] ?? '');
  return {
    type: 'KubernetesAPIApprovalPolicyConformant',
    status: state === 'approved' ? 'True' : 'False',
    reason: reasons[state],
    message: reason,
  };
}

/** Why a definition's schemas are not structural; undefined: they are, as all are that were made in version v1. */
export function structuralCondition({ spec = {} }: CustomResourceDefinition): Condition | undefined {
  const errors: FieldError[] = [];
  if (spec.preserveUnknownFields === true)
    errors.push(invalidValue('spec.preserveUnknownFields', true, 'must be false'));
  for (const [index, { name = '', schema }] of (spec.versions ?? []).entries()) {
    const root = schema?.openAPIV3Schema as unknown as JsonObject | undefined;
    if (root === undefined) continue;
    try {
      errors.push(...structuralErrors(schemaNodeOf(root), `spec.versions[${index}].schema.openAPIV3Schema`));
    } catch (error) {
      if (!(error instanceof SchemaNodeError)) throw error;
      const message = `failed to check validation schema for version ${name}: ${error.message}`;
      return { type: 'NonStructuralSchema', status: 'Unknown', reason: 'StructuralError', message };
    }
  }
  if (errors.length === 0) return undefined;
  return { type: 'NonStructuralSchema', status: 'True', reason: 'Violations', message: aggregateText(errors) };
}
