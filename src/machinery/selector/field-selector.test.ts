import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeFieldValue, parseFieldSelector } from './field-selector.ts';
import { SelectorError } from './selector-error.ts';

/** Labels enough that the tables below can name what they like. */
const known = ['a', 'b', 'c', ' c', 'a\\', 'a!b', '', 'spec.nodeName'];

describe('machinery/selector: field selectors', () => {
  // What apimachinery prints of the same text.
  test.each([
    ['', ''],
    [',', ''],
    ['a=b', 'a=b'],
    ['a==b', 'a=b'],
    ['a!=b', 'a!=b'],
    ['a=b,c!=d', 'a=b,c!=d'],
    ['a=\\,', 'a=\\,'],
    ['a\\=b', 'a\\=b'],
    ['a=!b', 'a=!b'],
    ['!=', ''],
    ['=', ''],
    ['a=b, c=d', ' c=d,a=b'],
    ['b=1,a=2', 'a=2,b=1'],
    ['a!b=c', 'a!b=c'],
  ])('%j is read as %j', (selector, text) => {
    expect(String(parseFieldSelector(selector, known))).toBe(text);
  });

  // What apimachinery says of the same text.
  test.each([
    ['a', "invalid selector: 'a'; can't understand 'a'"],
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
    ['a=\\x', 'invalid field selector: invalid escape sequence: \\x'],
    ['a=\\', 'invalid field selector: invalid escape sequence: \\'],
    ['a===b', 'invalid field selector: unescaped character in value: 61'],
    ['a!b', "invalid selector: 'a!b'; can't understand 'a!b'"],
  ])('%j is refused: %s', (selector, message) => {
    expect(() => parseFieldSelector(selector, known)).toThrow(new SelectorError(message));
  });

  test('a field that the resource does not offer is refused', () => {
    expect(() => parseFieldSelector('metadata.name=a,spec.x=b')).toThrow(
      new SelectorError('"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace"'),
    );
    expect(() => parseFieldSelector('spec.x=b', ['spec.nodeName'])).toThrow(
      new SelectorError('field label not supported: spec.x'),
    );
    expect(parseFieldSelector('metadata.namespace=a,spec.nodeName=b', known).everything).toBe(false);
  });

  test.each<[string, Record<string, string>, boolean]>([
    ['', {}, true],
    ['a=b', { a: 'b' }, true],
    ['a=b', {}, false],
    ['a=', {}, true],
    ['a!=', {}, false],
    ['a!=b', {}, true],
    ['a!=b', { a: 'b' }, false],
    ['a=b,b!=c', { a: 'b', b: 'd' }, true],
    ['a=b,b!=c', { a: 'b', b: 'c' }, false],
    ['a=x\\,y', { a: 'x,y' }, true],
  ])('%j on %j is %s', (selector, fields, wanted) => {
    expect(parseFieldSelector(selector, known).matches(fields)).toBe(wanted);
  });

  test('the value that a field must have is known where it is one', () => {
    const selector = parseFieldSelector('metadata.name=x,a!=y', known);
    expect(selector.requiredValue('metadata.name')).toBe('x');
    expect(selector.requiredValue('a')).toBeUndefined();
  });

  test('spellings of the same requirements share one canonical text', () => {
    const spellings = ['a=1,b!=2', 'b!=2,,a==1', 'a=1,b!=2,a=1'];
    expect(new Set(spellings.map((text) => parseFieldSelector(text, known).canonical))).toEqual(new Set(['a=1,b!=2']));
  });

  test('any value can be selected by, once escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\\', ',', '=', '!', 'x', ' ', '😀') }), (value) => {
        const selector = parseFieldSelector(`a=${escapeFieldValue(value)}`, known);
        expect(selector.requiredValue('a')).toBe(value);
        expect(selector.matches({ a: value })).toBe(true);
        expect(selector.matches({ a: `${value}x` })).toBe(false);
      }),
    );
  });

  test('a selector without end is refused', () => {
    expect(() => parseFieldSelector(`a=${'x'.repeat(100_000)}`, known)).toThrow(/^selector is too long/);
  });
});
