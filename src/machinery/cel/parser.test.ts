import { describe, expect, test } from 'vitest';
import { parse } from './parser.ts';

const messageOf = (text: string): string => {
  try {
    parse(text);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('an expression that is none', () => {
  test('shows the line and the column', () => {
    expect(messageOf('self.a ==\n  has(1)')).toBe(
      'ERROR: <input>:2:7: invalid argument to has() macro\n |   has(1)\n | ......^',
    );
  });

  test('counts characters and not units of UTF-16', () => {
    expect(messageOf("'𝔸' == if")).toBe("ERROR: <input>:1:8: reserved identifier: if\n | '𝔸' == if\n | .．.....^");
  });

  test.each([
    ['[1].all(1, true)', 'argument must be a simple name'],
    ['[1].map(x.y, true)', 'argument is not an identifier'],
    ['[1].all(__result__, true)', 'iteration variable overwrites accumulator variable'],
    ['[1].all(x, x, true)', 'duplicate variable name: x'],
    ['a.optMap(1, 2)', 'optMap() variable name must be a simple identifier'],
    ['9223372036854775808', 'invalid int literal'],
    ['18446744073709551616u', 'invalid uint literal'],
    ['1e999', 'invalid double literal'],
    [String.raw`'\ud800'`, 'invalid unicode code point'],
    [String.raw`b'\u0041'`, 'unable to unescape string'],
  ])('%s', (text, message) => {
    expect(messageOf(text)).toContain(message);
  });
});

describe('bounds', () => {
  test('nesting', () => {
    const deep = (depth: number): string => `${'('.repeat(depth)}1${')'.repeat(depth)}`;
    expect(messageOf(deep(249))).toBe('');
    expect(messageOf(deep(250))).toBe('ERROR: <input>:-1:0: expression recursion limit exceeded: 250');
  });

  test('operators in a row', () => {
    const chain = (length: number): string => Array.from({ length }, () => '1').join(' + ');
    expect(messageOf(chain(249))).toBe('');
    expect(messageOf(chain(251))).toBe('ERROR: <input>:-1:0: expression recursion limit exceeded: 250');
  });

  test('a chain of && is not deep', () => {
    expect(messageOf(Array.from({ length: 5_000 }, () => 'true').join(' && '))).toBe('');
  });

  test('length', () => {
    expect(messageOf(`'${'a'.repeat(99_998)}'`)).toBe('');
    expect(messageOf(`'${'a'.repeat(99_999)}'`)).toBe(
      'ERROR: <input>:-1:0: expression code point size exceeds limit: size: 100001, limit 100000',
    );
  });

  test('macros that double what they are applied to', () => {
    expect(messageOf(`a${'.optMap(x, x)'.repeat(100)}`)).toContain('expression node limit exceeded');
  });
});
