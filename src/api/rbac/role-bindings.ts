import { pathSegmentName } from '../../machinery/validation/path-segment.ts';
import { defineKind } from '../kind.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { RoleBinding } from '../types/rbac-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { bindingColumns } from './binding-columns.ts';
import { setBindingDefaults, validateBinding, validateBindingUpdate } from './role-binding-validation.ts';

const rules = { namespaced: true, roles: ['Role', 'ClusterRole'] };

export const roleBindings = defineKind({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'RoleBinding',
  resource: 'rolebindings',
  singular: 'rolebinding',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'rolebindings',
  fields: {},
  columns: bindingColumns,
  strategy: genericStrategy<RoleBinding>({
    defaults: setBindingDefaults,
    validate: validateBinding(rules),
    validateUpdate: validateBindingUpdate(rules),
    validateName: pathSegmentName,
    allowCreateOnUpdate: true,
  }),
});
