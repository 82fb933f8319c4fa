import { invalidValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { RuleErrors } from '../../machinery/validation/rule-errors.ts';
import { fieldIsImmutable } from '../../machinery/validation/values.ts';
import { internalStruct, sorted } from '../core/internal-structs.ts';
import { checkTemplateMetadata } from '../core/template-metadata.ts';
import { defineKind, type Kind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { ResourceClaimTemplate, ResourceClaimTemplateSpec } from '../types/resource-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { adminRequest, type NamespaceLabels, validateAdminAccess } from './admin-access.ts';
import { checkClaimSpec, defaultClaimSpec, dropDisabledClaimFields } from './claim-spec-validation.ts';

/** `old`: the declared rules look at what is not as it was. */
function templateErrors({ spec = {} }: ResourceClaimTemplate, old?: ResourceClaimTemplate): RuleErrors {
  const errors = new RuleErrors();
  checkTemplateMetadata(spec.metadata ?? {}, 'spec.metadata', errors.written);
  const same = old !== undefined && jsonEqual(spec.spec ?? {}, old.spec?.spec ?? {});
  checkClaimSpec(spec.spec ?? {}, 'spec.spec', same ? errors.writtenOnly : errors, old?.spec?.spec);
  return errors;
}

/** As a message shows it: the metadata is a part of the struct in Go. */
const shown = ({ metadata = {}, spec = {} }: ResourceClaimTemplateSpec): JsonObject => ({
  ...(sorted(metadata) as JsonObject),
  Spec: internalStruct('ResourceClaimSpec', spec),
});

/** `resource.k8s.io/v1` ResourceClaimTemplate. */
export const resourceClaimTemplates = (labelsOf: NamespaceLabels): Kind =>
  defineKind({
    group: 'resource.k8s.io',
    version: 'v1',
    kind: 'ResourceClaimTemplate',
    resource: 'resourceclaimtemplates',
    singular: 'resourceclaimtemplate',
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: everyVerb,
    subresources: {},
    storagePrefix: 'resourceclaimtemplates',
    fields: {},
    columns: [nameColumn, ageColumn],
    returnsDeletedObject: true,
    strategy: genericStrategy<ResourceClaimTemplate>({
      defaults: ({ spec }) => defaultClaimSpec(spec?.spec),
      onCreate: ({ spec }) => dropDisabledClaimFields(spec?.spec),
      onUpdate: ({ spec }, old) => dropDisabledClaimFields(spec?.spec, old.spec?.spec),
      validateName: nameIsDnsSubdomain,
      validateFirst: ({ metadata, spec }) =>
        validateAdminAccess(adminRequest(spec?.spec?.devices?.requests), metadata?.namespace, labelsOf),
      validate: (template) => templateErrors(template).all,
      validateUpdate(template, old) {
        const { written, declared } = templateErrors(template, old);
        const [spec, before] = [template.spec ?? {}, old.spec ?? {}];
        if (!jsonEqual(spec, before)) {
          written.push(invalidValue('spec', shown(spec), fieldIsImmutable));
        }
        return [...written, ...declared];
      },
    }),
  });
