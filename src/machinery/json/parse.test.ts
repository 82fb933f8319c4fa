import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../json-value.ts';
import { encodeJson } from './encode.ts';
import { JsonSyntaxError, parseJson, parseJsonText } from './parse.ts';

/** Bytes written as Latin-1, so that invalid UTF-8 can be spelled. */
const bytes = (latin1: string) => Buffer.from(latin1, 'latin1');
const parse = (latin1: string) => parseJson(bytes(latin1)).value;

describe('machinery/json parse: what is not JSON', () => {
  // The messages of sigs.k8s.io/json for the same bytes.
  test.each([
    ['', 'unexpected end of JSON input'],
    [' ', 'unexpected end of JSON input'],
    ['x', "invalid character 'x' looking for beginning of value"],
    ['tru', "invalid character ' ' in literal true (expecting 'e')"],
    ['trux', "invalid character 'x' in literal true (expecting 'e')"],
    ['truE', "invalid character 'E' in literal true (expecting 'e')"],
    ['nul', "invalid character ' ' in literal null (expecting 'l')"],
    ['nulx', "invalid character 'x' in literal null (expecting 'l')"],
    ['nuxx', "invalid character 'x' in literal null (expecting 'l')"],
    ['f', "invalid character ' ' in literal false (expecting 'a')"],
    ['falsy', "invalid character 'y' in literal false (expecting 'e')"],
    ['fal', "invalid character ' ' in literal false (expecting 's')"],
    ['-', "invalid character ' ' in numeric literal"],
    ['-x', "invalid character 'x' in numeric literal"],
    ['01', "invalid character '1' after top-level value"],
    ['[01]', "invalid character '1' after array element"],
    ['{"a":01}', "invalid character '1' after object key:value pair"],
    ['1.', "invalid character ' ' after decimal point in numeric literal"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1e', "invalid character ' ' in exponent of numeric literal"],
    ['1ex', "invalid character 'x' in exponent of numeric literal"],
    ['1e+', "invalid character ' ' in exponent of numeric literal"],
    ['1e+x', "invalid character 'x' in exponent of numeric literal"],
    ['"', 'unexpected end of JSON input'],
    ['"a', 'unexpected end of JSON input'],
    ['"a\x0ab"', "invalid character '\\n' in string literal"],
    ['"\\', "invalid character ' ' in string escape code"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u', "invalid character ' ' in \\u hexadecimal character escape"],
    ['"\\u12', "invalid character ' ' in \\u hexadecimal character escape"],
    ['"\\u12x4"', "invalid character 'x' in \\u hexadecimal character escape"],
    ['{', 'unexpected end of JSON input'],
    ['{x', "invalid character 'x' looking for beginning of object key string"],
    ['{"a"', 'unexpected end of JSON input'],
    ['{"a" x', "invalid character 'x' after object key"],
    ['{"a":', 'unexpected end of JSON input'],
    ['{"a":}', "invalid character '}' looking for beginning of value"],
    ['{"a":1', 'unexpected end of JSON input'],
    ['{"a":1 x', "invalid character 'x' after object key:value pair"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a":1,', 'unexpected end of JSON input'],
    ['[', 'unexpected end of JSON input'],
    ['[1', 'unexpected end of JSON input'],
    ['[1 x', "invalid character 'x' after array element"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['[1,', 'unexpected end of JSON input'],
    ['[,1]', "invalid character ',' looking for beginning of value"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['{}{}', "invalid character '{' after top-level value"],
    ["'a'", "invalid character '\\'' looking for beginning of value"],
    ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
    ['\xc3\xa9', "invalid character '\xc3' looking for beginning of value"],
    ['[1\xc3\xa9]', "invalid character '\xc3' after array element"],
    ['\xef\xbb\xbf{}', "invalid character '\xef' looking for beginning of value"],
    ['[1"', "invalid character '\"' after array element"],
    ['[\x01]', "invalid character '\\x01' looking for beginning of value"],
    ['1e999', 'json: cannot unmarshal number 1e999 into Go value of type float64'],
    ['-1e999', 'json: cannot unmarshal number -1e999 into Go value of type float64'],
    ['[1e999, x]', "invalid character 'x' looking for beginning of value"],
    ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ['NaN', "invalid character 'N' looking for beginning of value"],
    ['"\\ud800', 'unexpected end of JSON input'],
    ['"\\ud800\\', "invalid character ' ' in string escape code"],
    ['"\\ud800\\u12"', "invalid character '\"' in \\u hexadecimal character escape"],
    ['+1', "invalid character '+' looking for beginning of value"],
    ['.5', "invalid character '.' looking for beginning of value"],
    ['1 2', "invalid character '2' after top-level value"],
    ['// c', "invalid character '/' looking for beginning of value"],
    ['\xc2\xa0 1', "invalid character '\xc2' looking for beginning of value"],
    ['1E400', 'json: cannot unmarshal number 1E400 into Go value of type float64'],
  ])('%j: %s', (input, message) => {
    expect(() => parse(input)).toThrow(new JsonSyntaxError(message));
  });
});

describe('machinery/json parse: what is', () => {
  // What sigs.k8s.io/json reads and encoding/json writes for the same bytes.
  test.each([
    ['"\x7f"', '"\x7f"'],
    ['"\xff"', '"\ufffd"'],
    ['"\\ud800"', '"\ufffd"'],
    ['"\\ud800\\ud800\\udc00"', '"\ufffd\u{10000}"'],
    ['"\\udc00\\ud83d\\ude00"', '"\ufffd\u{1f600}"'],
    ['"\xe2\x82a"', '"\ufffd\ufffda"'],
    ['"\xf0\x9f\x98"', '"\ufffd\ufffd\ufffd"'],
    ['"\xed\xa0\x80"', '"\ufffd\ufffd\ufffd"'],
    ['-0', '0'],
    ['9007199254740993', '9007199254740993'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['9223372036854775807', '9223372036854775807'],
    ['9223372036854775808', '9223372036854776000'],
    ['1e3', '1000'],
    ['100000000000000000000', '100000000000000000000'],
    ['0.1e-7', '1e-8'],
    ['123456789012345678901234567890', '1.2345678901234568e+29'],
    ['1.5e300', '1.5e+300'],
    ['"<>&\\u2028\\u2029\\b\\f\\u0001\\u007f\\/"', '"\\u003c\\u003e\\u0026\\u2028\\u2029\\b\\f\\u0001\x7f/"'],
    ['{"a":1,"a":2}', '{"a":2}'],
  ])('%j becomes %j', (input, output) => {
    expect(encodeJson(parse(input))).toBe(output);
  });

  test('integers are exact within int64 and doubles beyond it', () => {
    expect(parse('[9007199254740991, 9007199254740993, 9223372036854775807, 9223372036854775808]')).toEqual([
      9007199254740991,
      9007199254740993n,
      9223372036854775807n,
      9223372036854775808,
    ]);
  });

  test('a long row of digits costs no more than a double', () => {
    expect(() => parse('9'.repeat(1_000_000))).toThrow(
      /^json: cannot unmarshal number 9+ into Go value of type float64$/,
    );
  });

  test('every key is only a key', () => {
    const value = parse('{"__proto__":{"polluted":1},"constructor":2,"toString":3}') as Record<string, JsonValue>;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(value['polluted']).toBeUndefined();
    expect((parse('{}') as Record<string, JsonValue>)['constructor']).toBeUndefined();
    expect(encodeJson(value)).toBe('{"__proto__":{"polluted":1},"constructor":2,"toString":3}');
  });

  test('as deep as the limit and no deeper', () => {
    const nested = (depth: number) => Buffer.from('['.repeat(depth) + ']'.repeat(depth));
    expect(() => parseJson(nested(1_000))).not.toThrow();
    expect(() => parseJson(nested(1_001))).toThrow(new JsonSyntaxError("invalid character '[' exceeded max depth"));
    expect(() => parseJson(Buffer.from('{"a":'.repeat(1e6)))).toThrow("invalid character '{' exceeded max depth");
    expect(() => parseJson(nested(3), { maxDepth: 2 })).toThrow(JsonSyntaxError);
  });
});

describe('machinery/json parse: duplicate fields', () => {
  test('are reported with their paths in the order of the document, and the last one wins', () => {
    const text = '{"a":{"b":1,"b":2,"b":3},"a":{"c":[{"d":1,"d":2},1,[{"x.y":1,"x.y":2}]]},"":1,"":2,"e":{"":1,"":2}}';
    expect(parseJsonText(text)).toMatchObject({
      value: { a: { c: [{ d: 2 }, 1, [{ 'x.y': 2 }]] }, '': 2, e: { '': 2 } },
      duplicateFields: ['a.b', 'a', 'a.c[0].d', 'a.c[2][0].x.y', '', 'e.'],
    });
  });

  test('in an array at the top', () => {
    expect(parseJsonText('[1,{"a":1,"a":2}]').duplicateFields).toEqual(['[1].a']);
  });

  test('of which at most 100 are reported', () => {
    const fields = Array.from({ length: 150 }, (_, i) => `"k${i}":1,"k${i}":2`);
    expect(parseJsonText(`{${fields.join(',')}}`).duplicateFields).toHaveLength(100);
  });

  test('none are reported where there are none', () => {
    expect(parseJsonText('{"a":{"a":[{"a":1},{"a":1}]},"b":{"a":1}}').duplicateFields).toEqual([]);
  });
});

describe('machinery/json parse and encode', () => {
  /** A document as JSON.parse has it: doubles only, no -0. */
  const asDoubles = (value: unknown): unknown => {
    if (typeof value === 'bigint' || typeof value === 'number') return Number(value) + 0;
    if (Array.isArray(value)) return value.map(asDoubles);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asDoubles(item)]));
  };
  const finite = (value: unknown): boolean =>
    typeof value === 'number'
      ? Number.isFinite(value)
      : typeof value !== 'object' || value === null || Object.values(value).every(finite);

  test('agree with JSON on every value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(4), (value, indent) => {
        const { value: parsed, duplicateFields } = parseJsonText(JSON.stringify(value, undefined, indent));
        expect(asDoubles(parsed)).toEqual(asDoubles(value));
        expect(duplicateFields).toEqual([]);
      }),
    );
  });

  test('undo each other, big integers included', () => {
    const int64 = fc
      .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
      .map((n) => (Number.isSafeInteger(Number(n)) ? Number(n) : n));
    const fractions = fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((n) => !Number.isInteger(n) || Number.isSafeInteger(n))
      .map((n) => n + 0);
    const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.string({ unit: 'binary', maxLength: 8 }),
        int64,
        fractions,
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('tree')) as fc.Arbitrary<JsonValue>,
        fc.dictionary(fc.string({ unit: 'binary', maxLength: 4 }), tie('tree')) as fc.Arbitrary<JsonValue>,
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(parseJsonText(encodeJson(value)).value).toEqual(value);
      }),
    );
  });

  test('refuse whatever JSON refuses, and read whatever it reads, after any one byte is changed', () => {
    const mutated = fc
      .tuple(fc.jsonValue(), fc.nat(), fc.constantFrom(...Array.from('{}[]",:\\ 0-.eEutn\u0001x')))
      .map(([value, at, char]) => {
        const text = JSON.stringify(value);
        return text.slice(0, at % text.length) + char + text.slice((at % text.length) + 1);
      });
    fc.assert(
      fc.property(mutated, (text) => {
        let wanted: unknown;
        try {
          wanted = JSON.parse(text);
        } catch {
          expect(() => parseJsonText(text)).toThrow(JsonSyntaxError);
          return;
        }
        // Keys written with an escape are what V8 13.6 may take for others: nodejs/node#63785.
        if (finite(wanted) && !/\\[^"]*"\s*:/.test(text))
          expect(asDoubles(parseJsonText(text).value)).toEqual(asDoubles(wanted));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('numbers that are not written as integers', () => {
  const literalsOf = (text: string) => parseJsonText(text).literals;

  test('are told with where they stand', () => {
    const { value, literals } = parseJsonText('{"a":1.0,"b":[1,1e2,{"c":1.50}],"d":9223372036854775808,"e":1,"f":-0}');
    const { b } = value as { b: [number, number, object] };
    const told = [...(literals ?? [])].map(([holder, entries]) => [holder, [...entries]]);
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        [
          value,
          [
            ['a', '1.0'],
            ['d', '9223372036854775808'],
          ],
        ],
        [b, [[1, '1e2']]],
        [b[2], [['c', '1.50']]],
      ]),
    );
  });

  test('are none where there are none, and no more than ten thousand', () => {
    expect(literalsOf('{"a":1,"b":-9223372036854775808,"c":"1.0"}')).toBeUndefined();
    expect(literalsOf('1.0')).toBeUndefined();
    const many = literalsOf(`[${'1.0,'.repeat(20_000)}1.0]`);
    expect([...(many?.values() ?? [])].map(({ size }) => size)).toEqual([10_000]);
  });
});
