import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RouteTable } from './route-table.ts';

describe('RouteTable', () => {
  const table = new RouteTable<string>('/registry/');
  table.add('/registry/pods/', 'pods');
  table.add('/registry/services/specs/', 'services');
  table.add('/registry/services/endpoints/', 'endpoints');
  table.add('/registry/example.com/', 'group');
  table.add('/registry/example.com/foos/', 'foos');

  test.each([
    ['/registry/pods/ns/a', 'pods'],
    ['/registry/pods/', 'pods'],
    ['/registry/podsx/ns/a', undefined],
    ['/registry/pods', undefined],
    ['/registry/services/specs/ns/a', 'services'],
    ['/registry/services/endpoints/ns/a', 'endpoints'],
    ['/registry/services/others/ns/a', undefined],
    ['/registry/example.com/foos/ns/a', 'foos'],
    ['/registry/example.com/bars/ns/a', 'group'],
    ['/registry/ns/pods/a', undefined],
    ['/elsewhere/pods/a', undefined],
    ['/registry/', undefined],
    ['', undefined],
  ])('%s belongs to %s (K39)', (key, owner) => {
    expect(table.find(key)).toBe(owner);
  });

  test.each(['/registry/', '/registry/pods', '/registry//', '/elsewhere/pods/', '/registry/pods/'])(
    'refuses the prefix %s',
    (prefix) => {
      expect(() => table.add(prefix, 'x')).toThrow(RangeError);
    },
  );

  test('what is deleted is nobody’s, and can be added again', () => {
    const table = new RouteTable<number>('/r/');
    table.add('/r/a/', 1);
    expect(table.delete('/r/a/')).toBe(1);
    expect(table.delete('/r/a/')).toBeUndefined();
    expect(table.find('/r/a/x')).toBeUndefined();
    table.add('/r/a/', 2);
    expect(table.find('/r/a/x')).toBe(2);
  });

  test('finds the longest prefix, as trying them all does', () => {
    const path = fc.array(fc.constantFrom('a', 'b', 'ab', ''), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(path, { maxLength: 8 }), path, (prefixes, wanted) => {
        const table = new RouteTable<string>('/r/');
        const added = new Set<string>();
        for (const parts of prefixes) {
          const prefix = `/r/${parts.filter((part) => part !== '').join('/')}/`;
          if (prefix === '/r//' || added.has(prefix)) continue;
          table.add(prefix, prefix);
          added.add(prefix);
        }
        const key = `/r/${wanted.join('/')}`;
        const matching = [...added].filter((prefix) => key.startsWith(prefix));
        expect(table.find(key)).toBe(matching.toSorted((a, b) => b.length - a.length)[0]);
      }),
    );
  });
});
