import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { eventIn, eventsIn } from '../../../test/support/protobuf-answers.ts';
import { type TestServer, testServer } from '../../../test/support/test-server.ts';
import { internalError } from '../../machinery/status-errors.ts';

let server: TestServer;

beforeEach(async () => {
  server = await testServer();
});
afterEach(() => server.close());

const path = '/api/v1/configmaps?watch=1';
const protobuf = 'application/vnd.kubernetes.protobuf';

/** Opens a watch, lets `tell` tell it, ends it, and gives all that was sent. */
async function sent(accept: string, tell: (watch: Awaited<ReturnType<TestServer['configmaps']['nextWatch']>>) => void) {
  const next = server.configmaps.nextWatch();
  const answer = await fetch(server.url + path, { headers: { accept } });
  const watch = await next;
  tell(watch);
  watch.close('deadline');
  return { type: answer.headers.get('content-type'), bytes: Buffer.from(await answer.arrayBuffer()), watch };
}

describe('a watch of protobuf', () => {
  test.each([protobuf, `${protobuf};stream=watch`, `${protobuf}, application/json`])(
    '%s: each event behind its length, its object in an envelope',
    async (accept) => {
      const object = server.configmaps.put('default', 'a', { data: { b: '1' } });
      const { type, bytes } = await sent(accept, (watch) => {
        watch.event('ADDED', object);
        watch.event('DELETED', object);
      });
      expect(type).toBe(`${protobuf};stream=watch`);
      expect(eventsIn(bytes)).toEqual([
        { type: 'ADDED', object: object.parse() },
        { type: 'DELETED', object: object.parse() },
      ]);
    },
  );

  test('bookmarks are objects of the type, errors are Statuses', async () => {
    const { bytes } = await sent(protobuf, (watch) => {
      watch.bookmark(7, true);
      watch.bookmark(8);
      watch.send(watch.view.error(internalError('no more').status));
    });
    expect(eventsIn(bytes)).toMatchObject([
      {
        type: 'BOOKMARK',
        object: {
          kind: 'ConfigMap',
          metadata: { resourceVersion: '7', annotations: { 'k8s.io/initial-events-end': 'true' } },
        },
      },
      { type: 'BOOKMARK', object: { metadata: { resourceVersion: '8' } } },
      { type: 'ERROR', object: { kind: 'Status', code: 500 } },
    ]);
  });

  test('of metadata alone', async () => {
    const object = server.configmaps.put('default', 'a', { data: { b: '1' } });
    const { bytes } = await sent(`${protobuf};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`, (watch) => {
      watch.event('ADDED', object);
      watch.bookmark(8);
    });
    const { metadata } = object.parse();
    const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' };
    expect(eventsIn(bytes)).toMatchObject([
      { type: 'ADDED', object: { ...partial, metadata } },
      { type: 'BOOKMARK', object: { ...partial, metadata: { resourceVersion: '8' } } },
    ]);
    expect(eventsIn(bytes)[0]?.object).not.toHaveProperty('data');
  });

  test('all who watch one kind share one view', async () => {
    const views = [];
    for (let i = 0; i < 2; i++) views.push((await sent(protobuf, () => {})).watch.view);
    expect(views[0]).toBe(views[1]);
  });

  test('Tables of it there are none', async () => {
    const accept = `${protobuf};as=Table;g=meta.k8s.io;v=v1`;
    expect((await fetch(server.url + path, { headers: { accept } })).status).toBe(406);
    expect(server.configmaps.watches).toEqual([]);
  });

  test('over a WebSocket: one binary message per event, without a length', async () => {
    const next = server.configmaps.nextWatch();
    const client = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers: { accept: protobuf } });
    const message = new Promise<{ data: Buffer; binary: boolean }>((resolve) =>
      client.once('message', (data: Buffer, binary: boolean) => resolve({ data, binary })),
    );
    const closed = new Promise((resolve) => client.once('close', resolve));
    const object = server.configmaps.put('default', 'a');
    const watch = await next;
    watch.event('ADDED', object);
    const { data, binary } = await message;
    expect(binary).toBe(true);
    expect(eventIn(data)).toEqual({ type: 'ADDED', object: object.parse() });
    watch.close('deadline');
    await closed;
  });
});
