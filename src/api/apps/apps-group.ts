import type { PodRules } from '../core/pod-rules.ts';
import type { Kind } from '../kind.ts';
import { controllerRevisions } from './controller-revisions.ts';
import { daemonSets } from './daemon-sets.ts';
import { deployments } from './deployments.ts';
import { replicaSets } from './replica-sets.ts';
import { statefulSets } from './stateful-sets.ts';

/** The kinds of `apps`, by name. */
export const appsGroup = (rules: PodRules): readonly Kind[] =>
  [() => controllerRevisions, daemonSets, deployments, replicaSets, statefulSets].map((kind) => kind(rules));
