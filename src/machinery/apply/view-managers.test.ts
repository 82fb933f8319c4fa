import { expect, test } from 'vitest';
import type { JsonObject } from '../json-value.ts';
import { managersOfObject, managersOfView } from './view-managers.ts';

const field = { inObject: ['spec', 'size'], inView: ['spec', 'replicas'], viewVersion: 'autoscaling/v1' };
const isKnown = (apiVersion: string) => apiVersion === 'e/v1';
const entryOf = (manager: string, fieldsV1: JsonObject, over: JsonObject = {}): JsonObject => ({
  manager,
  operation: 'Update',
  apiVersion: 'e/v1',
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...over,
});
const size = { 'f:spec': { 'f:size': {} } };
const more = { 'f:spec': { 'f:size': {}, 'f:other': {} } };
const replicas = { 'f:spec': { 'f:replicas': {} } };
const plain = (managers: unknown): unknown => JSON.parse(JSON.stringify(managers));

test('a view is managed by those who manage the field that it shows, in versions that are known', () => {
  const object = [
    entryOf('a', more),
    entryOf('b', { 'f:spec': { 'f:other': {} } }),
    entryOf('c', size, { apiVersion: 'x/v1' }),
  ];
  expect(plain(managersOfView(field, object, isKnown))).toEqual([
    entryOf('a', replicas, { apiVersion: 'autoscaling/v1' }),
  ]);
  expect(managersOfView(field, [], isKnown)).toBeUndefined();
});

test('who manages the field in the view does in the object, and others lose it', () => {
  const before = [entryOf('a', more, { time: '2026-01-01T00:00:00Z' }), entryOf('c', size, { apiVersion: 'x/v1' })];
  const ofView = [entryOf('b', replicas, { apiVersion: 'autoscaling/v1', subresource: 'scale' })];
  expect(plain(managersOfObject(field, { before, ofView, apiVersion: 'e/v1' }, isKnown))).toEqual([
    entryOf('b', size, { subresource: 'scale' }),
    entryOf('a', { 'f:spec': { 'f:other': {} } }, { time: '2026-01-01T00:00:00Z' }),
  ]);
});

test('an applier who keeps the field is the same as before', () => {
  const applier = (apiVersion: string, fieldsV1: JsonObject) =>
    entryOf('a', fieldsV1, { operation: 'Apply', apiVersion, subresource: 'scale', time: '2026-01-01T00:00:00Z' });
  const before = [applier('e/v1', size)];
  const ofView = [applier('autoscaling/v1', replicas)];
  expect(managersOfObject(field, { before, ofView, apiVersion: 'e/v1' }, isKnown)).toEqual(before);
  expect(managersOfObject(field, { before, ofView: undefined, apiVersion: 'e/v1' }, isKnown)).toBeUndefined();
});
