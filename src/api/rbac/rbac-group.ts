import type { Kind } from '../kind.ts';
import { clusterRoleBindings } from './cluster-role-bindings.ts';
import { clusterRoles } from './cluster-roles.ts';
import { roleBindings } from './role-bindings.ts';
import { roles } from './roles.ts';

/** The kinds of `rbac.authorization.k8s.io`, by name. */
export const rbacGroup: readonly Kind[] = [clusterRoleBindings, clusterRoles, roleBindings, roles];
