import { type FieldError, invalidValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { numberAt, objectIn, objectsAt, textAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { internalStruct } from '../core/internal-structs.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { keepMetadata, metadataReset } from '../strategy/status-metadata.ts';
import type { FlowSchema } from '../types/flowcontrol-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { bootstrapFlowControl, isMandatory, significant } from './bootstrap-flow-control.ts';
import { validateTypes } from './flow-control-status.ts';
import { validateFlowSchemaSpec } from './flow-schema-validation.ts';

function validate({ metadata, spec = {}, status }: FlowSchema): FieldError[] {
  const name = metadata?.name ?? '';
  return [...validateFlowSchemaSpec(name, spec), ...validateFixed(name, spec), ...validateTypes(status?.conditions)];
}

function validateFixed(name: string, spec: NonNullable<FlowSchema['spec']>): FieldError[] {
  const fixed = isMandatory(name) ? bootstrapFlowControl().flowSchemas[name] : undefined;
  if (fixed === undefined || jsonEqual(significant(spec), significant(fixed))) return [];
  return [invalidValue('spec', internalStruct('FlowSchemaSpec', spec), `spec of '${name}' must equal the fixed value`)];
}

/** Whether the priority level it names is missing. */
function missingLevel(schema: JsonObject): string {
  const dangling = objectsAt(schema, 'status', 'conditions').find(
    (condition) => stringAt(condition, 'type') === 'Dangling',
  );
  return dangling === undefined ? '?' : stringAt(dangling, 'status');
}

/** `flowcontrol.apiserver.k8s.io/v1` FlowSchema. */
export const flowSchemas = defineKind({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'FlowSchema',
  resource: 'flowschemas',
  singular: 'flowschema',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'flowschemas',
  fields: {},
  columns: [
    nameColumn,
    column('PriorityLevel', 'The priority level of its requests.', (schema) =>
      textAt(schema, 'spec', 'priorityLevelConfiguration', 'name'),
    ),
    column('MatchingPrecedence', 'Schemas with lower numbers are asked first.', (schema) =>
      numberAt(schema, 'spec', 'matchingPrecedence'),
    ),
    column('DistinguisherMethod', 'How its requests are divided into flows.', (schema) => {
      const method = objectIn(schema, 'spec', 'distinguisherMethod');
      return method === undefined ? '<none>' : stringAt(method, 'type');
    }),
    ageColumn,
    column('MissingPL', 'Whether its priority level is missing.', missingLevel),
  ],
  strategy: genericStrategy<FlowSchema>({
    defaults(schema) {
      const spec = (schema.spec ??= {});
      spec.matchingPrecedence ||= 1000;
    },
    initialStatus: () => ({}),
    generationOf: [['spec']],
    validate,
    validateStatus: ({ status }) => validateTypes(status?.conditions),
    validateName: nameIsDnsSubdomain,
    onStatusUpdate: keepMetadata,
    statusResets: metadataReset,
  }),
});
