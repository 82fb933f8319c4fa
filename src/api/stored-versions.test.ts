import { expect, test } from 'vitest';
import { asRevision } from '../base/revision.ts';
import { translate } from '../translate/translate.ts';
import { builtInKinds } from './built-in-kinds.ts';
import { shapeOfKind } from './kind.ts';

const kind = builtInKinds().find(({ stored }) => stored.resource === 'events');

/** What becomes of a value under an event's key. */
function readAs(value: object) {
  if (kind === undefined) throw new Error('there are no events');
  const shape = shapeOfKind(kind, '/registry');
  const revision = asRevision(7);
  const kv = { key: '/registry/events/ns/a', modRevision: revision, createRevision: revision };
  return translate(shape, { type: 'put', kv: { ...kv, value: Buffer.from(JSON.stringify(value)) } });
}

test('an object that somebody stored in another served version is the hub’s here', () => {
  const change = readAs({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'a', namespace: 'ns' },
    regarding: { kind: 'Pod', name: 'p' },
    note: 'said',
    reportingController: 'x/y',
  });
  expect.assert(change.type === 'put');
  expect(change.object.parse()).toMatchObject({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'a', namespace: 'ns', resourceVersion: '7' },
    involvedObject: { kind: 'Pod', name: 'p' },
    message: 'said',
    reportingComponent: 'x/y',
    source: {},
    firstTimestamp: null,
  });
  expect(change.object.fields['involvedObject.name']).toBe('p');
});

test('a version that nobody serves is unreadable, and so is another kind', () => {
  const metadata = { name: 'a', namespace: 'ns' };
  expect(readAs({ apiVersion: 'events.k8s.io/v9', kind: 'Event', metadata }).type).toBe('corrupt');
  expect(readAs({ apiVersion: 'events.k8s.io/v1', kind: 'Pod', metadata }).type).toBe('corrupt');
});
