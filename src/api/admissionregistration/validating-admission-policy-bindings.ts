import { textAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { ValidatingAdmissionPolicyBinding } from '../types/admissionregistration-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { validateValidatingBinding } from './binding-validation.ts';
import { defaultMatchResources } from './match-resources.ts';
import { paramRefColumn } from './params.ts';
import { staticNameWarnings, validateNotStatic } from './static-names.ts';

/** `admissionregistration.k8s.io/v1` ValidatingAdmissionPolicyBinding. */
export const validatingAdmissionPolicyBindings = defineKind({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  resource: 'validatingadmissionpolicybindings',
  singular: 'validatingadmissionpolicybinding',
  shortNames: [],
  categories: ['api-extensions'],
  namespaced: false,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'validatingadmissionpolicybindings',
  fields: {},
  columns: [
    nameColumn,
    column('PolicyName', 'The policy that it binds.', (binding) => textAt(binding, 'spec', 'policyName')),
    paramRefColumn,
    ageColumn,
  ],
  strategy: genericStrategy<ValidatingAdmissionPolicyBinding>({
    defaults: ({ spec }) => defaultMatchResources(spec?.matchResources),
    generationOf: [['spec']],
    allowAnyFinalizer: true,
    validate: (binding) => [...validateValidatingBinding(binding), ...validateNotStatic(binding)],
    validateUpdate: validateValidatingBinding,
    validateName: nameIsDnsSubdomain,
    warningsOnUpdate: staticNameWarnings,
    allowUnconditionalUpdate: false,
  }),
});
