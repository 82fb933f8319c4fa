import { describe, expect, test } from 'vitest';
import { UnservedPrefixes } from './unserved-prefixes.ts';

function seen(keys: readonly string[], max?: number): UnservedPrefixes {
  const prefixes = new UnservedPrefixes('/registry/', max);
  for (const key of keys) prefixes.see(key);
  return prefixes;
}

describe('pipeline/unserved-prefixes', () => {
  test.each([
    ['roles/team/a', 'roles'],
    ['clusterroles/a', 'clusterroles'],
    ['services/specs/team/a', 'services/specs'],
    ['example.com/widgets/team/a', 'example.com/widgets'],
    ['example.com/clusterwidgets/a', 'example.com/clusterwidgets'],
    ['wardle.example.com/example.com/flunders/team/a', 'wardle.example.com/example.com/flunders'],
    ['lonely', 'lonely'],
  ])('%s is of %s', (key, prefix) => {
    expect([...seen([`/registry/${key}`]).values()]).toEqual([prefix]);
  });

  test('each is kept once, and no more than a bound', () => {
    const prefixes = seen(['/registry/a/x/1', '/registry/a/y/2', '/registry/b/x/1'], 2);
    expect([[...prefixes.values()], prefixes.complete]).toEqual([['a', 'b'], true]);
    prefixes.see('/registry/c/x/1');
    expect([[...prefixes.values()], prefixes.complete]).toEqual([['a', 'b'], false]);
  });
});
