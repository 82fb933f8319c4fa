import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../machinery/json-value.ts';
import { events } from '../core/events.ts';
import { fieldLabelsOf, toHub } from '../served-version.ts';
import { zeroValuesOf } from '../stored-kind.ts';

const [hub, own] = events(3600).versions;
if (hub === undefined || own?.conversion === undefined) throw new Error('events are served in two versions');
const { fromHub } = own.conversion;

const common = {
  metadata: { name: 'e', namespace: 'n' },
  reason: 'Failing',
  type: 'Warning',
  eventTime: '2024-01-01T00:00:00.000001Z',
  series: { count: 2, lastObservedTime: '2024-01-01T00:00:09.000000Z' },
  action: 'Trying',
  related: { kind: 'Node', name: 'x' },
  reportingInstance: 'controller-1',
};
const inCore: JsonObject = {
  apiVersion: 'v1',
  kind: 'Event',
  ...common,
  involvedObject: { kind: 'Pod', namespace: 'n', name: 'p', fieldPath: 'spec.containers{c}' },
  message: 'It fails.',
  reportingComponent: 'example.com/controller',
  source: { component: 'c', host: 'h' },
  firstTimestamp: '2024-01-01T00:00:00Z',
  lastTimestamp: '2024-01-01T00:00:01Z',
  count: 3,
};
const inEvents: JsonObject = {
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  ...common,
  regarding: { kind: 'Pod', namespace: 'n', name: 'p', fieldPath: 'spec.containers{c}' },
  note: 'It fails.',
  reportingController: 'example.com/controller',
  deprecatedSource: { component: 'c', host: 'h' },
  deprecatedFirstTimestamp: '2024-01-01T00:00:00Z',
  deprecatedLastTimestamp: '2024-01-01T00:00:01Z',
  deprecatedCount: 3,
};

describe('events.k8s.io/v1', () => {
  test('every field has its place in the other version', () => {
    expect(toHub(own, structuredClone(inEvents))).toEqual(inCore);
    expect({ ...fromHub(structuredClone(inCore)), apiVersion: 'events.k8s.io/v1' }).toEqual(inEvents);
  });

  test('what is always there is what each version always writes', () => {
    const core: JsonObject = { metadata: {} };
    zeroValuesOf(hub)(core);
    expect(core).toEqual({
      metadata: {},
      involvedObject: {},
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: null,
      reportingComponent: '',
      reportingInstance: '',
    });
    const converted = fromHub(structuredClone(core));
    zeroValuesOf(own)(converted);
    expect(converted).toEqual({
      metadata: {},
      eventTime: null,
      regarding: {},
      deprecatedSource: {},
      deprecatedFirstTimestamp: null,
      deprecatedLastTimestamp: null,
    });
    const back = toHub(own, converted);
    zeroValuesOf(hub)(back);
    expect(back).toEqual({ ...core, apiVersion: 'v1', kind: 'Event' });
  });

  test('field labels have the names of the version, and lead to the fields of the hub', () => {
    const labels = fieldLabelsOf(own);
    expect(labels.get('regarding.name')).toBe('involvedObject.name');
    expect(labels.get('reportingController')).toBe('reportingComponent');
    for (const name of ['involvedObject.name', 'reportingComponent', 'source']) expect(labels.has(name)).toBe(false);
    for (const field of labels.values()) expect(Object.keys(own.stored.fields)).toContain(field);
  });
});
