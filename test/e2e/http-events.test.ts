import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { done, namesIn, queryText, revisionIn } from '../support/http-objects.ts';
import type { WatchStream } from '../support/watch-stream.ts';
import { sentUntilNow, told } from '../support/watched.ts';
import { WholeServer } from '../support/whole-server.ts';

/* One stored kind served in two versions of two groups, by HTTP: core v1 and events.k8s.io/v1 Event. */

let server: WholeServer;
let namespaces = 0;
beforeAll(async () => {
  server = await WholeServer.open();
});
afterAll(() => server.close());

/** The paths of a namespace's events in both versions. */
async function freshPaths(): Promise<{ readonly namespace: string; readonly core: string; readonly events: string }> {
  namespaces += 1;
  const namespace = `events-${namespaces}`;
  done(await server.api.post('/api/v1/namespaces', { metadata: { name: namespace } }));
  const rest = `namespaces/${namespace}/events`;
  return { namespace, core: `/api/v1/${rest}`, events: `/apis/events.k8s.io/v1/${rest}` };
}

const pod = (namespace: string, name: string) => ({ kind: 'Pod', namespace, name });

const coreEvent = (namespace: string, name: string) => ({
  metadata: { name },
  involvedObject: pod(namespace, `about-${name}`),
  reason: 'Pulled',
  message: 'It is here.',
  source: { component: 'kubelet' },
  firstTimestamp: '2024-01-01T00:00:00Z',
  lastTimestamp: '2024-01-01T00:00:01Z',
  count: 3,
  type: 'Normal',
});

const newEvent = (namespace: string, name: string) => ({
  metadata: { name },
  regarding: pod(namespace, `about-${name}`),
  reason: 'Failing',
  note: 'It fails.',
  type: 'Warning',
  eventTime: '2024-01-01T00:00:00.000001Z',
  action: 'Trying',
  reportingController: 'example.com/controller',
  reportingInstance: 'controller-1',
});

const as = (kind: string) => ({ accept: `application/json;as=${kind};v=v1;g=meta.k8s.io` });

describe('events in two versions', () => {
  test('what one version wrote, the other reads, at the same revision and with its own zero values', async () => {
    const { namespace, core, events } = await freshPaths();
    const written = done(await server.api.post(core, coreEvent(namespace, 'old')));
    expect(done(await server.api.get(`${events}/old`))).toEqual({
      kind: 'Event',
      apiVersion: 'events.k8s.io/v1',
      metadata: written.metadata,
      eventTime: null,
      reason: 'Pulled',
      regarding: pod(namespace, 'about-old'),
      note: 'It is here.',
      type: 'Normal',
      deprecatedSource: { component: 'kubelet' },
      deprecatedFirstTimestamp: '2024-01-01T00:00:00Z',
      deprecatedLastTimestamp: '2024-01-01T00:00:01Z',
      deprecatedCount: 3,
    });
    const answered = done(await server.api.post(events, newEvent(namespace, 'new')));
    expect(answered).toMatchObject({ apiVersion: 'events.k8s.io/v1', note: 'It fails.', deprecatedSource: {} });
    expect(done(await server.api.get(`${core}/new`))).toEqual({
      kind: 'Event',
      apiVersion: 'v1',
      metadata: answered.metadata,
      involvedObject: pod(namespace, 'about-new'),
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
    });
  });

  test('an update in one version is one of the object in both; a dry run is none', async () => {
    const { namespace, core, events } = await freshPaths();
    const { metadata } = done(await server.api.post(events, newEvent(namespace, 'e')));
    const series = { count: 2, lastObservedTime: '2024-01-01T00:00:05.000000Z' };
    const next = { ...newEvent(namespace, 'e'), metadata, series };
    const dry = done(await server.api.put(`${events}/e?dryRun=All`, next));
    expect(dry).toMatchObject({ apiVersion: 'events.k8s.io/v1', series });
    expect(done(await server.api.get(`${core}/e`))).not.toHaveProperty('series');
    const revision = revisionIn(await server.api.put(`${events}/e`, next));
    expect(done(await server.api.get(`${core}/e`))).toMatchObject({
      metadata: { uid: metadata.uid, resourceVersion: String(revision) },
      series,
    });
    const deleted = await server.api.delete(`${core}/e`);
    expect(deleted.body.details).toEqual({ name: 'e', kind: 'events', uid: metadata.uid });
    expect((await server.api.get(`${events}/e`)).body).toMatchObject({
      message: 'events.events.k8s.io "e" not found',
      details: { name: 'e', group: 'events.k8s.io', kind: 'events' },
    });
  });

  test('every form of an answer is the version’s', async () => {
    const { namespace, core, events } = await freshPaths();
    done(await server.api.post(core, coreEvent(namespace, 'e')));
    const yaml = (await server.api.get(`${events}/e`, { accept: 'application/yaml' })).text;
    expect(yaml).toContain('apiVersion: events.k8s.io/v1\n');
    expect(yaml).toContain('note: It is here.\n');
    const list = done(await server.api.get(events));
    expect([list.kind, list.apiVersion, list.items[0].note]).toEqual(['EventList', 'events.k8s.io/v1', 'It is here.']);
    const cells = async (path: string) => done(await server.api.get(path, as('Table'))).rows[0].cells;
    expect(await cells(events)).toEqual(await cells(core));
    const whole = done(await server.api.get(`${events}?includeObject=Object`, as('Table'))).rows[0].object;
    expect(whole).toMatchObject({ apiVersion: 'events.k8s.io/v1', regarding: { name: 'about-e' } });
    const metadata = async (path: string) => done(await server.api.get(path, as('PartialObjectMetadataList'))).items;
    expect(await metadata(events)).toEqual(await metadata(core));
  });

  test('fields are selected by the names of the version, and by no other’s', async () => {
    const { namespace, core, events } = await freshPaths();
    done(await server.api.post(core, coreEvent(namespace, 'old')));
    done(await server.api.post(events, newEvent(namespace, 'new')));
    const selected = async (path: string, fieldSelector: string) =>
      namesIn(await server.api.get(path + queryText({ fieldSelector })));
    expect(await selected(events, 'regarding.name=about-new')).toEqual(['new']);
    expect(await selected(core, 'involvedObject.name=about-new')).toEqual(['new']);
    expect(await selected(events, 'reportingController!=example.com/controller,type=Normal')).toEqual(['old']);
    expect(await selected(core, 'source=kubelet')).toEqual(['old']);
    for (const [path, field] of [
      [events, 'involvedObject.name'],
      [events, 'source'],
      [events, 'reportingComponent'],
      [core, 'regarding.name'],
      [core, 'reportingController'],
    ] as const) {
      const refused = await server.api.get(path + queryText({ fieldSelector: `${field}=x` }));
      expect(refused.status).toBe(400);
      expect(refused.body.message).toContain(`field label not supported: ${field}`);
    }
  });

  test('a list that began in one version goes on in the other, at the same revision', async () => {
    const { namespace, core, events } = await freshPaths();
    for (const name of ['a', 'b', 'c']) done(await server.api.post(core, coreEvent(namespace, name)));
    const first = await server.api.get(`${core}?limit=2`);
    const token = done(first).metadata.continue;
    done(await server.api.delete(`${events}/c`));
    const second = await server.api.get(events + queryText({ limit: 2, continue: token }));
    expect([namesIn(first), namesIn(second)]).toEqual([['a', 'b'], ['c']]);
    expect(second.body.items[0]).toMatchObject({ note: 'It is here.' });
    expect(revisionIn(second)).toBe(revisionIn(first));
  });

  test('watches in both versions tell the same changes at the same revisions, each in its version', async () => {
    const { namespace, core, events } = await freshPaths();
    const query = queryText({ watch: 1, allowWatchBookmarks: true });
    const streams = [await server.watch(core + query), await server.watch(events + query)] as const;
    done(await server.api.post(core, coreEvent(namespace, 'old')));
    const { metadata } = done(await server.api.post(events, newEvent(namespace, 'new')));
    done(
      await server.api.put(`${events}/new`, {
        ...newEvent(namespace, 'new'),
        metadata: { ...metadata, labels: { a: 'b' } },
      }),
    );
    done(await server.api.delete(core));
    const [inCore, inEvents] = [await sentUntilNow(server, streams[0]), await sentUntilNow(server, streams[1])];
    expect(inCore.map(told)).toEqual(inEvents.map(told));
    expect(inCore.map(({ type }) => type)).toEqual(['BOOKMARK', 'ADDED', 'ADDED', 'MODIFIED', 'DELETED', 'DELETED']);
    const versions = (sent: typeof inCore) => [...new Set(sent.map(({ object }) => object.apiVersion))];
    expect([versions(inCore), versions(inEvents)]).toEqual([['v1'], ['events.k8s.io/v1']]);
    expect(inEvents[3]?.object).toMatchObject({ regarding: { name: 'about-new' }, metadata: { labels: { a: 'b' } } });
    expect(inCore[3]?.object).toMatchObject({ involvedObject: { name: 'about-new' } });
    // A bookmark has the fields that an object of its version always has.
    const { metadata: _, ...bookmark } = inEvents[0]?.object ?? { metadata: {} };
    expect(bookmark).toEqual({
      kind: 'Event',
      apiVersion: 'events.k8s.io/v1',
      eventTime: null,
      regarding: {},
      deprecatedSource: {},
      deprecatedFirstTimestamp: null,
      deprecatedLastTimestamp: null,
    });
    for (const stream of streams) stream.close();
  });

  test('a watch of one version is resumed in the other', async () => {
    const { namespace, core, events } = await freshPaths();
    const resourceVersion = revisionIn(await server.api.post(core, coreEvent(namespace, 'seen')));
    const missed = revisionIn(await server.api.post(core, coreEvent(namespace, 'missed')));
    const stream: WatchStream = await server.watch(
      events + queryText({ watch: 1, resourceVersion, fieldSelector: 'regarding.name=about-missed' }),
    );
    const [event] = await stream.take(1);
    expect(event && told(event)).toBe(`ADDED missed@${missed}`);
    expect(event?.object).toMatchObject({ note: 'It is here.' });
    stream.close();
  });

  test('a collection is deleted by the selectors of the version that is asked, and answered in it', async () => {
    const { namespace, core, events } = await freshPaths();
    for (const name of ['a', 'b']) done(await server.api.post(core, coreEvent(namespace, name)));
    const deleted = done(await server.api.delete(events + queryText({ fieldSelector: 'regarding.name=about-a' })));
    expect([deleted.kind, deleted.apiVersion, deleted.items[0].note]).toEqual([
      'EventList',
      'events.k8s.io/v1',
      'It is here.',
    ]);
    expect(namesIn(await server.api.get(core))).toEqual(['b']);
  });

  test('a namespace that is going takes none, in the names that were asked for', async () => {
    const { namespace, core, events } = await freshPaths();
    const kept = { metadata: { name: 'kept', finalizers: ['example.com/keeps'] } };
    done(await server.api.post(`/api/v1/namespaces/${namespace}/configmaps`, kept));
    done(await server.api.delete(`/api/v1/namespaces/${namespace}`));
    const why = `is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`;
    expect((await server.api.post(events, newEvent(namespace, 'e'))).body).toMatchObject({
      message: `events.events.k8s.io "e" ${why}`,
      details: { group: 'events.k8s.io', kind: 'events' },
    });
    expect((await server.api.post(core, coreEvent(namespace, 'e'))).body.message).toBe(`events "e" ${why}`);
  });

  test('the body is of the version of its path', async () => {
    const { namespace, core, events } = await freshPaths();
    const own = { apiVersion: 'events.k8s.io/v1', kind: 'Event', ...newEvent(namespace, 'e') };
    expect((await server.api.post(core, own)).body.message).toBe(
      'the API version in the data (events.k8s.io/v1) does not match the expected API version (v1)',
    );
    const strict = await server.api.post(`${events}?fieldValidation=Strict`, { ...own, message: 'core’s' });
    expect(strict.body.message).toContain('strict decoding error: unknown field "message"');
  });
});
