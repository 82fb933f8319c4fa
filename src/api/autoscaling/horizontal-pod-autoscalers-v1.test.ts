import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../machinery/json-value.ts';
import { horizontalPodAutoscalersV1 } from './horizontal-pod-autoscalers-v1.ts';
import { behaviorAnnotation, conditionsAnnotation, metricsAnnotation } from './metric-annotations.ts';

const { conversion } = horizontalPodAutoscalersV1;
if (conversion === undefined) throw new Error('v1 is not the hub');
const { toHub, fromHub } = conversion;

const name = fc.string({ minLength: 1 });
const quantity = fc.constantFrom('1', '100m', '2Gi', '1500m');
const selector = fc.constantFrom<JsonObject>(
  { matchLabels: { a: 'b' } },
  { matchExpressions: [{ key: 'k', operator: 'In', values: ['<v>'] }] },
);
const metric = fc.record({ name, selector }, { requiredKeys: ['name'] });
const describedObject = fc.record({ kind: name, name, apiVersion: name }, { requiredKeys: ['kind', 'name'] });
const averageTarget = fc.record({ type: fc.constant('AverageValue'), averageValue: quantity });
const valueTarget = fc.record({ type: fc.constant('Value'), value: quantity });
const utilization = fc.record({
  type: fc.constant('Utilization'),
  averageUtilization: fc.integer({ min: 1, max: 500 }),
});
const one = (type: string, source: string, content: fc.Arbitrary<object>) =>
  content.map((inner) => ({ type, [source]: inner }));

/** As they can be in both versions: `v1` does not say what a target is of, and has a percentage of one processor at most. */
const anyMetric = fc.oneof(
  one('Object', 'object', fc.record({ describedObject, metric, target: fc.oneof(valueTarget, averageTarget) })),
  one('External', 'external', fc.record({ metric, target: fc.oneof(valueTarget, averageTarget) })),
  one('Pods', 'pods', fc.record({ metric, target: averageTarget })),
  one('Resource', 'resource', fc.record({ name: fc.constant('memory'), target: fc.oneof(utilization, averageTarget) })),
  one('Resource', 'resource', fc.record({ name: fc.constant('cpu'), target: averageTarget })),
  one(
    'ContainerResource',
    'containerResource',
    fc.record({ name: fc.constant('cpu'), container: name, target: fc.oneof(utilization, averageTarget) }),
  ),
);
const cpu = one('Resource', 'resource', fc.record({ name: fc.constant('cpu'), target: utilization }));
const current = fc.record(
  { averageUtilization: fc.nat(500), averageValue: quantity },
  { requiredKeys: ['averageValue'] },
);
const anyStatus = fc.oneof(
  one('Resource', 'resource', fc.record({ name: fc.constantFrom('cpu', 'memory'), current })),
  one('External', 'external', fc.record({ metric, current: fc.record({ value: quantity, averageValue: quantity }) })),
  one('Pods', 'pods', fc.record({ metric, current: fc.record({ averageValue: quantity }) })),
);
const rules = fc.record(
  {
    stabilizationWindowSeconds: fc.nat(3_600),
    selectPolicy: fc.constantFrom('Max', 'Min'),
    policies: fc.array(fc.record({ type: name, value: fc.nat(), periodSeconds: fc.nat(1_800) })),
    tolerance: quantity,
  },
  { requiredKeys: [] },
);
const behavior = fc
  .record({ scaleUp: rules, scaleDown: rules }, { requiredKeys: [] })
  .filter(({ scaleUp, scaleDown }) => scaleUp !== undefined || scaleDown !== undefined);
const condition = fc.record(
  {
    type: name,
    status: name,
    lastTransitionTime: fc.constantFrom('2026-01-01T00:00:00Z', null),
    reason: name,
    message: name,
    observedGeneration: fc.nat(),
  },
  { requiredKeys: ['type', 'status', 'lastTransitionTime'] },
);

const autoscaler = fc
  .record({
    annotations: fc.dictionary(fc.constantFrom('own', 'other'), fc.string()),
    metrics: fc.tuple(fc.array(anyMetric, { minLength: 1, maxLength: 4 }), fc.array(cpu, { maxLength: 1 })),
    behavior: fc.option(behavior, { nil: undefined }),
    statuses: fc.array(anyStatus, { maxLength: 3 }),
    conditions: fc.array(condition, { maxLength: 2 }),
  })
  .map(
    (given): JsonObject =>
      structuredClone({
        metadata: { name: 'a', ...(Object.keys(given.annotations).length > 0 && { annotations: given.annotations }) },
        spec: {
          maxReplicas: 3,
          metrics: given.metrics.flat(),
          ...(given.behavior !== undefined && { behavior: given.behavior }),
        },
        status: {
          desiredReplicas: 1,
          ...(given.statuses.length > 0 && { currentMetrics: given.statuses }),
          ...(given.conditions.length > 0 && { conditions: given.conditions }),
        },
      }) as JsonObject,
  );

describe('horizontal pod autoscalers of v1', () => {
  test('are the same when they come back to the hub', () => {
    fc.assert(
      fc.property(autoscaler, (hub) => {
        expect(toHub(fromHub(structuredClone(hub)))).toEqual(hub);
      }),
    );
  });

  test('and say the same when they are asked for again', () => {
    fc.assert(
      fc.property(autoscaler, (hub) => {
        const own = fromHub(hub);
        expect(fromHub(toHub(structuredClone(own)))).toEqual(own);
      }),
    );
  });

  test('say in annotations what they have no field for, as Go writes it', () => {
    const own = fromHub({
      metadata: {},
      spec: {
        metrics: [
          { type: 'Pods', pods: { target: { averageValue: '5', type: 'AverageValue' }, metric: { name: '<m>' } } },
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
        ],
        behavior: { scaleDown: { selectPolicy: 'Max', policies: [{ periodSeconds: 15, type: 'Pods', value: 1 }] } },
      },
      status: { conditions: [{ status: 'True', type: 'AbleToScale' }] },
    });
    expect(own).toEqual({
      metadata: {
        annotations: {
          [metricsAnnotation]: '[{"type":"Pods","pods":{"metricName":"\\u003cm\\u003e","targetAverageValue":"5"}}]',
          [behaviorAnnotation]:
            '{"ScaleUp":null,"ScaleDown":{"StabilizationWindowSeconds":null,"SelectPolicy":"Max",' +
            '"Policies":[{"Type":"Pods","Value":1,"PeriodSeconds":15}],"Tolerance":null}}',
          [conditionsAnnotation]: '[{"type":"AbleToScale","status":"True","lastTransitionTime":null}]',
        },
      },
      spec: { targetCPUUtilizationPercentage: 60 },
      status: { currentReplicas: 0 },
    });
  });

  test('look at the processor when they say nothing that can be read', () => {
    for (const text of ['', '{}', '[{"type":1}]', '[{"type":"Resource","resource":{"targetAverageValue":"x"}}]']) {
      const hub = toHub({ metadata: { annotations: { [metricsAnnotation]: text } }, spec: {} });
      expect(hub).toEqual({
        metadata: {},
        spec: {
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
          ],
        },
      });
    }
  });
});
