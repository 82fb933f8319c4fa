import { describe, expect, test } from 'vitest';
import { everything } from '../machinery/selection.ts';
import { parseFieldSelector } from '../machinery/selector/field-selector.ts';
import { narrowed } from './scope.ts';
import type { WatchScope } from './watch-spec.ts';

const anywhere: WatchScope = { namespace: undefined, name: undefined };
const inNamespace: WatchScope = { namespace: 'n', name: undefined };

const selection = (text: string, scope: WatchScope = anywhere) =>
  narrowed({ scope, labels: everything, fields: parseFieldSelector(text, ['spec.nodeName']) });

describe('a scope narrowed by a field selector', () => {
  test('takes over what the selector demands, and the selector is gone when it said no more', () => {
    expect(selection('metadata.name=a,metadata.namespace=n')).toEqual({
      scope: { namespace: 'n', name: 'a' },
      labels: everything,
      fields: everything,
    });
    expect(selection('metadata.namespace=n', inNamespace).fields).toBe(everything);
  });

  test('keeps a selector that says more, or contradicts', () => {
    for (const [text, scope, narrow] of [
      ['metadata.name=a,spec.nodeName=x', anywhere, { namespace: undefined, name: 'a' }],
      ['metadata.name=a,metadata.name=b', anywhere, { namespace: undefined, name: 'a' }],
      ['metadata.namespace=m', inNamespace, { namespace: 'n', name: undefined }],
      ['metadata.name!=a', anywhere, anywhere],
    ] as const) {
      const { scope: got, fields } = selection(text, scope);
      expect(got).toEqual(narrow);
      expect(fields.canonical).toBe(text);
    }
  });

  test('does not take no namespace for all of them', () => {
    const { scope, fields } = selection('metadata.namespace=');
    expect(scope).toEqual(anywhere);
    expect(fields.matches({ 'metadata.namespace': 'n' })).toBe(false);
    expect(selection('metadata.name=,metadata.namespace=n').fields.everything).toBe(false);
  });
});
