import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestServer, testServer } from '../../../test/support/test-server.ts';
import { WatchStream } from '../../../test/support/watch-stream.ts';
import { internalError } from '../../machinery/status-errors.ts';

let server: TestServer;

beforeEach(async () => {
  server = await testServer();
});
afterEach(() => server.close());

async function opened(as: string, query = '', version = 'v1') {
  const next = server.configmaps.nextWatch();
  const accept = `application/json;as=${as};v=${version};g=meta.k8s.io`;
  const stream = await WatchStream.open(`${server.url}/api/v1/configmaps?watch=1${query}`, { accept });
  return { stream, watch: await next };
}

describe('H16: a watch of Tables', () => {
  test('names the columns in its first event only, and has one row in each', async () => {
    const { stream, watch } = await opened('Table');
    const object = server.configmaps.put('default', 'a', { data: {} });
    watch.event('ADDED', object);
    watch.event('MODIFIED', object);
    const [first, second] = await stream.take(2);
    const metadata = {
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: object.parse()['metadata'],
    };
    expect(first).toMatchObject({
      type: 'ADDED',
      object: {
        kind: 'Table',
        apiVersion: 'meta.k8s.io/v1',
        metadata: { resourceVersion: '2' },
        columnDefinitions: [{ name: 'Name' }, { name: 'Data' }],
        rows: [{ cells: ['a', true], object: metadata }],
      },
    });
    expect(second?.object).toMatchObject({ columnDefinitions: null, rows: [{ cells: ['a', true] }] });
    expect(watch.view.firstDiffers).toBe(true);
  });

  test('the bookmark that ends the initial events keeps its mark, whatever objects are asked for', async () => {
    for (const include of ['None', 'Metadata', 'Object']) {
      const { stream, watch } = await opened('Table', `&includeObject=${include}`, 'v1beta1');
      watch.bookmark(7, true);
      watch.bookmark(8);
      const [marked, plain] = await stream.take(2);
      expect(marked?.object).toMatchObject({
        kind: 'Table',
        apiVersion: 'meta.k8s.io/v1beta1',
        metadata: { resourceVersion: '7' },
        rows: [
          { object: { metadata: { resourceVersion: '7', annotations: { 'k8s.io/initial-events-end': 'true' } } } },
        ],
      });
      const [row] = (plain?.object['rows'] ?? []) as { object: unknown }[];
      if (include === 'None') expect(row?.object).toBeNull();
      else expect(row?.object).toMatchObject({ metadata: { resourceVersion: '8' } });
    }
  });

  test('watches with different options have different views; the same have the same', async () => {
    const ids: string[] = [];
    for (const query of ['', '&includeObject=Metadata', '&includeObject=Object', '&includeObject=None']) {
      ids.push((await opened('Table', query)).watch.view.id);
    }
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
  });

  test('a bad includeObject is 400 and opens nothing', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const refused = await fetch(`${server.url}/api/v1/configmaps?watch=1&includeObject=x`, { headers: { accept } });
    expect(refused.status).toBe(400);
    expect(server.configmaps.watches).toEqual([]);
  });
});

describe('H14: a watch of metadata', () => {
  test('carries the metadata of every object and bookmark, and errors as they are', async () => {
    const { stream, watch } = await opened('PartialObjectMetadata');
    const object = server.configmaps.put('default', 'a', { metadata: { labels: { 'a"}{': '\\' } }, data: { k: 'v' } });
    watch.event('DELETED', object);
    watch.bookmark(9, true);
    watch.fail(internalError('no').status);
    const [deleted, bookmark, error] = await stream.take(3);
    expect(deleted).toEqual({
      type: 'DELETED',
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.parse()['metadata'] },
    });
    expect(bookmark?.object.metadata).toMatchObject({ annotations: { 'k8s.io/initial-events-end': 'true' } });
    expect(error).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 500 } });
    expect(await stream.end()).toBe(true);
  });
});
