import { describe, expect, test } from 'vitest';
import type { JsonObject } from './json-value.ts';
import {
  finalizersOf,
  generationOf,
  metadataField,
  metadataMap,
  metadataOf,
  ownerReferencesOf,
  setFinalizers,
  setMetadataField,
} from './object-meta.ts';

describe('machinery/object-meta', () => {
  test('reads what is there and nothing that is inherited or of another type', () => {
    const object: JsonObject = {
      metadata: {
        name: 'a',
        generation: 3,
        labels: { a: 'b', n: 1 },
        finalizers: ['x', 1],
        ownerReferences: [{ uid: 'u' }, 'x'],
      },
    };
    expect(metadataField(object, 'name')).toBe('a');
    expect(metadataField(object, 'uid')).toBe('');
    expect(generationOf(object)).toBe(3);
    expect(metadataMap(object, 'labels')).toEqual({ a: 'b' });
    expect(metadataMap(object, 'annotations')['constructor']).toBeUndefined();
    expect(finalizersOf(object)).toEqual(['x']);
    expect(ownerReferencesOf(object)).toEqual([{ uid: 'u' }]);
    expect(metadataField({ metadata: 'x' }, 'name')).toBe('');
  });

  test('writes where nothing was, and removes what is set to nothing', () => {
    const object: JsonObject = { metadata: null };
    setMetadataField(object, 'uid', 'u');
    setFinalizers(object, ['x']);
    expect(object).toEqual({ metadata: { uid: 'u', finalizers: ['x'] } });
    setMetadataField(object, 'uid', '');
    setFinalizers(object, []);
    expect(metadataOf(object)).toEqual({});
  });
});
