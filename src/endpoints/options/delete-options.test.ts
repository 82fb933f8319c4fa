import { describe, expect, test } from 'vitest';
import { testApp } from '../../../test/support/test-app.ts';

const path = '/api/v1/namespaces/default/configmaps/a';
const json = 'application/json';

async function ask(body: string | undefined, { query = '', type = json } = {}) {
  const { app, configmaps } = testApp();
  configmaps.put('default', 'a');
  const sent = body === undefined ? {} : { body: Buffer.from(body) };
  const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
  const response = await app.request(path + query, { method: 'DELETE', headers, ...sent });
  const { message } = (await response.json()) as { readonly message?: string };
  return { status: response.status, message, deletions: configmaps.deletions.length };
}

describe('DeleteOptions that are read', () => {
  test.each([
    ['null', {}],
    ['{}', {}],
    ['', {}],
    ['', { type: 'text/plain' }],
    ['', { type: 'application/yaml' }],
    ['# nothing', { type: 'application/yaml' }],
    ['null', { type: 'application/yaml' }],
    ['{}', { type: '' }],
    ['{}', { type: 'APPLICATION/JSON; charset=utf-8' }],
    ['{"kind":null,"apiVersion":null}', {}],
    ['{"Kind":"Pod","kind":"DeleteOptions"}', {}],
    [undefined, { query: '?uid=&resourceVersion=' }],
    ['{"kind":"DeleteOptions","apiVersion":"apps/v2"}', {}],
    ['{"apiVersion":"foo/v1","foo":1,"preconditions":{"foo":1}}', {}],
    ['{"gracePeriodSeconds":-1}', {}],
    ['{"gracePeriodSeconds":9223372036854775807}', {}],
    ['{"preconditions":{"uid":null}}', {}],
    ['{"dryRun":["All","All"]}', {}],
    [undefined, { query: '?kind=Pod&preconditions.uid=x&foo=1' }],
    [undefined, { query: '?dryRun=%zz&gracePeriodSeconds=x;y' }],
    ['{}', { query: '?dryRun=x&gracePeriodSeconds=x' }],
    ['null', { query: '?dryRun=x' }],
  ] as const)('%j with %j', async (body, how) => {
    expect(await ask(body, how)).toMatchObject({ status: 200, deletions: 1 });
  });
});

describe('DeleteOptions that delete nothing', () => {
  const into = (what: string, field: string, type: string) =>
    `json: cannot unmarshal ${what} into Go struct field ${field} of type ${type}`;
  const grace = (what: string) => into(what, 'DeleteOptions.gracePeriodSeconds', 'int64');

  test.each([
    [' ', 400, "couldn't get version/kind; json parse error: unexpected end of JSON input"],
    ['{"dryRun":["All"],}', 400, "couldn't get version/kind; json parse error: invalid character '}' looking for"],
    [
      '[]',
      400,
      "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct",
    ],
    ['"x"', 400, 'json: cannot unmarshal string into Go value'],
    ['1', 400, 'json: cannot unmarshal number into Go value'],
    ['{"kind":1}', 400, into('number', '.kind', 'string')],
    ['{"Kind":1}', 400, into('number', '.kind', 'string')],
    [
      '{"KIND":"Pod"}',
      400,
      'no kind "Pod" is registered for version "meta.k8s.io/v1" in scheme "pkg/runtime/scheme.go:111"',
    ],
    ['{"kind":"DeleteOptions","Kind":"Pod"}', 400, 'no kind "Pod" is registered'],
    ['{"apiversion":"a/b/c"}', 400, 'unexpected GroupVersion string: a/b/c'],
    ['{"apiVersion":{}}', 400, into('object', '.apiVersion', 'string')],
    ['{"apiVersion":"a/b/c"}', 400, 'unexpected GroupVersion string: a/b/c'],
    ['{"kind":"Pod"}', 400, 'no kind "Pod" is registered for version "meta.k8s.io/v1"'],
    ['{"kind":"deleteoptions","apiVersion":"v1"}', 400, 'no kind "deleteoptions" is registered for version "v1"'],
    ['{"gracePeriodSeconds":1.0}', 400, grace('number 1.0')],
    ['{"gracePeriodSeconds":1e2}', 400, grace('number 1e2')],
    ['{"gracePeriodSeconds":9223372036854775808}', 400, grace('number 9223372036854775808')],
    ['{"gracePeriodSeconds":"1"}', 400, grace('string')],
    ['{"preconditions":[]}', 400, into('array', 'DeleteOptions.preconditions', 'v1.Preconditions')],
    ['{"preconditions":"x"}', 400, into('string', 'DeleteOptions.preconditions', 'v1.Preconditions')],
    [
      '{"preconditions":{"resourceVersion":1}}',
      400,
      into('number', 'Preconditions.preconditions.resourceVersion', 'string'),
    ],
    ['{"dryRun":"All"}', 400, into('string', 'DeleteOptions.dryRun', '[]string')],
    ['{"dryRun":[1]}', 400, into('number', 'DeleteOptions.dryRun', 'string')],
    ['{"dryRun":[null]}', 422, 'dryRun: Unsupported value: [""]: supported values: "All"'],
    ['{"dryRun":["all"]}', 422, 'dryRun: Unsupported value: ["all"]'],
    ['{"orphanDependents":1}', 400, into('number', 'DeleteOptions.orphanDependents', 'bool')],
    ['{"propagationPolicy":""}', 422, 'propagationPolicy: Unsupported value: ""'],
    ['{"propagationPolicy":"Orphan","orphanDependents":true}', 422, 'cannot be both set'],
  ] as const)('%s is %d', async (body, status, message) => {
    expect(await ask(body)).toMatchObject({ status, message: expect.stringContaining(message), deletions: 0 });
  });

  test.each([
    'text/plain',
    'application/json;foo',
    'application/json, text/plain',
    '*/*',
    'application/json-patch+json',
  ])('a body of type %j is 415', async (type) => {
    expect(await ask('{}', { type })).toMatchObject({ status: 415, deletions: 0 });
  });
});

describe('DeleteOptions in protobuf that delete nothing', () => {
  test.each([
    ['k8s\0', 'empty body'],
    ['k8s', 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]'],
    ['k8s\0\n', 'unexpected EOF'],
  ])('%j', async (body, message) => {
    const type = 'application/vnd.kubernetes.protobuf';
    expect(await ask(body, { type })).toEqual({ status: 400, message, deletions: 0 });
  });
});
