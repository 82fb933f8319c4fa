import type { Issues } from './compile-error.ts';

/** As cel-go's grammar calls them; what is written with signs only is its own kind, as are `in`, `true`, `false` and `null`. */
export type TokenKind =
  | 'IDENTIFIER'
  | 'ESC_IDENTIFIER'
  | 'NUM_INT'
  | 'NUM_UINT'
  | 'NUM_FLOAT'
  | 'STRING'
  | 'BYTES'
  | '<EOF>'
  | (string & {});

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Its first character in the source. */
  readonly at: number;
}

/** From one offset to before another. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

const space = /(?:[\t \r\n\f]+|\/\/[^\n]*)+/y;
const escape = String.raw`\\(?:[abfnrtv"'\\?\x60]|[xX][\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-3][0-7][0-7])`;
const string = [
  String.raw`"""(?:${escape}|[^\\])*?"""`,
  String.raw`'''(?:${escape}|[^\\])*?'''`,
  String.raw`"(?:${escape}|[^\\"\n\r])*"`,
  String.raw`'(?:${escape}|[^\\'\n\r])*'`,
  String.raw`[rR](?:"""[\s\S]*?"""|'''[\s\S]*?'''|"[^"\n\r]*"|'[^'\n\r]*')`,
].join('|');
const patterns: readonly (readonly [TokenKind | undefined, RegExp])[] = [
  ['BYTES', new RegExp(`[bB](?:${string})`, 'y')],
  ['STRING', new RegExp(string, 'y')],
  ['NUM_UINT', /(?:0x[\da-fA-F]+|\d+)[uU]/y],
  ['NUM_FLOAT', /\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?/y],
  ['NUM_INT', /0x[\da-fA-F]+|\d+/y],
  ['IDENTIFIER', /[A-Za-z_][A-Za-z\d_]*/y],
  ['ESC_IDENTIFIER', /`[A-Za-z\d_.\-/ ]+`/y],
  [undefined, /==|!=|<=|>=|&&|\|\||[<>[\]{}().,\-!?:+*/%]/y],
];
const words = new Set(['in', 'true', 'false', 'null']);
/** As much of an escape as there may be before the character that is none of it. */
const partOfEscape = String.raw`(?:\\(?:[xX][\da-fA-F]?|u[\da-fA-F]{0,3}|U[\da-fA-F]{0,7}|[0-3][0-7]?)?)?`;
const raw = String.raw`[rR](?:"""[\s\S]*|'''[\s\S]*|"[^"\n\r]*|'[^'\n\r]*)`;
const triple = String.raw`(?:"""|''')(?:${escape}|[^\\])*${partOfEscape}`;
const single = String.raw`"(?:${escape}|[^\\"\n\r])*${partOfEscape}|'(?:${escape}|[^\\'\n\r])*${partOfEscape}`;
/** As far as a text or a quoted name goes that is not closed. */
const unclosed = new RegExp(String.raw`[bB]?(?:${raw}|${triple}|${single})|\x60[A-Za-z\d_.\-/ ]*|[&|=]`, 'y');

/** The tokens of an expression, `<EOF>` at the end. What is no token is an issue, and is put into `skipped`. */
export function tokenize(text: string, issues: Issues, skipped: TextRange[] = []): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const token = tokenAt(text, at);
    if (token !== undefined) {
      tokens.push(token);
      at += token.text.length;
      continue;
    }
    space.lastIndex = at;
    const blank = space.exec(text)?.[0].length ?? 0;
    if (blank > 0) at += blank;
    else {
      const length = unrecognized(text, at, issues);
      skipped.push({ start: at, end: at + length });
      at += length;
    }
  }
  tokens.push({ kind: '<EOF>', text: '<EOF>', at: text.length });
  return tokens;
}

function tokenAt(text: string, at: number): Token | undefined {
  if (text.startsWith('//', at)) return undefined;
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) continue;
    return { kind: kind === undefined || words.has(found) ? found : kind, text: found, at };
  }
  return undefined;
}

/** Tells what was looked at in vain, up to the character that fits no token, and goes on behind it. */
function unrecognized(text: string, at: number, issues: Issues): number {
  unclosed.lastIndex = at;
  const begun = unclosed.exec(text)?.[0].length ?? 0;
  const wrong = text.codePointAt(at + begun);
  const length = begun + (wrong === undefined ? 0 : wrong > 0xffff ? 2 : 1);
  const shown = text.slice(at, at + length);
  issues.add(`Syntax error: token recognition error at: '${shown}'`, at);
  return length;
}
