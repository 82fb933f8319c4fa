import { appsGroup } from './apps/apps-group.ts';
import { coordinationGroup } from './coordination/coordination-group.ts';
import { type CoreGroupOptions, coreGroup } from './core/core-group.ts';
import { defaultPodRules } from './core/pod-rules.ts';
import type { Kind } from './kind.ts';

export type BuiltInOptions = CoreGroupOptions;

export const defaultBuiltInOptions: BuiltInOptions = { eventTtlSeconds: 3_600, ...defaultPodRules };

/** Every built-in kind, by the group of its hub. */
export const builtInKinds = (options: BuiltInOptions = defaultBuiltInOptions): readonly Kind[] => [
  ...coreGroup(options),
  ...appsGroup(options),
  ...coordinationGroup,
];
