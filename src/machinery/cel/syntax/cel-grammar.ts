import type { TokenKind } from '../lexer.ts';
import { type Rule, ruleGraph, type Written } from './rule-graph.ts';

/** All tokens, in the order in which errors list them. */
export const tokenOrder: readonly TokenKind[] = [
  '<EOF>',
  ...(
    '== != in < <= >= > && || [ ] { } ( ) . , - ! ? : + * / % true false null ' +
    'NUM_FLOAT NUM_INT NUM_UINT STRING BYTES IDENTIFIER ESC_IDENTIFIER'
  ).split(' '),
];

const rule = (name: string, precedence = 0): Written => ({ rule: name, precedence });
const optional = (...parts: readonly Written[]): Written => ({ optional: parts });
const star = (...parts: readonly Written[]): Written => ({ star: parts });
const choice = (...options: readonly Written[]): Written => ({ choice: options });
const oneOf = (tokens: string): Written => ({ oneOf: tokens.split(' ') });
const least = (precedence: number): Written => ({ precedence });
const list = (item: string): Written => [rule(item), star(',', rule(item))];
const entries = (key: string): Written => {
  const entry = [rule(key), ':', rule('expr')];
  return [...entry, star(',', ...entry)];
};

/** CEL's grammar as cel-go has it, with operators of one kind in a loop, as its parser generator makes of them. */
const written: Readonly<Record<string, Written>> = {
  start: [rule('expr'), '<EOF>'],
  expr: [rule('conditionalOr'), optional('?', rule('conditionalOr'), ':', rule('expr'))],
  conditionalOr: [rule('conditionalAnd'), star('||', rule('conditionalAnd'))],
  conditionalAnd: [rule('relation'), star('&&', rule('relation'))],
  relation: [rule('calc'), star(least(1), oneOf('< <= >= > == != in'), rule('relation', 2))],
  calc: [
    rule('unary'),
    star(choice([least(2), oneOf('* / %'), rule('calc', 3)], [least(1), oneOf('+ -'), rule('calc', 2)])),
  ],
  unary: choice(rule('member'), [{ plus: '!' }, rule('member')], [{ plus: '-' }, rule('member')]),
  member: [
    rule('primary'),
    star(
      choice(
        [least(3), '.', optional('?'), rule('escapeIdent')],
        [least(2), '.', 'IDENTIFIER', '(', optional(rule('exprList')), ')'],
        [least(1), '[', optional('?'), rule('expr'), ']'],
      ),
    ),
  ],
  primary: choice(
    [optional('.'), 'IDENTIFIER'],
    [optional('.'), 'IDENTIFIER', '(', optional(rule('exprList')), ')'],
    ['(', rule('expr'), ')'],
    ['[', optional(rule('listInit')), optional(','), ']'],
    ['{', optional(rule('mapInitializerList')), optional(','), '}'],
    [
      optional('.'),
      'IDENTIFIER',
      star('.', 'IDENTIFIER'),
      '{',
      optional(rule('fieldInitializerList')),
      optional(','),
      '}',
    ],
    rule('literal'),
  ),
  exprList: list('expr'),
  listInit: list('optExpr'),
  fieldInitializerList: entries('optField'),
  optField: [optional('?'), rule('escapeIdent')],
  mapInitializerList: entries('optExpr'),
  escapeIdent: choice('IDENTIFIER', 'ESC_IDENTIFIER'),
  optExpr: [optional('?'), rule('expr')],
  literal: choice(
    [optional('-'), 'NUM_INT'],
    'NUM_UINT',
    [optional('-'), 'NUM_FLOAT'],
    'STRING',
    'BYTES',
    'true',
    'false',
    'null',
  ),
};

/** Made when the first error has to be told. */
let graph: ReadonlyMap<string, Rule> | undefined;

export function celStartRule(): Rule {
  graph ??= ruleGraph(written);
  return graph.get('start') as Rule;
}
