import { pathSegmentName } from '../../machinery/validation/path-segment.ts';
import { defineKind } from '../kind.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { ClusterRoleBinding } from '../types/rbac-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { bindingColumns } from './binding-columns.ts';
import { setBindingDefaults, validateBinding, validateBindingUpdate } from './role-binding-validation.ts';

const rules = { namespaced: false, roles: ['ClusterRole'] };

export const clusterRoleBindings = defineKind({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRoleBinding',
  resource: 'clusterrolebindings',
  singular: 'clusterrolebinding',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'clusterrolebindings',
  fields: {},
  columns: bindingColumns,
  strategy: genericStrategy<ClusterRoleBinding>({
    defaults: setBindingDefaults,
    validate: validateBinding(rules),
    validateUpdate: validateBindingUpdate(rules),
    validateName: pathSegmentName,
    allowCreateOnUpdate: true,
  }),
});
