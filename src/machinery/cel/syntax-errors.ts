import type { Issues } from './compile-error.ts';
import type { Token } from './lexer.ts';

/** Tells what is wrong with tokens that are no expression. */
export function reportSyntaxErrors(tokens: readonly Token[], issues: Issues): void {
  const token = tokens.at(-1);
  issues.add(`Syntax error: mismatched input '${token?.text}'`, token?.at);
}
