import type { JsonObject } from '../../../src/machinery/json-value.ts';
import type { Example } from './objects.ts';

const labels = { app: 'a' };
const container = { name: 'c', image: 'registry.example.com/i:1' };
const pods: JsonObject = { restartPolicy: 'Never', containers: [container] };
const template = { metadata: { labels }, spec: pods };

const example = (apiVersion: string, resource: string, kind: string, name: string, body: object): Example => ({
  name: `${kind}, ${name}`,
  base: apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`,
  resource,
  namespaced: true,
  object: { apiVersion, kind, metadata: { name: `${name}-example` }, ...body },
});

// Without a success policy: it and no completions make the original break off the connection.
const indexed = {
  completionMode: 'Indexed',
  completions: 5,
  parallelism: 2,
  backoffLimitPerIndex: 1,
  maxFailedIndexes: 3,
  activeDeadlineSeconds: 600,
  ttlSecondsAfterFinished: 60,
  suspend: true,
  managedBy: 'example.com/jobs',
  podReplacementPolicy: 'Failed',
  podFailurePolicy: {
    rules: [
      { action: 'FailIndex', onExitCodes: { containerName: 'c', operator: 'In', values: [1, 42] } },
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] },
    ],
  },
  template,
};

const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };
const metric = { name: 'm', selector: { matchLabels: labels } };
const metrics = [
  { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
  {
    type: 'ContainerResource',
    containerResource: { name: 'cpu', container: 'c', target: { type: 'Utilization', averageUtilization: 50 } },
  },
  { type: 'Pods', pods: { metric, target: { type: 'AverageValue', averageValue: '100m' } } },
  { type: 'Object', object: { describedObject: scaleTargetRef, metric, target: { type: 'Value', value: '10' } } },
  { type: 'External', external: { metric, target: { type: 'AverageValue', averageValue: '2k' } } },
];
const behavior = {
  scaleUp: { stabilizationWindowSeconds: 30, tolerance: '0.2' },
  scaleDown: { selectPolicy: 'Min', policies: [{ type: 'Percent', value: 10, periodSeconds: 60 }] },
};

/** Of workloads beyond those of `apps`: the least that is accepted, and one with much in it. */
export const workloadExamples: readonly Example[] = [
  example('batch/v1', 'jobs', 'Job', 'least', { spec: { template: { spec: pods } } }),
  example('batch/v1', 'jobs', 'Job', 'full', { spec: indexed }),
  example('batch/v1', 'jobs', 'Job', 'own-selector', {
    spec: { manualSelector: true, selector: { matchLabels: labels }, template },
  }),
  example('batch/v1', 'cronjobs', 'CronJob', 'least', {
    spec: { schedule: '@daily', jobTemplate: { spec: { template: { spec: pods } } } },
  }),
  example('batch/v1', 'cronjobs', 'CronJob', 'full', {
    spec: {
      schedule: '*/5 1-3 * jan mon,fri',
      timeZone: 'Europe/Berlin',
      startingDeadlineSeconds: 30,
      concurrencyPolicy: 'Forbid',
      suspend: true,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 2,
      jobTemplate: { metadata: { labels, annotations: { 'example.com/a': 'b' } }, spec: { backoffLimit: 2, template } },
    },
  }),
  example('autoscaling/v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', 'least', {
    spec: { maxReplicas: 3, scaleTargetRef },
  }),
  example('autoscaling/v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', 'full', {
    spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef, metrics, behavior },
  }),
  example('autoscaling/v1', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', 'old', {
    metadata: {
      name: 'old-example',
      annotations: {
        'autoscaling.alpha.kubernetes.io/metrics':
          '[{"type":"Pods","pods":{"metricName":"m","targetAverageValue":"100m"}}]',
      },
    },
    spec: { minReplicas: 1, maxReplicas: 3, scaleTargetRef, targetCPUUtilizationPercentage: 60 },
  }),
  example('policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget', 'full', {
    spec: {
      minAvailable: '50%',
      selector: { matchLabels: labels, matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['x'] }] },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  }),
  example('apps/v1', 'controllerrevisions', 'ControllerRevision', 'full', {
    revision: 3,
    data: { spec: { template: { metadata: { labels } } } },
  }),
  example('v1', 'podtemplates', 'PodTemplate', 'full', { template }),
];
