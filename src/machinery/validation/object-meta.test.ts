import { describe, expect, test } from 'vitest';
import type { FieldError } from '../field-error.ts';
import type { JsonObject } from '../json-value.ts';
import { validateKnownFinalizers } from './finalizers.ts';
import { nameIsDnsSubdomain } from './names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';

const texts = (errors: readonly FieldError[]) => errors.map(({ field, message }) => `${field}: ${message}`);
const create = (metadata: JsonObject, namespaced = false) =>
  texts(validateObjectMeta({ name: 'a', ...metadata }, { namespaced, validateName: nameIsDnsSubdomain }));
const update = (metadata: JsonObject, old: JsonObject) =>
  texts(validateObjectMetaUpdate({ name: 'a', resourceVersion: '1', ...metadata }, { name: 'a', ...old }));

const keyRule =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
  "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
  "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const valueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an " +
  "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

describe('machinery/validation: metadata on create', () => {
  test('nothing is wrong with a complete one', () => {
    expect(
      create(
        {
          namespace: 'default',
          generateName: 'a-',
          generation: 1,
          labels: { 'app.kubernetes.io/name': 'x', empty: '' },
          annotations: { 'Example.com/Any': 'text, with "anything" in it' },
          finalizers: ['example.com/done'],
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'x', uid: 'u', controller: true }],
          managedFields: [{ manager: 'kubectl', operation: 'Update', fieldsType: 'FieldsV1' }],
        },
        true,
      ),
    ).toEqual([]);
  });

  // The texts of apimachinery for the same metadata.
  test.each<[JsonObject, string[]]>([
    [{ name: '' }, ['metadata.name: Required value: name or generateName is required']],
    [{ name: 'A' }, [`metadata.name: Invalid value: "A": ${subdomainRule}`]],
    [
      { name: 'a'.repeat(254) },
      [`metadata.name: Invalid value: "${'a'.repeat(254)}": must be no more than 253 characters`],
    ],
    [{ generateName: '_' }, [`metadata.generateName: Invalid value: "_": ${subdomainRule}`]],
    [{ namespace: 'x' }, ['metadata.namespace: Forbidden: not allowed on this type']],
    [{ generation: -1 }, ['metadata.generation: Invalid value: -1: must be greater than or equal to 0']],
    [{ labels: { '-a': '' } }, [`metadata.labels: Invalid value: "-a": ${keyRule}`]],
    [
      { labels: { '': '' } },
      [
        'metadata.labels: Invalid value: "": name part must be non-empty',
        `metadata.labels: Invalid value: "": ${keyRule}`,
      ],
    ],
    [
      { labels: { [`${'p'.repeat(254)}/a`]: '' } },
      [`metadata.labels: Invalid value: "${'p'.repeat(254)}/a": prefix part must be no more than 253 bytes`],
    ],
    [{ labels: { '/a': '' } }, ['metadata.labels: Invalid value: "/a": prefix part must be non-empty']],
    [
      { labels: { 'a/b/c': '' } },
      [
        `metadata.labels: Invalid value: "a/b/c": a valid label key ${keyRule.slice('name part '.length)} ` +
          "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
      ],
    ],
    [{ labels: { a: 'b c' } }, [`metadata.labels: Invalid value: "b c": ${valueRule}`]],
    [
      { labels: { a: 'b'.repeat(64) } },
      [`metadata.labels: Invalid value: "${'b'.repeat(64)}": must be no more than 63 bytes`],
    ],
    [{ annotations: { 'a b': '' } }, [`metadata.annotations: Invalid value: "a b": ${keyRule}`]],
    [
      { annotations: { a: 'é'.repeat(128 * 1024) } },
      ['metadata.annotations: Too long: may not be more than 262144 bytes'],
    ],
    [{ annotations: { a: 'e'.repeat(256 * 1024 - 1) } }, []],
    [{ finalizers: ['a b'] }, [`metadata.finalizers: Invalid value: "a b": ${keyRule}`]],
    [
      { finalizers: ['orphan', 'foregroundDeletion'] },
      [
        'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: ' +
          'finalizer orphan and foregroundDeletion cannot be both set',
      ],
    ],
    [
      { ownerReferences: [{}] },
      ['apiVersion', 'kind', 'name', 'uid'].map(
        (field) => `metadata.ownerReferences[0].${field}: Required value: must not be empty`,
      ),
    ],
    [
      { ownerReferences: [{ uid: 'u', name: 'x', kind: 'Event', apiVersion: 'v1' }] },
      [
        'metadata.ownerReferences[0]: Invalid value: {"apiVersion":"v1","kind":"Event","name":"x","uid":"u"}: ' +
          '/v1, Kind=Event is disallowed from being an owner',
      ],
    ],
    [
      { ownerReferences: [{ apiVersion: 'a/b/c', kind: 'K', name: 'x', uid: 'u' }] },
      ['metadata.ownerReferences[0].apiVersion: Invalid value: "a/b/c": must be <group>/<version> or <version>'],
    ],
    [
      {
        ownerReferences: ['x', 'y'].map((name) => ({
          apiVersion: 'v1',
          kind: 'Pod',
          name,
          uid: name,
          controller: true,
        })),
      },
      [
        'metadata.ownerReferences: Invalid value: ' +
          '[{"apiVersion":"v1","kind":"Pod","name":"x","uid":"x","controller":true},' +
          '{"apiVersion":"v1","kind":"Pod","name":"y","uid":"y","controller":true}]: ' +
          'Only one reference can have Controller set to true. Found "true" in references for Pod/x and Pod/y',
      ],
    ],
    [
      { managedFields: [{ manager: 'a\nb', fieldsType: 'V2' }, { operation: 'x' }] },
      [
        'metadata.managedFields[0].operation: Required value: must not be empty',
        'metadata.managedFields[0].fieldsType: Invalid value: "V2": must be `FieldsV1`',
        'metadata.managedFields[0].manager: Invalid value: "a\\nb": invalid character U+000A (at position 1)',
        'metadata.managedFields[1].operation: Unsupported value: "x": supported values: "Apply", "Update"',
      ],
    ],
  ])('%j', (metadata, wanted) => expect(create(metadata)).toEqual(wanted));

  // More arguments than a call can have, and lists shown once for each of their items, have both brought servers down.
  test.each<[string, JsonObject]>([
    ['labels', { labels: Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`-${i}`, '-'])) }],
    ['annotations', { annotations: Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`-${i}`, ''])) }],
    ['finalizers', { finalizers: Array.from({ length: 200_000 }, () => '') }],
    ['owners', { ownerReferences: Array.from({ length: 200_000 }, () => ({})) }],
    ['managers', { managedFields: Array.from({ length: 200_000 }, () => ({})) }],
  ])('of hundreds of thousands of mistakes the first are told: %s', (_, metadata) => {
    expect(create(metadata).length).toBeLessThanOrEqual(101);
    expect(update(metadata, {}).length).toBeLessThanOrEqual(101);
  });

  test('a hundred thousand controllers are told of once', () => {
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'x', controller: true };
    expect(create({ ownerReferences: Array.from({ length: 100_000 }, () => owner) })).toHaveLength(1);
  });

  test('a namespaced object needs a namespace that is a label', () => {
    expect(create({}, true)).toEqual(['metadata.namespace: Required value']);
    expect(create({ namespace: 'a.b' }, true)).toEqual([
      'metadata.namespace: Invalid value: "a.b": must not contain dots',
    ]);
    expect(create({ namespace: 'A' }, true)).toEqual([`metadata.namespace: Invalid value: "A": ${labelRule}`]);
  });

  test('a built-in resource wants finalizers with a domain, or its own', () => {
    expect(texts(validateKnownFinalizers(['kubernetes', 'x.io/y', 'mine'], 'metadata.finalizers'))).toEqual([
      'metadata.finalizers[2]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ]);
  });

  test('hostile names cost no more than their length', () => {
    const long = `${'a-'.repeat(500_000)}!`;
    expect(create({ name: long, labels: { [long]: long } })).toHaveLength(6);
  });
});

describe('machinery/validation: metadata on update', () => {
  const immutable = 'field is immutable';

  test.each<[JsonObject, JsonObject, string[]]>([
    [{}, {}, []],
    [{ resourceVersion: '' }, {}, ['metadata.resourceVersion: Invalid value: "": must be specified for an update']],
    [{ name: 'b' }, {}, [`metadata.name: Invalid value: "b": ${immutable}`]],
    [{ namespace: 'x' }, { namespace: 'y' }, [`metadata.namespace: Invalid value: "x": ${immutable}`]],
    [{ uid: 'x' }, { uid: 'y' }, [`metadata.uid: Invalid value: "x": ${immutable}`]],
    [
      {},
      { deletionTimestamp: '2020-01-01T00:00:00Z' },
      [`metadata.deletionTimestamp: Invalid value: null: ${immutable}`],
    ],
    [{ deletionTimestamp: null }, {}, []],
    [
      { creationTimestamp: '2020-01-01T00:00:00Z' },
      { creationTimestamp: '2020-01-01T00:00:01Z' },
      [`metadata.creationTimestamp: Invalid value: "2020-01-01T00:00:00Z": ${immutable}`],
    ],
    [{ creationTimestamp: '2020-01-01T00:00:00Z' }, { creationTimestamp: '2020-01-01T01:00:00.5+01:00' }, []],
    [
      { deletionGracePeriodSeconds: 0 },
      { deletionGracePeriodSeconds: 30 },
      [`metadata.deletionGracePeriodSeconds: Invalid value: 0: ${immutable}`],
    ],
    [{ generation: 1 }, { generation: 2 }, ['metadata.generation: Invalid value: 1: must not be decremented']],
    [{ finalizers: ['x.io/a'] }, {}, []],
    [
      { finalizers: ['x.io/b', 'x.io/a', 'x.io/c'], deletionTimestamp: '2020-01-01T00:00:00Z' },
      { finalizers: ['x.io/c'], deletionTimestamp: '2020-01-01T00:00:00Z' },
      [
        'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, ' +
          'found new finalizers []string{"x.io/a", "x.io/b"}',
      ],
    ],
  ])('%j over %j', (metadata, old, wanted) => expect(update(metadata, old)).toEqual(wanted));
});
