import type { JsonObject } from '../../machinery/json-value.ts';
import type { VersionDefinition } from '../kind.ts';

/** Of the hub, core `v1` → of `events.k8s.io/v1`. What is not here has the same name in both. */
const renamed = {
  involvedObject: 'regarding',
  message: 'note',
  reportingComponent: 'reportingController',
  source: 'deprecatedSource',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
} as const;

/** Left out when empty here, though the hub always has them. */
const omittedWhenEmpty = ['note', 'reportingController', 'reportingInstance', 'reason', 'type', 'action'];

function renameFields(event: JsonObject, names: readonly (readonly [from: string, to: string])[]): JsonObject {
  for (const [from, to] of names) {
    const value = event[from];
    delete event[from];
    if (value !== undefined) event[to] = value;
  }
  return event;
}

const toHub = Object.entries(renamed).map(([hub, own]) => [own, hub] as const);
const fromHub = Object.entries(renamed);

const regarding = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

/** `events.k8s.io/v1` Event: the same stored kind as core `v1`'s, with names of its own. */
export const eventsV1: VersionDefinition = {
  group: 'events.k8s.io',
  version: 'v1',
  conversion: {
    toHub: (event) => renameFields(event, toHub),
    fromHub(event) {
      renameFields(event, fromHub);
      for (const name of omittedWhenEmpty) if (event[name] === '') delete event[name];
      return event;
    },
  },
  fieldLabels: {
    reason: 'reason',
    reportingController: 'reportingComponent',
    type: 'type',
    ...Object.fromEntries(regarding.map((name) => [`regarding.${name}`, `involvedObject.${name}`])),
  },
};
