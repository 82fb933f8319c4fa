import { flowSchemas } from './flow-schemas.ts';
import { priorityLevelConfigurations } from './priority-level-configurations.ts';

/** The kinds of `flowcontrol.apiserver.k8s.io`, by name. */
export const flowControlGroup = [flowSchemas, priorityLevelConfigurations];
