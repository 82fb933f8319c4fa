import { describe, expect, test } from 'vitest';
import type { FieldError } from '../../machinery/field-error.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { metadataOf } from '../../machinery/object-meta.ts';
import { validateObjectMeta } from '../../machinery/validation/object-meta.ts';
import { validateEventCreate, validateEventUpdate } from './event-validation.ts';

const core = { group: '', version: 'v1' };
const strict = { group: 'events.k8s.io', version: 'v1' };

const texts = (errors: readonly FieldError[]): string[] => errors.map(({ field, message }) => `${field}: ${message}`);

const created = (event: JsonObject, requested = strict): string[] =>
  texts(
    validateEventCreate(event, {
      requested,
      metadataErrors: (validateName) => validateObjectMeta(metadataOf(event), { namespaced: true, validateName }),
    }),
  );

/** In the hub's form, as the strictest rules want it. */
const event = (over: JsonObject = {}): JsonObject => ({
  metadata: { name: 'e', namespace: 'n', resourceVersion: '5' },
  involvedObject: { kind: 'Pod', namespace: 'n', name: 'p' },
  reason: 'Failing',
  message: 'It fails.',
  source: {},
  firstTimestamp: null,
  lastTimestamp: null,
  type: 'Warning',
  eventTime: '2024-01-01T00:00:00.000001Z',
  action: 'Trying',
  reportingComponent: 'example.com/controller',
  reportingInstance: 'controller-1',
  ...over,
});

/** What events were before they had an eventTime. */
const oldEvent = (over: JsonObject = {}): JsonObject =>
  event({ eventTime: null, action: '', reportingComponent: '', reportingInstance: '', count: 1, type: 'Odd', ...over });

describe('events: create', () => {
  test('what the newest rules want is right in both versions', () => {
    expect(created(event())).toEqual([]);
    expect(created(event(), core)).toEqual([]);
    expect(created(event({ series: { count: 2, lastObservedTime: '2024-01-01T00:00:00.000001Z' } }))).toEqual([]);
  });

  test('events of old are right in core v1 only', () => {
    const source = { component: 'kubelet' };
    const times = { firstTimestamp: '2024-01-01T00:00:00Z', lastTimestamp: '2024-01-01T00:00:00Z' };
    expect(created(oldEvent({ source, ...times }), core)).toEqual([]);
    expect(created(oldEvent({ source, ...times, series: { count: 1, lastObservedTime: null } }))).toEqual([
      'series.count: Invalid value: "": should be at least 2',
      'series.lastObservedTime: Required value',
      'eventTime: Required value',
      'type: Invalid value: "": has invalid value: Odd',
      'firstTimestamp: Invalid value: "": needs to be unset',
      'lastTimestamp: Invalid value: "": needs to be unset',
      'count: Invalid value: "": needs to be unset',
      'source: Invalid value: "": needs to be unset',
    ]);
  });

  test('a name in core v1 is what a path can have; in events.k8s.io it is a DNS subdomain', () => {
    const named = event({ metadata: { name: 'A_b', namespace: 'n' } });
    expect(created(named, core)).toEqual([]);
    expect(created(named)[0]).toContain('metadata.name: Invalid value: "A_b": a lowercase RFC 1123 subdomain');
  });

  test('in core v1 metadata is looked at last, in events.k8s.io between the old rules and the new ones', () => {
    const wrong = event({ metadata: { name: 'e', namespace: 'm', labels: { 'a b': '' } }, eventTime: null });
    const mismatch = 'involvedObject.namespace: Invalid value: "n": does not match event.namespace';
    expect(created(wrong, core)).toEqual([mismatch]);
    expect(created(wrong).map((text) => text.split(':')[0])).toEqual([
      'involvedObject.namespace',
      'metadata.labels',
      'eventTime',
    ]);
  });

  test.each([
    [core, 'reportingComponent'],
    [strict, 'reportingController'],
  ])('one that says when it happened says by whom and what: %j', (requested, reporter) => {
    const empty = { reportingComponent: '', reportingInstance: '', action: '', reason: '' };
    expect(created(event(empty), requested).map((text) => text.split(' (e.g.')[0])).toEqual([
      `${reporter}: Required value`,
      `${reporter}: Invalid value: "": name part must be non-empty`,
      `${reporter}: Invalid value: "": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
      'reportingInstance: Required value',
      'action: Required value',
      'reason: Required value',
    ]);
  });

  test('lengths are in bytes, and only of events that say when they happened', () => {
    const long = { reportingInstance: 'ä'.repeat(65), action: 'a'.repeat(129), reason: 'r'.repeat(129) };
    const message = 'm'.repeat(1025);
    expect(created(event({ ...long, message }), core)).toEqual([
      'reportingInstance: Invalid value: "": can have at most 128 characters',
      'action: Invalid value: "": can have at most 128 characters',
      'reason: Invalid value: "": can have at most 128 characters',
      'message: Invalid value: "": can have at most 1024 characters',
    ]);
    expect(created(oldEvent({ ...long, message }), core)).toEqual([]);
    expect(created(event({ action: 'ä'.repeat(64), message: 'm'.repeat(1024) }))).toEqual([]);
  });

  test('an event about the cluster lies in default, or in kube-system if it says when it happened', () => {
    const about = (namespace: string, make: typeof event) =>
      created(make({ metadata: { name: 'e', namespace }, involvedObject: { kind: 'Node', name: 'x' } }), core).length;
    expect(['default', 'kube-system', 'kube-public'].map((namespace) => about(namespace, event))).toEqual([0, 0, 1]);
    expect(['default', 'kube-system', 'kube-public'].map((namespace) => about(namespace, oldEvent))).toEqual([0, 1, 1]);
  });

  test('a finalizer has a domain in events.k8s.io', () => {
    const going = event({ metadata: { name: 'e', namespace: 'n', finalizers: ['mine'] } });
    expect(created(going, core)).toEqual([]);
    expect(created(going)).toEqual([
      'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ]);
  });
});

describe('events: update', () => {
  const updated = (next: JsonObject, old: JsonObject, requested = strict) =>
    texts(validateEventUpdate(next, old, requested));

  test('through core v1 anything may change', () => {
    const other = { reason: 'Other', involvedObject: { namespace: 'n', name: 'q' }, series: { count: 0 } };
    expect(updated(event(other), event(), core)).toEqual([]);
  });

  test('through events.k8s.io only the series goes on', () => {
    const series = { count: 3, lastObservedTime: '2024-01-01T00:00:09.000000Z' };
    expect(updated(event({ series }), event())).toEqual([]);
    expect(updated(event(), event({ series }))).toEqual([]);
    expect(updated(event({ series: { count: 1, lastObservedTime: null } }), event())).toEqual([
      'series.count: Invalid value: "": should be at least 2',
      'series.lastObservedTime: Required value',
    ]);
  });

  test('a series that was wrong before may stay', () => {
    const series = { count: 1, lastObservedTime: null };
    expect(updated(event({ series }), event({ series }))).toEqual([]);
  });

  test('everything else stays, and is shown as the hub has it', () => {
    const changed = event({
      involvedObject: { kind: 'Pod', namespace: 'n', name: 'q', fieldPath: '"' },
      reason: 'R',
      message: 'M',
      source: { host: 'h' },
      firstTimestamp: '2024-01-01T00:00:00Z',
      lastTimestamp: '2024-01-01T00:00:01Z',
      count: 4,
      type: 'Odd',
      eventTime: '2024-01-01T00:00:00.000002Z',
      action: 'A',
      related: { kind: 'Node', name: 'x' },
      reportingComponent: 'c',
      reportingInstance: 'i',
    });
    const immutable = (field: string, value: string) => `${field}: Invalid value: ${value}: field is immutable`;
    const reference = (kind: string, namespace: string, name: string, path: string) =>
      `{"Kind":"${kind}","Namespace":"${namespace}","Name":"${name}","UID":"","APIVersion":"","ResourceVersion":"","FieldPath":"${path}"}`;
    expect(updated(changed, event())).toEqual([
      immutable('involvedObject', reference('Pod', 'n', 'q', '\\"')),
      immutable('reason', '"R"'),
      immutable('message', '"M"'),
      immutable('source', '{"Component":"","Host":"h"}'),
      immutable('firstTimestamp', '"2024-01-01T00:00:00Z"'),
      immutable('lastTimestamp', '"2024-01-01T00:00:01Z"'),
      immutable('count', '4'),
      immutable('type', '"Odd"'),
      immutable('eventTime', '"2024-01-01T00:00:00.000002Z"'),
      immutable('action', '"A"'),
      immutable('related', reference('Node', '', 'x', '')),
      immutable('reportingController', '"c"'),
      immutable('reportingInstance', '"i"'),
    ]);
    expect(updated(event(), event({ related: {}, firstTimestamp: '2024-01-01T00:00:00Z' }))).toEqual([
      immutable('firstTimestamp', 'null'),
      immutable('related', 'null'),
    ]);
  });

  test('an old event is left as it is, whichever version touches its metadata', () => {
    const old = oldEvent({ count: 7, source: { component: 'kubelet' } });
    const labelled = { ...old, metadata: { name: 'e', namespace: 'n', labels: { a: 'b' } } };
    expect(updated(labelled, old)).toEqual([]);
  });
});
