import { expect, test } from 'vitest';
import { CelCompileError } from '../compile-error.ts';
import { parse } from '../parser.ts';

const issuesOf = (text: string): string[] => {
  try {
    parse(text);
    return [];
  } catch (error) {
    if (!(error instanceof CelCompileError)) throw error;
    return error.issues.map(({ message, location: { line, column } }) => `${line}:${column + 1}: ${message}`);
  }
};

/** As Kubernetes 1.37.2 says it. `…` stands for all that an expression may begin with. */
test.each([
  ['1 +', ["1:4: Syntax error: mismatched input '<EOF>' expecting {…}"]],
  ['a b', ["1:3: Syntax error: extraneous input 'b' expecting <EOF>"]],
  ['(1', ["1:3: Syntax error: missing ')' at '<EOF>'"]],
  ['{a}', ["1:3: Syntax error: mismatched input '}' expecting ':'"]],
  ['[1,,2]', ["1:4: Syntax error: mismatched input ',' expecting ']'"]],
  ['[0, + 1]', ["1:5: Syntax error: missing ']' at '+'", "1:8: Syntax error: extraneous input ']' expecting <EOF>"]],
  ['a.', ["1:3: Syntax error: no viable alternative at input '.'"]],
  ['a..b', ["1:3: Syntax error: no viable alternative at input '..'"]],
  ['x.true', ["1:3: Syntax error: mismatched input 'true' expecting IDENTIFIER"]],
  [
    '--',
    [
      "1:3: Syntax error: no viable alternative at input '-'",
      "1:3: Syntax error: mismatched input '<EOF>' expecting {…}",
    ],
  ],
  ['1 + + 2', ["1:5: Syntax error: extraneous input '+' expecting {…}"]],
  ["{'a' 1}", ["1:6: Syntax error: missing ':' at '1'"]],
  ['a ? b', ["1:6: Syntax error: mismatched input '<EOF>' expecting ':'"]],
  ['f(1 2)', ["1:5: Syntax error: extraneous input '2' expecting ')'"]],
  [
    'f(,)',
    [
      "1:3: Syntax error: extraneous input ',' expecting {'[', '{', '(', ')', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}",
    ],
  ],
  [
    'a[',
    [
      "1:3: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', '?', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}",
    ],
  ],
  ['a[1', ["1:4: Syntax error: missing ']' at '<EOF>'"]],
  ['&& a', ["1:1: Syntax error: extraneous input '&&' expecting {…}"]],
  ['a &', ["1:3: Syntax error: token recognition error at: '&'"]],
  [
    "'abc",
    [
      "1:1: Syntax error: token recognition error at: ''abc'",
      "1:5: Syntax error: mismatched input '<EOF>' expecting {…}",
    ],
  ],
  [
    'x = 1',
    ["1:3: Syntax error: token recognition error at: '= '", "1:5: Syntax error: extraneous input '1' expecting <EOF>"],
  ],
  ['`a`', ["1:1: Syntax error: mismatched input '`a`' expecting {…}"]],
  [
    'func{{a}}',
    [
      "1:6: Syntax error: extraneous input '{' expecting {'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}",
      "1:8: Syntax error: mismatched input '}' expecting ':'",
      "1:9: Syntax error: extraneous input '}' expecting <EOF>",
    ],
  ],
  ['1 2 3', ["1:3: Syntax error: mismatched input '2' expecting <EOF>"]],
  [
    'in',
    [
      "1:1: Syntax error: mismatched input 'in' expecting {…}",
      "1:3: Syntax error: mismatched input '<EOF>' expecting {…}",
    ],
  ],
  ['a in', ["1:5: Syntax error: mismatched input '<EOF>' expecting {…}"]],
  ['x.all(y, y >)', ["1:13: Syntax error: mismatched input ')' expecting {…}"]],
  ['[1, 2', ["1:6: Syntax error: mismatched input '<EOF>' expecting {']', ','}"]],
  ["{'a': 1,,}", ["1:9: Syntax error: extraneous input ',' expecting '}'"]],
  ['!', ["1:2: Syntax error: extraneous input '<EOF>' expecting {…}"]],
  [' a.b.(c)', ["1:6: Syntax error: no viable alternative at input '.('"]],
  ['a.b.c{d}', ["1:8: Syntax error: mismatched input '}' expecting ':'"]],
])('%s', (text, messages) => {
  const begin =
    "'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER";
  const shown = issuesOf(text).map((message) => message.replace(begin, '…'));
  expect(shown).toEqual(messages);
});

test('a long text that is no expression is told in a bounded time', () => {
  for (const part of ['(', '[', '{', '-', '!', 'a.', 'a(', '1 ', '{a:', '? ', '+ ', '&& ', "a['b'].c(d, -1) "]) {
    const issues = issuesOf(part.repeat(Math.trunc(30_000 / part.length)));
    expect(issues.length).toBeGreaterThan(0);
    expect(issues.length).toBeLessThanOrEqual(101);
  }
});
