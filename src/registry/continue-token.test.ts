import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeContinue, encodeContinue } from './continue-token.ts';

const prefix = '/registry/pods/';
const segment = fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,20}[a-z0-9])?$/);

describe('registry/continue-token', () => {
  test('has the form that Kubernetes gives it', () => {
    const token = encodeContinue({ startKey: '/registry/pods/a/b\0', revision: 7 }, prefix);
    expect(token).not.toContain('=');
    expect(Buffer.from(token, 'base64url').toString()).toBe('{"v":"meta.k8s.io/v1","rv":7,"start":"a/b\\u0000"}');
  });

  test('a key goes through it unchanged', () => {
    const revisions = fc.oneof(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), fc.constant(-1));
    fc.assert(
      fc.property(segment, segment, revisions, (namespace, name, revision) => {
        const point = { startKey: `${prefix}${namespace}/${name}\0`, revision };
        expect(decodeContinue(encodeContinue(point, prefix), prefix)).toEqual(point);
      }),
    );
  });

  test.each([
    ['abc', "invalid character 'i' looking for beginning of value"],
    ['a=b', 'illegal base64 data at input byte 1'],
    [Buffer.from('[]').toString('base64url'), 'not an object'],
    [Buffer.from('{"v":"v1"').toString('base64url'), 'unexpected end of JSON input'],
  ])('what is none is refused, and says why: %s', (token, why) => {
    expect(() => decodeContinue(token, prefix)).toThrow(`invalid continue token: continue key is not valid: ${why}`);
  });

  test('never leads out of the prefix, whatever it says', () => {
    const parts = fc.constantFrom('..', '.', '', 'a', '%2e%2e', 'secrets', '\0');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 6 }), fc.boolean(), (path, slash) => {
        const start = (slash ? '/' : '') + path.join('/');
        const token = Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: 1, start })).toString('base64url');
        let key: string;
        try {
          key = decodeContinue(token, prefix).startKey;
        } catch {
          return;
        }
        expect(key.startsWith(prefix)).toBe(true);
        expect(key.split('/')).not.toContain('..');
      }),
    );
  });
});
