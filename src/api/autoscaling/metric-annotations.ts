import type { MetricSpec } from '../types/autoscaling-v2.generated.ts';

/** What `v1` has no fields for, it says in annotations, each a JSON text. */
export const metricsAnnotation = 'autoscaling.alpha.kubernetes.io/metrics';
export const currentMetricsAnnotation = 'autoscaling.alpha.kubernetes.io/current-metrics';
export const conditionsAnnotation = 'autoscaling.alpha.kubernetes.io/conditions';
export const behaviorAnnotation = 'autoscaling.alpha.kubernetes.io/behavior';

/** They, and those that there once were: nobody's own. */
export const roundTripAnnotations: readonly string[] = [
  metricsAnnotation,
  behaviorAnnotation,
  'autoscaling.alpha.kubernetes.io/scale-down-tolerance',
  'autoscaling.alpha.kubernetes.io/scale-up-tolerance',
  currentMetricsAnnotation,
  conditionsAnnotation,
];

/** In percent of what is requested. */
const usualUtilization = 80;

/** What an autoscaler looks at that does not say. */
export const defaultMetric = (averageUtilization = usualUtilization): MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});
