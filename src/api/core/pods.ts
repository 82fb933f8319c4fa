import { numberAt, objectIn, objectsAt, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { metadataOf } from '../../machinery/object-meta.ts';
import { ipWarnings } from '../../machinery/validation/ip-warnings.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind, type Kind } from '../kind.ts';
import { ageSince } from '../printing/aging-text.ts';
import { ageColumn, column, nameColumn, wide } from '../printing/columns.ts';
import type { Cell, PrinterColumn, RowCondition } from '../printing/printer-column.ts';
import { scalarField, textFields } from '../selectable-fields.ts';
import { genericStrategy, keepOld } from '../strategy/generic-strategy.ts';
import type { Pod } from '../types/core-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { podConnectKinds, podConnects, podConnectVerbs } from './connect-subresources.ts';
import { defaultPod } from './pod-defaults.ts';
import { prepareChangedPod, prepareNewPod } from './pod-preparation.ts';
import { isTerminated, qosClassOf } from './pod-qos.ts';
import type { PodRules } from './pod-rules.ts';
import { validatePodStatus } from './pod-status-validation.ts';
import { bindingStrategy, ephemeralContainersStrategy, resizeStrategy } from './pod-subresources.ts';
import { podIp, podSummary, readinessGates } from './pod-summary.ts';
import { validatePodUpdate } from './pod-update.ts';
import { validateNewPod } from './pod-validation.ts';
import { hostnameWarnings, podWarnings } from './pod-warnings.ts';

function restarts(pod: JsonObject): Cell {
  const { restarts, lastRestart } = podSummary(pod);
  return restarts === 0 || lastRestart === '' ? String(restarts) : ageSince(lastRestart, `${restarts} (`, ' ago)');
}

const columns: readonly PrinterColumn[] = [
  nameColumn,
  column('Ready', 'Containers of the pod that accept traffic, of how many.', (pod) => {
    const { ready, total } = podSummary(pod);
    return `${ready}/${total}`;
  }),
  column('Status', 'What the containers of the pod are up to.', (pod) => podSummary(pod).status),
  column('Restarts', 'How often containers of the pod have been restarted, and when last.', restarts),
  ageColumn,
  wide('IP', 'Address of the pod.', podIp),
  wide('Node', 'Node that the pod is bound to.', (pod) => textAt(pod, 'spec', 'nodeName') || '<none>'),
  wide(
    'Nominated Node',
    'Node on which the pod preempts others.',
    (pod) => textAt(pod, 'status', 'nominatedNodeName') || '<none>',
  ),
  wide('Readiness Gates', 'Readiness gates that are true, of how many.', readinessGates),
];

const completed = (reason: string, message: string): readonly RowCondition[] => [
  { type: 'Completed', status: 'True', reason, message },
];
const conditionsByPhase: Readonly<Record<string, readonly RowCondition[]>> = {
  Succeeded: completed('Succeeded', 'The pod has completed successfully.'),
  Failed: completed('Failed', 'The pod failed.'),
};

function rowConditions(pod: JsonObject): readonly RowCondition[] {
  const phase = textAt(pod, 'status', 'phase');
  return (Object.hasOwn(conditionsByPhase, phase) && conditionsByPhase[phase]) || [];
}

/** A pod with scheduling gates says from its first moment on why no scheduler looks at it. */
function initialStatus(pod: JsonObject): JsonObject {
  const gated = objectsAt(pod, 'spec', 'schedulingGates').length > 0;
  return {
    phase: 'Pending',
    ...(gated && { conditions: [schedulingGated(textAt(pod, 'metadata', 'creationTimestamp'))] }),
    qosClass: qosClassOf(pod),
  };
}

const schedulingGated = (since: string): JsonObject => ({
  type: 'PodScheduled',
  status: 'False',
  lastProbeTime: null,
  lastTransitionTime: since,
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
});

const addressWarnings = (pod: JsonObject, field: string): readonly string[] =>
  objectsAt(pod, 'status', field).flatMap((address, index) =>
    ipWarnings(`status.${field}[${index}].ip`, textAt(address, 'ip')),
  );

/** A pod that runs nowhere, or never again, has nobody to wait for. */
function grace(pod: JsonObject, requested: number | bigint | undefined): number | bigint {
  if (textAt(pod, 'spec', 'nodeName') === '' || isTerminated(pod)) return 0;
  return requested ?? numberAt(pod, 'spec', 'terminationGracePeriodSeconds');
}

/** Core `v1` Pod. */
export const pods = (rules: PodRules): Kind =>
  defineKind({
    group: '',
    version: 'v1',
    kind: 'Pod',
    resource: 'pods',
    singular: 'pod',
    shortNames: ['po'],
    categories: ['all'],
    namespaced: true,
    verbs: everyVerb,
    subresources: {
      attach: podConnectVerbs.attach,
      binding: ['create'],
      ephemeralcontainers: ['get', 'patch', 'update'],
      eviction: ['create'],
      exec: podConnectVerbs.exec,
      log: podConnectVerbs.log,
      portforward: podConnectVerbs.portforward,
      proxy: podConnectVerbs.proxy,
      resize: ['get', 'patch', 'update'],
      ...statusSubresource,
    },
    subresourceKinds: {
      binding: { group: '', version: 'v1', kind: 'Binding' },
      eviction: { group: 'policy', version: 'v1', kind: 'Eviction' },
      ...podConnectKinds,
    },
    connects: podConnects,
    storagePrefix: 'pods',
    fields: {
      ...textFields(
        'spec.nodeName',
        'spec.restartPolicy',
        'spec.schedulerName',
        'spec.serviceAccountName',
        'status.phase',
        'status.podIP',
        'status.nominatedNodeName',
      ),
      ...scalarField('spec.hostNetwork', 'false'),
    },
    triggerField: 'spec.nodeName',
    columns,
    rowConditions,
    returnsDeletedObject: true,
    strategy: genericStrategy({
      defaults: (pod) => defaultPod(pod as Pod),
      initialStatus,
      generationOf: [['spec']],
      onCreate: (pod) => prepareNewPod(pod as Pod),
      onUpdate: (pod, old) => prepareChangedPod(pod as Pod, old as Pod),
      validateStatus: (pod, old) => validatePodStatus(pod as Pod, old as Pod),
      validate: (pod) => validateNewPod(pod as Pod, rules),
      validateUpdate: (pod, old) => validatePodUpdate(pod as Pod, old as Pod, rules),
      validateName: nameIsDnsSubdomain,
      warningsOnCreate: (pod) => [...hostnameWarnings(pod, "the Pod's hostname"), ...podWarnings(pod)],
      warningsOnStatusUpdate: (pod) => [...addressWarnings(pod, 'podIPs'), ...addressWarnings(pod, 'hostIPs')],
      statusResets: [
        ['metadata', 'deletionTimestamp'],
        ['metadata', 'ownerReferences'],
      ],
      onStatusUpdate(pod, old) {
        keepOld(metadataOf(pod), metadataOf(old), 'ownerReferences');
        const status = objectIn(pod, 'status');
        if (status !== undefined && textAt(status, 'qosClass') === '')
          keepOld(status, objectIn(old, 'status') ?? {}, 'qosClass');
      },
      subresources: {
        binding: bindingStrategy,
        ephemeralcontainers: ephemeralContainersStrategy(rules),
        resize: resizeStrategy(rules),
      },
      more: { gracefulDeletion: grace },
    }),
  });
