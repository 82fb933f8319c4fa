import { expect, test } from 'vitest';
import type { JsonObject } from '../machinery/json-value.ts';
import { RequestContext } from '../machinery/request-context.ts';
import { TaintNodesByCondition } from './taint-nodes-by-condition.ts';

const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

async function admitted(object: JsonObject, operation: 'CREATE' | 'UPDATE' = 'CREATE', resource = 'nodes') {
  const place = { group: '', version: 'v1', kind: 'Node', resource, subresource: '', namespace: '', name: 'n' };
  const request = RequestContext.of('');
  await new TaintNodesByCondition().admit({ ...place, operation, object, oldObject: undefined, request });
  return object;
}

test('a node that registers is not ready, said once', async () => {
  expect(await admitted({})).toEqual({ spec: { taints: [notReady] } });
  expect(await admitted({ spec: { podCIDR: 'x', taints: [{ key: 'a', effect: 'NoExecute' }] } })).toEqual({
    spec: { podCIDR: 'x', taints: [{ key: 'a', effect: 'NoExecute' }, notReady] },
  });
  expect(await admitted({ spec: { taints: [notReady] } })).toEqual({ spec: { taints: [notReady] } });
});

test('what is no new node is left alone', async () => {
  expect(await admitted({}, 'UPDATE')).toEqual({});
  expect(await admitted({}, 'CREATE', 'pods')).toEqual({});
});
