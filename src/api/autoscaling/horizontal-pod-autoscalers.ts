import { emptiedAt } from '../../machinery/json/emptied.ts';
import { numberAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { HorizontalPodAutoscaler, HPAScalingRules } from '../types/autoscaling-v2.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { validateAutoscaler, validateAutoscalerStatus } from './horizontal-pod-autoscaler-validation.ts';
import { horizontalPodAutoscalersV1 } from './horizontal-pod-autoscalers-v1.ts';
import { defaultMetric, roundTripAnnotations } from './metric-annotations.ts';
import { metricsText } from './metric-text.ts';

const percent = { type: 'Percent', value: 100, periodSeconds: 15 };
const pods = { type: 'Pods', value: 4, periodSeconds: 15 };

/** No policies at all are another thing than a list with none in it, which is refused. */
const rulesWith = (given: HPAScalingRules | undefined, defaults: HPAScalingRules): HPAScalingRules => ({
  ...structuredClone(defaults),
  ...given,
  ...(emptiedAt(given, 'policies') !== undefined && { policies: [] }),
});

function defaults(autoscaler: HorizontalPodAutoscaler): void {
  dropRoundTripAnnotations(autoscaler);
  const spec = (autoscaler.spec ??= {});
  spec.minReplicas ??= 1;
  if ((spec.metrics ?? []).length === 0) spec.metrics = [defaultMetric()];
  const { behavior } = spec;
  if (behavior === undefined) return;
  const up = { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [pods, percent] };
  behavior.scaleUp = rulesWith(behavior.scaleUp, up);
  behavior.scaleDown = rulesWith(behavior.scaleDown, { selectPolicy: 'Max', policies: [percent] });
}

/** What an older version says in annotations has its fields here. */
function dropRoundTripAnnotations({ metadata }: HorizontalPodAutoscaler): void {
  const { annotations } = metadata ?? {};
  if (metadata === undefined || annotations === undefined) return;
  const present = roundTripAnnotations.filter((key) => Object.hasOwn(annotations, key));
  for (const key of present) delete annotations[key];
  if (present.length > 0 && Object.keys(annotations).length === 0) delete metadata.annotations;
}

/** `autoscaling/v2` HorizontalPodAutoscaler, and `v1` of it. */
export const horizontalPodAutoscalers = defineKind(
  {
    group: 'autoscaling',
    version: 'v2',
    kind: 'HorizontalPodAutoscaler',
    resource: 'horizontalpodautoscalers',
    singular: 'horizontalpodautoscaler',
    shortNames: ['hpa'],
    categories: ['all'],
    namespaced: true,
    verbs: everyVerb,
    subresources: statusSubresource,
    storagePrefix: 'horizontalpodautoscalers',
    fields: {},
    columns: [
      nameColumn,
      column(
        'Reference',
        'What is scaled.',
        (hpa) => `${textAt(hpa, 'spec', 'scaleTargetRef', 'kind')}/${textAt(hpa, 'spec', 'scaleTargetRef', 'name')}`,
      ),
      column('Targets', 'What it is scaled by: how much there is, of how much there should be.', metricsText),
      column('MinPods', 'Pods that there are at least.', (hpa) =>
        valueAt(hpa, 'spec', 'minReplicas') === undefined ? '<unset>' : String(numberAt(hpa, 'spec', 'minReplicas')),
      ),
      column('MaxPods', 'Pods that there are at most.', (hpa) => numberAt(hpa, 'spec', 'maxReplicas')),
      column('Replicas', 'Pods that there are.', (hpa) => numberAt(hpa, 'status', 'currentReplicas')),
      ageColumn,
    ],
    strategy: genericStrategy<HorizontalPodAutoscaler>({
      defaults,
      initialStatus: () => ({ desiredReplicas: 0, currentMetrics: null }),
      generationOf: [['spec']],
      validate: (autoscaler) => validateAutoscaler(autoscaler, undefined),
      validateUpdate: validateAutoscaler,
      validateStatus: validateAutoscalerStatus,
      validateName: nameIsDnsSubdomain,
    }),
  },
  [horizontalPodAutoscalersV1],
);
