import { textAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { MutatingAdmissionPolicyBinding } from '../types/admissionregistration-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { validateMutatingBinding } from './binding-validation.ts';
import { defaultMatchResources } from './match-resources.ts';
import { paramRefColumn } from './params.ts';
import { staticNameWarnings, validateNotStatic } from './static-names.ts';

/** `admissionregistration.k8s.io/v1` MutatingAdmissionPolicyBinding. */
export const mutatingAdmissionPolicyBindings = defineKind({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingAdmissionPolicyBinding',
  resource: 'mutatingadmissionpolicybindings',
  singular: 'mutatingadmissionpolicybinding',
  shortNames: [],
  categories: ['api-extensions'],
  namespaced: false,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'mutatingadmissionpolicybindings',
  fields: {},
  columns: [
    nameColumn,
    column('PolicyName', 'The policy that it binds.', (binding) => textAt(binding, 'spec', 'policyName')),
    paramRefColumn,
    ageColumn,
  ],
  strategy: genericStrategy<MutatingAdmissionPolicyBinding>({
    defaults: ({ spec }) => defaultMatchResources(spec?.matchResources),
    generationOf: [['spec']],
    allowAnyFinalizer: true,
    validate: (binding) => [...validateMutatingBinding(binding), ...validateNotStatic(binding)],
    validateUpdate: validateMutatingBinding,
    validateName: nameIsDnsSubdomain,
    warningsOnUpdate: staticNameWarnings,
    allowUnconditionalUpdate: false,
  }),
});
