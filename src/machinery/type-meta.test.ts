import { describe, expect, test } from 'vitest';
import type { JsonValue } from './json-value.ts';
import { parseGroupVersion, TypeMetaError, typeMetaOf } from './type-meta.ts';

describe('machinery/type-meta', () => {
  test('an object says what it is, or nothing', () => {
    expect(typeMetaOf({ kind: 'Deployment', apiVersion: 'apps/v1' })).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      group: 'apps',
      version: 'v1',
    });
    expect(typeMetaOf({ kind: null })).toEqual({ apiVersion: '', kind: '', group: '', version: '' });
    expect(typeMetaOf(null).kind).toBe('');
    expect(typeMetaOf({ Kind: 'Pod', APIVERSION: 'v1' })).toMatchObject({ apiVersion: 'v1', kind: 'Pod' });
    expect(typeMetaOf({ kind: 'Pod', KIND: 'Node', Kind: null }).kind).toBe('Node');
    expect(typeMetaOf({ '\u212aind': 'Pod', 'apiVer\u017fion': 'v1' })).toMatchObject({ kind: 'Pod', version: 'v1' });
    expect(typeMetaOf({ 'k\u0131nd': 'Pod', kinds: 'Pod', api: 'v1' })).toMatchObject({ kind: '', apiVersion: '' });
    expect(parseGroupVersion('v1')).toEqual({ group: '', version: 'v1' });
    expect(parseGroupVersion('/')).toEqual({ group: '', version: '' });
  });

  test.each<[JsonValue, string]>([
    [
      [],
      "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type " +
        'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }',
    ],
    [
      { kind: 1 },
      "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string",
    ],
    [{ apiVersion: 'a/b/c' }, 'unexpected GroupVersion string: a/b/c'],
  ])('%j is refused', (value, message) => {
    expect(() => typeMetaOf(value)).toThrow(new TypeMetaError(message));
  });
});
