import { expect, test } from 'vitest';
import { allBut, only } from './field-filter.ts';

const set = {
  'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
  'f:spec': { 'f:containers': { 'k:{"name":"a"}': { '.': {}, 'f:image': {}, 'f:resources': { 'f:limits': {} } } } },
};

test('machinery/apply: a filter leaves out fields with all that is below them', () => {
  expect(allBut(['spec'], ['metadata', 'annotations'])(set)).toEqual({ 'f:metadata': set['f:metadata'] });
  expect(allBut(['metadata', 'labels'])(set)).toEqual({ 'f:spec': set['f:spec'] });
});

test('or lets through only some, at whatever item of a list', () => {
  expect(only(['spec', 'containers', '*', 'resources'])(set)).toEqual({
    'f:spec': { 'f:containers': { 'k:{"name":"a"}': { '.': {}, 'f:resources': { 'f:limits': {} } } } },
  });
  expect(only(['spec', 'ephemeralContainers'])(set)).toEqual({});
});
