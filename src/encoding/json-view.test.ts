import { describe, expect, test } from 'vitest';
import { configMaps, storedObject } from '../../test/support/watch-cache.ts';
import { asRevision } from '../base/revision.ts';
import { ApiError } from '../machinery/api-error.ts';
import { jsonView } from './json-view.ts';

describe('dispatch/json-view', () => {
  const view = jsonView({
    ...configMaps,
    fillZeroValues: (object) => Object.assign(object, { metadata: {}, data: {} }),
  });

  test('an event is its type and the bytes of the object, on one line', () => {
    const object = storedObject('a/x', 7, { metadata: { name: 'x' }, data: { k: 'grüße' } });
    for (const type of ['ADDED', 'MODIFIED', 'DELETED'] as const) {
      expect(view.event(type, object, false).toString()).toBe(
        `{"type":"${type}","object":${object.bytes.toString()}}\n`,
      );
    }
  });

  test('a bookmark is an empty object of the type with a revision, annotated when it ends the initial events', () => {
    expect(view.bookmark(asRevision(1500), false, false).toString()).toBe(
      '{"type":"BOOKMARK","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"1500"},"data":{}}}\n',
    );
    expect(view.bookmark(asRevision(1500), true, false).toString()).toBe(
      '{"type":"BOOKMARK","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"1500","annotations":{"k8s.io/initial-events-end":"true"}},"data":{}}}\n',
    );
  });

  test('an error is a Status', () => {
    const { status } = new ApiError(410, 'Expired', 'too old resource version: 5 (100)');
    expect(view.error(status).toString()).toBe(
      '{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old resource version: 5 (100)","reason":"Expired","code":410}}\n',
    );
  });
});
