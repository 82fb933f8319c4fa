import { describe, expect, test } from 'vitest';
import { asRevision } from '../base/revision.ts';
import { UnreadableValues } from './unreadable-values.ts';

const at = asRevision;
const value = (key: string, revision: number) => ({ key, revision: at(revision), reason: 'not JSON' });

describe('UnreadableValues', () => {
  test('are found by their keys, in order, in a half-open range', () => {
    const values = new UnreadableValues();
    expect(values.within('', '\uffff')).toEqual([]);
    for (const key of ['c', 'a', 'b']) expect(values.note(value(key, 5))).toBe(true);
    expect(values.within('a', 'c').map(({ key }) => key)).toEqual(['a', 'b']);
    expect(values.within('b', 'b\0').map(({ key }) => key)).toEqual(['b']);
    values.clear('b', at(6));
    expect(values.within('', 'z').map(({ key }) => key)).toEqual(['a', 'c']);
  });

  test('a value that is replaced by another nobody can read has been unreadable since the first', () => {
    const values = new UnreadableValues();
    values.note(value('a', 5));
    expect(values.note({ ...value('a', 8), reason: 'encrypted' })).toBe(false);
    expect(values.within('', 'z')).toEqual([{ key: 'a', revision: 8, since: 5, reason: 'encrypted' }]);
  });

  test('a moment has some from when one became unreadable until it was so no more', () => {
    const values = new UnreadableValues();
    const moments = () => [4, 5, 6, 7, 8, 9, 10, 11].filter((revision) => values.at(at(revision)));
    expect(moments()).toEqual([]);
    values.note(value('a', 5));
    expect(moments()).toEqual([5, 6, 7, 8, 9, 10, 11]);
    values.clear('a', at(7));
    values.clear('a', at(10));
    expect(moments()).toEqual([5, 6]);
    values.note(value('b', 10));
    expect(moments()).toEqual([5, 6, 10, 11]);
    values.clear('b', at(11));
    // Between the two nobody is sure: one span is remembered.
    expect(moments()).toEqual([5, 6, 7, 8, 9, 10]);
  });
});
