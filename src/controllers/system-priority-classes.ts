import { systemPriorities } from '../api/scheduling/system-priorities.ts';
import { missingObject, type StartObject, type StartStore } from './start-objects.ts';

const descriptions: ReadonlyMap<string, string> = new Map([
  ['system-node-critical', 'Used for system critical pods that must not be moved from their current node.'],
  [
    'system-cluster-critical',
    'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  ],
]);

/** The classes of pods that a cluster cannot do without; what is there is left alone. */
export const systemPriorityClasses = (classes: StartStore): readonly StartObject[] =>
  [...systemPriorities].map(([name, value]) =>
    missingObject('priorityclasses', classes, { namespace: '', name }, () => ({
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: {},
      value,
      description: descriptions.get(name) ?? '',
    })),
  );
