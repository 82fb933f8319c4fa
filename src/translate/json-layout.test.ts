import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeJson } from '../machinery/json/encode.ts';
import { isRestOfObject } from './json-layout.ts';

/** What stands between `{"metadata":{` and the end. */
const isRest = (text: string | Buffer): boolean => {
  const bytes = Buffer.from(text);
  return isRestOfObject(bytes, 0, bytes.length);
};

describe('translate/json-layout', () => {
  test.each([
    '}}',
    '"name":"a"}}',
    '"name":"a","labels":{}},"data":{}}',
    '"labels":{"a":"b","c":""}},"spec":{"labels":{"a":1},"metadata":{"resourceVersion":"1"},"kind":1}}',
    '},"x":[1,-1,0,-0,1.5,1e9,1E+9,2e-10,0.001,9007199254740993,true,false,null,"",[],{},[[]],{"":{}}]}',
    '"a":"\\" \\\\ \\/ \\b\\f\\n\\r\\t \\u00e9 \\ud83d é \u{1f600}"}}',
    `},"x":${'['.repeat(60)}${']'.repeat(60)}}`,
  ])('%s is the rest of an object', (text) => {
    expect(isRest(text)).toBe(true);
  });

  test.each([
    [
      'cut off',
      ['', '}', '"', '"a', '"a"', '"a":', '"a":1', '"a":"', '"a":"\\', '"a":"\\u00', '"a":[', '"a":{', '"a":tru'],
    ],
    [
      'not JSON',
      ['a}}', '"a":b}}', '"a":"b}}', '"a" "b"}}', '"a":1,}}', ',"a":1}}', '"a":[1,]}}', '"a":[1}}', '"a":{1]}}'],
    ],
    ['no literal', ['"a":truE}}', '"a":nul}}', '"a":falsey}}', '"a":NaN}}', '"a":Infinity}}', '"a":undefined}}']],
    [
      'no number',
      ['"a":01}}', '"a":-}}', '"a":+1}}', '"a":.5}}', '"a":1.}}', '"a":1e}}', '"a":1e+}}', '"a":1.5.5}}', '"a":0x1}}'],
    ],
    ['no string', ['"a":"\\x"}}', '"a":"\\u12g4"}}', '"a":"\n"}}', '"a":"\0"}}', "'a':1}}", '"a\t":1}}']],
    ['ended too early or too late', ['}}}', '}} ', '},}', '}}\n', '}', '},"a":1}}']],
    ['white space', [' }}', '"a": 1}}', '"a" :1}}', '"a":1 }}', '},"a":[1, 2]}', '"a":1,\n"b":2}}']],
    [
      'what the server reads itself, in doubt',
      [
        '"resourceVersion":"1"}}',
        '"a":1,"resourceVersion":"1"}}',
        '"labels":{},"labels":{}}}',
        '"labels":null}}',
        '"labels":[]}}',
        '"labels":{"a":1}}}',
        '"labels":{"a":null}}}',
        '"labels":{"a":{}}}}',
        '"l\\u0061bels":{}}}',
        '},"metadata":{}}',
        '},"kind":"A"}',
        '},"apiVersion":"v1"}',
        '},"m\\u0065tadata":{}}',
      ],
    ],
    [
      'for a parser with bounds',
      [`"a":${'1'.repeat(25)}}}`, '"a":1e100}}', `},"x":${'['.repeat(70)}${']'.repeat(70)}}`],
    ],
  ])('%s: not certain', (_why, texts) => {
    for (const text of texts) expect(isRest(text), text).toBe(false);
  });

  test('what an encoder writes is recognised, and what is recognised is JSON', () => {
    const value = fc.jsonValue({ maxDepth: 6 });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), fc.dictionary(fc.string(), value), (metadata, object) => {
        const named = Object.fromEntries(
          Object.entries(metadata).map(([key, item]) => [`x${key.replace(/["\\]/g, '')}`, item]),
        );
        const rest = Object.fromEntries(
          Object.entries(object).map(([key, item]) => [`x${key.replace(/["\\]/g, '')}`, item]),
        );
        const text = encodeJson({ metadata: named, ...rest } as never).slice('{"metadata":{'.length);
        const large = /e[+-]?\d{3}|\\u/.test(text);
        if (!large) expect(isRest(text)).toBe(true);
        expect(isRest(text.slice(0, -1))).toBe(false);
      }),
    );
  });

  test('bytes behind the end are not looked at, and their absence does no harm', () => {
    expect(isRestOfObject(Buffer.from('}}\n'), 0, 2)).toBe(true);
    expect(isRestOfObject(Buffer.from('"a":"b"}}'), 0, 8)).toBe(false);
    expect(isRestOfObject(Buffer.from(''), 0, 0)).toBe(false);
  });
});
