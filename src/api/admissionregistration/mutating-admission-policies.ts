import { objectsAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind, type Kind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { MutatingAdmissionPolicy } from '../types/admissionregistration-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import type { CheckExpression } from './expressions.ts';
import { defaultMatchResources } from './match-resources.ts';
import { validateMutatingPolicy } from './mutating-policy-validation.ts';
import { paramKindColumn } from './params.ts';
import { staticNameWarnings, validateNotStatic } from './static-names.ts';

/** `admissionregistration.k8s.io/v1` MutatingAdmissionPolicy. */
export const mutatingAdmissionPolicies = (checkExpression: CheckExpression): Kind =>
  defineKind({
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'MutatingAdmissionPolicy',
    resource: 'mutatingadmissionpolicies',
    singular: 'mutatingadmissionpolicy',
    shortNames: [],
    categories: ['api-extensions'],
    namespaced: false,
    verbs: everyVerb,
    subresources: {},
    storagePrefix: 'mutatingadmissionpolicies',
    fields: {},
    columns: [
      nameColumn,
      column('Mutations', 'How many mutations it has.', (policy) => objectsAt(policy, 'spec', 'mutations').length, {
        type: 'integer',
      }),
      paramKindColumn,
      ageColumn,
    ],
    strategy: genericStrategy<MutatingAdmissionPolicy>({
      defaults(policy) {
        const spec = (policy.spec ??= {});
        spec.failurePolicy ??= 'Fail';
        defaultMatchResources(spec.matchConstraints);
      },
      generationOf: [['spec']],
      allowAnyFinalizer: true,
      validate: (policy) => [
        ...validateMutatingPolicy(policy, undefined, checkExpression),
        ...validateNotStatic(policy),
      ],
      validateUpdate: (policy, old) => validateMutatingPolicy(policy, old, checkExpression),
      validateName: nameIsDnsSubdomain,
      warningsOnUpdate: staticNameWarnings,
      allowUnconditionalUpdate: false,
    }),
  });
