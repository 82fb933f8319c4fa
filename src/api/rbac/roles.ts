import { pathSegmentName } from '../../machinery/validation/path-segment.ts';
import { defineKind } from '../kind.ts';
import { createdAtColumn, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { Role } from '../types/rbac-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { validatePolicyRules, validateVerbs } from './policy-rules.ts';

export const roles = defineKind({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'Role',
  resource: 'roles',
  singular: 'role',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'roles',
  fields: {},
  columns: [nameColumn, createdAtColumn],
  strategy: genericStrategy<Role>({
    validate: ({ rules }) => [...validatePolicyRules(rules, true), ...validateVerbs(rules)],
    validateName: pathSegmentName,
    allowCreateOnUpdate: true,
  }),
});
