import type { Authorizer } from '../machinery/authorizer.ts';
import { type AuthenticationGroupOptions, authenticationGroup } from './authentication/authentication-group.ts';
import { authorizationGroup } from './authorization/authorization-group.ts';
import { type Bind, bindings } from './core/bindings.ts';
import { type ComponentHealth, componentStatuses } from './core/component-statuses.ts';
import type { VirtualResource } from './virtual-resource.ts';

export interface VirtualOptions extends AuthenticationGroupOptions {
  readonly authorizer: Authorizer;
  readonly bind: Bind;
  readonly components: () => Promise<readonly ComponentHealth[]>;
}

/** Everything built in that is served without being stored, by group. */
export const virtualResources = (options: VirtualOptions): readonly VirtualResource[] => [
  bindings(options.bind),
  componentStatuses(options.components),
  ...authenticationGroup(options),
  ...authorizationGroup(options.authorizer),
];
