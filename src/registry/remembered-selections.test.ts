import { describe, expect, test } from 'vitest';
import type { StoredObject } from '../translate/stored-object.ts';
import { rememberedSelection } from './remembered-selections.ts';

const state = (...names: string[]) => names.map((name) => ({ name }) as StoredObject);

function picker(objects: readonly StoredObject[]) {
  const picked: string[] = [];
  const select = (name: string) =>
    rememberedSelection(objects, name, () => {
      picked.push(name);
      return objects.filter((object) => object.name === name);
    });
  return { picked, select };
}

describe('registry/remembered-selections', () => {
  test('a selection is made once for a state, and anew for the next one', () => {
    const before = state('a', 'b');
    const { picked, select } = picker(before);
    expect(select('a')).toEqual(state('a'));
    expect(select('a')).toEqual(state('a'));
    expect(select('b')).toEqual(state('b'));
    expect(picked).toEqual(['a', 'b']);
    const after = picker(state('a', 'a', 'b'));
    expect(after.select('a')).toEqual(state('a', 'a'));
    expect(after.picked).toEqual(['a']);
  });

  test('the one that was not asked for longest is forgotten first', () => {
    const { picked, select } = picker(state('a'));
    select('first');
    select('second');
    for (let i = 0; i < 14; i++) select(`more-${i}`);
    select('first');
    select('one too many');
    picked.length = 0;
    select('first');
    expect(picked).toEqual([]);
    select('second');
    expect(picked).toEqual(['second']);
  });
});
