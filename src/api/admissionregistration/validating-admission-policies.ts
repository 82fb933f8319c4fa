import { objectsAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind, type Kind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { keepMetadata, metadataReset } from '../strategy/status-metadata.ts';
import type { ValidatingAdmissionPolicy } from '../types/admissionregistration-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import type { CheckExpression } from './expressions.ts';
import { defaultMatchResources } from './match-resources.ts';
import { paramKindColumn } from './params.ts';
import { staticNameWarnings, validateNotStatic } from './static-names.ts';
import { validatePolicy, validatePolicyStatus } from './validating-policy-validation.ts';

/** `admissionregistration.k8s.io/v1` ValidatingAdmissionPolicy. */
export const validatingAdmissionPolicies = (checkExpression: CheckExpression): Kind =>
  defineKind({
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'ValidatingAdmissionPolicy',
    resource: 'validatingadmissionpolicies',
    singular: 'validatingadmissionpolicy',
    shortNames: [],
    categories: ['api-extensions'],
    namespaced: false,
    verbs: everyVerb,
    subresources: statusSubresource,
    storagePrefix: 'validatingadmissionpolicies',
    fields: {},
    columns: [
      nameColumn,
      column(
        'Validations',
        'How many validations it has.',
        (policy) => objectsAt(policy, 'spec', 'validations').length,
        {
          type: 'integer',
        },
      ),
      paramKindColumn,
      ageColumn,
    ],
    strategy: genericStrategy<ValidatingAdmissionPolicy>({
      defaults(policy) {
        const spec = (policy.spec ??= {});
        spec.failurePolicy ??= 'Fail';
        defaultMatchResources(spec.matchConstraints);
      },
      initialStatus: () => ({}),
      generationOf: [['spec']],
      allowAnyFinalizer: true,
      validate: (policy) => [...validatePolicy(policy, undefined, checkExpression), ...validateNotStatic(policy)],
      validateUpdate: (policy, old) => validatePolicy(policy, old, checkExpression),
      validateStatus: ({ status = {} }) => validatePolicyStatus(status),
      validateName: nameIsDnsSubdomain,
      warningsOnUpdate: staticNameWarnings,
      warningsOnStatusUpdate: staticNameWarnings,
      onStatusUpdate: keepMetadata,
      statusResets: metadataReset,
      allowUnconditionalUpdate: false,
    }),
  });
