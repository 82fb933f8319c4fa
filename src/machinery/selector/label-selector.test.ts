import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLabelSelector } from './label-selector.ts';
import { SelectorError } from './selector-error.ts';

const matches = (selector: string, labels: Record<string, string>) => parseLabelSelector(selector).matches(labels);

describe('machinery/selector: label selectors', () => {
  // What apimachinery prints of the same text.
  test.each([
    ['', ''],
    [' ', ''],
    ['a', 'a'],
    ['!a', '!a'],
    ['a=b', 'a=b'],
    ['a==b', 'a==b'],
    ['a!=b', 'a!=b'],
    ['a in (b,c)', 'a in (b,c)'],
    ['a in (c,b)', 'a in (b,c)'],
    ['x in (foo,,baz),y,z notin ()', 'x in (,baz,foo),y,z notin ()'],
    ['a>5', 'a>5'],
    ['a<7', 'a<7'],
    ['a=b,a=c', 'a=b,a=c'],
    ['a in (in,notin)', 'a in (in,notin)'],
    ['in in (in)', 'in in (in)'],
    ['a notin (b)', 'a notin (b)'],
    ['a=,b=', 'a=,b='],
    ['a in (,)', 'a in ()'],
    ['a in ( b , c )', 'a in (b,c)'],
    ['b=c,a=b', 'a=b,b=c'],
  ])('%j is read as %j', (selector, text) => {
    expect(String(parseLabelSelector(selector))).toBe(text);
  });

  // What apimachinery says of the same text.
  test.each([
    [
      'a>x',
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    [
      'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=b',
      'unable to parse requirement: <nil>: Invalid value: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": name part must be no more than 63 bytes',
    ],
    [
      'a=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',
      'unable to parse requirement: values[0][a]: Invalid value: "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb": must be no more than 63 bytes',
    ],
    [
      'pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp/a',
      'unable to parse requirement: <nil>: Invalid value: "pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp/a": prefix part must be no more than 253 bytes',
    ],
    [
      'A.b/c',
      "unable to parse requirement: <nil>: Invalid value: \"A.b/c\": prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ],
    ['/a', 'unable to parse requirement: <nil>: Invalid value: "/a": prefix part must be non-empty'],
    [
      'a/',
      "unable to parse requirement: <nil>: Invalid value: \"a/\": name part must be non-empty; name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    ],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    [
      'a=-',
      "unable to parse requirement: values[0][a]: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    ],
    ['a=b,', "found '', expected: identifier after ','"],
    [',', "found ',', expected: !, identifier, or 'end of string'"],
    ['a,,b', "found ',', expected: identifier after ','"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in', "unable to parse requirement: found '' expected: '('"],
    ['a notin', "unable to parse requirement: found '' expected: '('"],
    ['a=!', "unable to parse requirement: found '!', expected: identifier"],
    ['(a)', "found '(', expected: !, identifier, or 'end of string'"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
  ])('%j is refused: %s', (selector, message) => {
    expect(() => parseLabelSelector(selector)).toThrow(new SelectorError(message));
  });

  test.each<[string, Record<string, string>, boolean]>([
    ['', {}, true],
    ['a', { a: '' }, true],
    ['a', {}, false],
    ['!a', {}, true],
    ['!a', { a: 'b' }, false],
    ['a=b', { a: 'b' }, true],
    ['a=b', { a: 'c' }, false],
    ['a=', {}, false],
    ['a=', { a: '' }, true],
    ['a!=b', {}, true],
    ['a!=b', { a: 'b' }, false],
    ['a in (b,c)', { a: 'c' }, true],
    ['a in (b,c)', { a: 'd' }, false],
    ['a in ()', { a: '' }, true],
    ['a notin (b,c)', {}, true],
    ['a notin (b,c)', { a: 'c' }, false],
    ['a>5', { a: '6' }, true],
    ['a>5', { a: '5' }, false],
    ['a>5', { a: 'x' }, false],
    ['a>5', {}, false],
    ['a<5', { a: '-6' }, true],
    ['a<9007199254740993', { a: '9007199254740992' }, true],
    ['a=b,c=d', { a: 'b', c: 'd' }, true],
    ['a=b,c=d', { a: 'b' }, false],
    ['a=b,a=c', { a: 'b' }, false],
  ])('%j on %j is %s', (selector, labels, wanted) => expect(matches(selector, labels)).toBe(wanted));

  test('a label named like something inherited is absent unless it is there', () => {
    expect(matches('constructor', {})).toBe(false);
    expect(matches('!toString', {})).toBe(true);
    expect(matches('constructor', { constructor: 'x' })).toBe(true);
  });

  test('spellings of the same requirements share one canonical text', () => {
    const spellings = ['a=b,c in (d,e),f!=g', 'f notin (g), c in (e,d,d) ,a==b', 'c in (d,e),a in (b),f!=g,a=b'];
    expect(new Set(spellings.map((text) => parseLabelSelector(text).canonical))).toEqual(
      new Set(['a=b,c in (d,e),f!=g']),
    );
    expect(parseLabelSelector('a').canonical).not.toBe(parseLabelSelector('!a').canonical);
    expect(parseLabelSelector('  ').canonical).toBe('');
  });

  test('the value that a label must have is known where it is one', () => {
    const required = (selector: string) => parseLabelSelector(selector).requiredValue('a');
    expect(['a=b', 'x,a==b', 'a in (b)'].map(required)).toEqual(['b', 'b', 'b']);
    expect(['', 'x=b', 'a', 'a!=b', 'a in (b,c)', 'a notin (b)', 'a>1'].map(required)).toEqual(
      Array(7).fill(undefined),
    );
  });

  test('a selector without end is refused, and a long one is read in linear time', () => {
    expect(() => parseLabelSelector('a'.repeat(100_000))).toThrow(/^selector is too long: 100000 characters/);
    expect(() => parseLabelSelector('('.repeat(60_000))).toThrow(SelectorError);
    expect(() => parseLabelSelector(`a=${'-'.repeat(60_000)}`)).toThrow(SelectorError);
    const many = Array.from({ length: 8_000 }, (_, i) => `k${i}=v`).join(',');
    expect(parseLabelSelector(many).requiredValue('k7999')).toBe('v');
  });

  test('whatever it reads, it reads the same when printed', () => {
    const part = fc.constantFrom(
      'a',
      'b',
      'x.io/y',
      'in',
      'notin',
      ' ',
      '(',
      ')',
      ',',
      '=',
      '==',
      '!=',
      '!',
      '>',
      '<',
      '5',
    );
    const labels = fc.dictionary(fc.constantFrom('a', 'b', 'x.io/y', 'in'), fc.constantFrom('', 'a', 'b', '5', '7'));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), labels, (parts, set) => {
        let selector: ReturnType<typeof parseLabelSelector>;
        try {
          selector = parseLabelSelector(parts.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(SelectorError);
          return;
        }
        for (const text of [String(selector), selector.canonical]) {
          const again = parseLabelSelector(text);
          expect(again.canonical).toBe(selector.canonical);
          expect(again.matches(set)).toBe(selector.matches(set));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
