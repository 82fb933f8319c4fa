import { numberAt, objectIn, textAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, objectAt, stringAt } from '../../machinery/json-value.ts';
import { eventsV1 } from '../events/events-v1.ts';
import { defineKind, type Kind } from '../kind.ts';
import { ageSince } from '../printing/aging-text.ts';
import { column, nameColumn, wide } from '../printing/columns.ts';
import type { Cell } from '../printing/printer-column.ts';
import { textFields } from '../selectable-fields.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { everyVerb } from '../verb.ts';
import { validateEventCreate, validateEventUpdate } from './event-validation.ts';

const firstSeen = (event: JsonObject): Cell =>
  ageSince(stringAt(event, 'firstTimestamp') || stringAt(event, 'eventTime'));

function lastSeen(event: JsonObject): Cell {
  const series = objectAt(event, 'series');
  if (series !== undefined) return ageSince(stringAt(series, 'lastObservedTime'));
  const last = stringAt(event, 'lastTimestamp');
  return last === '' ? firstSeen(event) : ageSince(last);
}

function involved(event: JsonObject): string {
  const kind = textAt(event, 'involvedObject', 'kind').toLowerCase();
  const name = textAt(event, 'involvedObject', 'name');
  return name === '' ? kind : `${kind}/${name}`;
}

function source(event: JsonObject): string {
  const old = textAt(event, 'source', 'component');
  const component = old || stringAt(event, 'reportingComponent');
  const instance = textAt(event, 'source', 'host') || stringAt(event, 'reportingInstance');
  return instance === '' ? component : `${component}, ${instance}`;
}

/** `ttlSeconds`: how long an event is kept after it was last written. */
export const events = (ttlSeconds: number): Kind =>
  defineKind(
    {
      group: '',
      version: 'v1',
      kind: 'Event',
      resource: 'events',
      singular: 'event',
      shortNames: ['ev'],
      categories: [],
      namespaced: true,
      verbs: everyVerb,
      subresources: {},
      storagePrefix: 'events',
      fields: {
        ...textFields(
          'involvedObject.kind',
          'involvedObject.namespace',
          'involvedObject.name',
          'involvedObject.uid',
          'involvedObject.apiVersion',
          'involvedObject.resourceVersion',
          'involvedObject.fieldPath',
          'reason',
          'reportingComponent',
          'type',
        ),
        source: (event) => textAt(event, 'source', 'component') || stringAt(event, 'reportingComponent'),
      },
      columns: [
        column('Last Seen', 'Time since it last happened.', lastSeen),
        column('Type', 'Normal or Warning.', (event) => stringAt(event, 'type')),
        column('Reason', 'Why it happened, in one word.', (event) => stringAt(event, 'reason')),
        column('Object', 'What it happened to.', involved),
        wide('Subobject', 'The part of the object that it happened to.', (event) =>
          textAt(event, 'involvedObject', 'fieldPath'),
        ),
        wide('Source', 'Who reported it.', source),
        column('Message', 'What happened.', (event) => stringAt(event, 'message').trim()),
        wide('First Seen', 'Time since it first happened.', firstSeen),
        wide(
          'Count',
          'How often it happened.',
          (event) => numberAt(objectIn(event, 'series') ?? event, 'count') || (objectIn(event, 'series') ? 0 : 1),
        ),
        { ...nameColumn, priority: 1 },
      ],
      ttlSeconds,
      strategy: genericStrategy({
        allowCreateOnUpdate: true,
        more: {
          validateCreate: validateEventCreate,
          validateUpdate: validateEventUpdate,
          dependents: 'unsupported',
        },
      }),
    },
    [eventsV1],
  );
