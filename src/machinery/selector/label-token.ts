export type LabelTokenKind =
  | 'error'
  | 'end'
  | ')'
  | ','
  | '!'
  | '=='
  | '='
  | '>'
  | 'identifier'
  | 'in'
  | '<'
  | '!='
  | 'notin'
  | '(';

export interface LabelToken {
  readonly kind: LabelTokenKind;
  /** As written; for `error` the message. */
  readonly text: string;
}

const symbols: ReadonlySet<string> = new Set([')', ',', '!', '==', '=', '>', '<', '!=', '(']);
const keywords: ReadonlySet<string> = new Set(['in', 'notin']);

const isSymbolChar = (char: string): boolean => '=!(),><'.includes(char);
const isSpace = (char: string): boolean => char === ' ' || char === '\t' || char === '\r' || char === '\n';

/** A label selector's tokens, the last one `end`. A NUL ends a token, as the original's reader takes it for the end. */
export function labelTokens(selector: string): LabelToken[] {
  const tokens: LabelToken[] = [];
  let at = 0;
  const read = (): string => {
    const char = selector[at];
    if (char === undefined) return '';
    at++;
    return char === '\0' ? '' : char;
  };

  const symbol = (): LabelToken => {
    let found: LabelToken | undefined;
    let text = '';
    for (let char = read(); char !== ''; char = read()) {
      const longer = text + char;
      const known = symbols.has(longer);
      if (!isSymbolChar(char) || (!known && found !== undefined)) {
        at--;
        break;
      }
      text = longer;
      if (known) found = { kind: text as LabelTokenKind, text };
    }
    return found ?? { kind: 'error', text: `error expected: keyword found '${text}'` };
  };

  const word = (): LabelToken => {
    const start = at;
    let end = start;
    for (let char = read(); char !== ''; char = read()) {
      if (isSymbolChar(char) || isSpace(char)) {
        at--;
        break;
      }
      end = at;
    }
    const text = selector.slice(start, end);
    return { kind: keywords.has(text) ? (text as LabelTokenKind) : 'identifier', text };
  };

  for (;;) {
    let char = read();
    while (char !== '' && isSpace(char)) char = read();
    if (char === '') break;
    at--;
    tokens.push(isSymbolChar(char) ? symbol() : word());
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}
