import { Issues } from './compile-error.ts';
import type { Expression, MapEntry, StructField } from './expression.ts';
import { ExpressionFactory, ExpressionTooLarge } from './expression-factory.ts';
import { type TextRange, type Token, type TokenKind, tokenize } from './lexer.ts';
import { bytesLiteral, doubleLiteral, intLiteral, LiteralError, stringLiteral, uintLiteral } from './literals.ts';
import { MacroError, macroOf } from './macros.ts';
import { binaryOperators, operators } from './operators.ts';
import { codePoints, Source } from './source.ts';
import { reportSyntaxErrors } from './syntax/syntax-errors.ts';

/** An expression that was parsed, with its macros expanded. */
export interface Ast {
  readonly source: Source;
  readonly expression: Expression;
}

/** cel-go's bounds, which are told in its words. */
const maxCodePoints = 100_000;
const maxDepth = 250;

/** Valid where a field is named, and nowhere else. */
const reservedWords: ReadonlySet<string> = new Set(
  (
    'as break const continue else false for function if import in let loop ' +
    'package namespace null return true var void while'
  ).split(' '),
);

/**
 * Parses an expression of the dialect that Kubernetes 1.37 has: optional syntax, names in back quotes, comprehensions with two
 * variables. In time linear in the text; no text takes more than a bounded stack.
 * @throws {CelCompileError}
 */
export function parse(text: string): Ast {
  const source = new Source(text);
  const issues = new Issues(source);
  const size = codePoints(text);
  if (size > maxCodePoints) {
    issues.add(`expression code point size exceeds limit: size: ${size}, limit ${maxCodePoints}`);
    issues.throwIfAny();
  }
  const skipped: TextRange[] = [];
  const tokens = tokenize(text, issues, skipped);
  let expression: Expression | undefined;
  try {
    expression = new Parser(tokens, issues).whole();
  } catch (error) {
    if (error instanceof UnexpectedToken) reportSyntaxErrors(tokens, { text, skipped }, issues);
    else if (error instanceof TooDeep || error instanceof ExpressionTooLarge) issues.add(error.message);
    else throw error;
  }
  issues.throwIfAny();
  return { source, expression: expression as Expression };
}

class UnexpectedToken extends Error {
  override readonly name = 'UnexpectedToken';
}

class TooDeep extends Error {
  override readonly name = 'TooDeep';
}

/** Grammar rules whose nesting is bounded, each for itself. */
type Rule = 'expression' | 'relation' | 'sum' | 'member';

const relations: ReadonlySet<string> = new Set(['<', '<=', '>=', '>', '==', '!=', 'in']);
const products: ReadonlySet<string> = new Set(['*', '/', '%']);
const sums: ReadonlySet<string> = new Set(['+', '-']);

class Parser {
  readonly #tokens: readonly Token[];
  readonly #issues: Issues;
  readonly #make = new ExpressionFactory();
  readonly #depths: Record<Rule, number> = { expression: 0, relation: 0, sum: 0, member: 0 };
  #next = 0;
  /** How many operators and selections the expression parsed last has above one another. */
  #height = 0;

  constructor(tokens: readonly Token[], issues: Issues) {
    this.#tokens = tokens;
    this.#issues = issues;
  }

  whole(): Expression {
    const expression = this.#expression();
    this.#expect('<EOF>');
    return expression;
  }

  get #token(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #take(kind: TokenKind): Token | undefined {
    const token = this.#token;
    if (token.kind !== kind) return undefined;
    this.#next++;
    return token;
  }

  #expect(kind: TokenKind): Token {
    const token = this.#take(kind);
    if (token === undefined) throw new UnexpectedToken();
    return token;
  }

  #enter(rule: Rule): void {
    if (++this.#depths[rule] > maxDepth) throw new TooDeep(`expression recursion limit exceeded: ${maxDepth}`);
  }

  #leave(rule: Rule, times: number): void {
    this.#depths[rule] -= times;
  }

  /** An operator or selection over parts of this height. */
  #over(...heights: readonly number[]): void {
    this.#height = Math.max(...heights) + 1;
    if (this.#height > maxDepth) throw new TooDeep('max recursion depth exceeded');
  }

  #expression(): Expression {
    this.#enter('expression');
    const condition = this.#logical('||', operators.or, () =>
      this.#logical('&&', operators.and, () => this.#relation()),
    );
    const height = this.#height;
    const mark = this.#take('?');
    let result = condition;
    if (mark !== undefined) {
      const id = this.#make.nextId();
      const whenTrue = this.#logical('||', operators.or, () =>
        this.#logical('&&', operators.and, () => this.#relation()),
      );
      const trueHeight = this.#height;
      this.#expect(':');
      const whenFalse = this.#expression();
      this.#over(height, trueHeight, this.#height);
      result = this.#make.call(mark.at, operators.conditional, [condition, whenTrue, whenFalse], id);
    }
    this.#leave('expression', 1);
    return result;
  }

  /** `a && b && c` becomes a balanced tree, so that long chains are not deep. */
  #logical(sign: string, name: string, term: () => Expression): Expression {
    const terms = [term()];
    let height = this.#height;
    const places: { readonly id: number; readonly at: number }[] = [];
    for (let token = this.#take(sign); token !== undefined; token = this.#take(sign)) {
      terms.push(term());
      height = Math.max(height, this.#height);
      places.push({ id: this.#make.nextId(), at: token.at });
    }
    this.#height = height;
    const tree = (low: number, high: number): Expression => {
      const middle = (low + high + 1) >> 1;
      const left = middle === low ? (terms[middle] as Expression) : tree(low, middle - 1);
      const right = middle === high ? (terms[middle + 1] as Expression) : tree(middle + 1, high);
      const { id, at } = places[middle] as { id: number; at: number };
      return this.#make.call(at, name, [left, right], id);
    };
    return places.length === 0 ? (terms[0] as Expression) : tree(0, places.length - 1);
  }

  /** Operators of one precedence, from the left. */
  #chain(rule: Rule, signs: ReadonlySet<string>, operand: () => Expression): Expression {
    let left = operand();
    let entered = 0;
    while (signs.has(this.#token.kind)) {
      const token = this.#token;
      this.#next++;
      this.#enter(rule);
      entered++;
      const height = this.#height;
      const id = this.#make.nextId();
      this.#enter(rule);
      const right = operand();
      this.#leave(rule, 1);
      this.#over(height, this.#height);
      left = this.#make.call(token.at, binaryOperators.get(token.kind) as string, [left, right], id);
    }
    this.#leave(rule, entered);
    return left;
  }

  #relation(): Expression {
    this.#enter('relation');
    const result = this.#chain('relation', relations, () => this.#sum());
    this.#leave('relation', 1);
    return result;
  }

  #sum(): Expression {
    this.#enter('sum');
    const result = this.#chain('sum', sums, () => this.#chain('sum', products, () => this.#unary()));
    this.#leave('sum', 1);
    return result;
  }

  #unary(): Expression {
    const first = this.#token;
    if (first.kind !== '!' && first.kind !== '-') return this.#member();
    if (first.kind === '-' && this.#isSignedNumber()) return this.#member();
    let count = 0;
    while (this.#take(first.kind) !== undefined) count++;
    if (count % 2 === 0) return this.#member();
    const id = this.#make.nextId();
    const operand = this.#member();
    return this.#make.call(first.at, first.kind === '!' ? operators.not : operators.negate, [operand], id);
  }

  #isSignedNumber(): boolean {
    const kind = this.#tokens[this.#next + 1]?.kind;
    return kind === 'NUM_INT' || kind === 'NUM_FLOAT';
  }

  #member(): Expression {
    this.#enter('member');
    let result = this.#primary();
    let entered = 1;
    for (;;) {
      const token = this.#token;
      if (token.kind !== '.' && token.kind !== '[') break;
      this.#next++;
      this.#enter('member');
      entered++;
      result = token.kind === '.' ? this.#selection(token, result) : this.#index(token, result);
    }
    this.#leave('member', entered);
    return result;
  }

  #selection(dot: Token, operand: Expression): Expression {
    const height = this.#height;
    if (this.#take('?') !== undefined) {
      const name = this.#fieldName();
      const field = this.#make.literal(name.at, name.text);
      this.#over(height);
      return this.#make.call(dot.at, operators.optionalSelect, [operand, field]);
    }
    const name = this.#fieldName();
    const open = name.isQuoted ? undefined : this.#take('(');
    if (open === undefined) {
      this.#over(height);
      return this.#make.select(dot.at, operand, name.text);
    }
    const id = this.#make.nextId();
    const args = this.#arguments();
    this.#over(height, this.#height);
    return this.#callOrMacro(open.at, id, name.text, operand, args);
  }

  #index(open: Token, operand: Expression): Expression {
    const height = this.#height;
    const isOptional = this.#take('?') !== undefined;
    const id = this.#make.nextId();
    const index = this.#expression();
    this.#expect(']');
    this.#over(height, this.#height);
    return this.#make.call(open.at, isOptional ? operators.optionalIndex : operators.index, [operand, index], id);
  }

  #fieldName(): { readonly text: string; readonly at: number; readonly isQuoted: boolean } {
    const token = this.#take('IDENTIFIER');
    if (token !== undefined) return { text: token.text, at: token.at, isQuoted: false };
    const quoted = this.#expect('ESC_IDENTIFIER');
    return { text: quoted.text.slice(1, -1), at: quoted.at, isQuoted: true };
  }

  /** Behind the parenthesis, to the one that closes. */
  #arguments(): Expression[] {
    const args: Expression[] = [];
    let height = 0;
    if (this.#take(')') === undefined) {
      do {
        args.push(this.#expression());
        height = Math.max(height, this.#height);
      } while (this.#take(',') !== undefined);
      this.#expect(')');
    }
    this.#height = height;
    return args;
  }

  #callOrMacro(
    at: number,
    id: number,
    name: string,
    target: Expression | undefined,
    args: readonly Expression[],
  ): Expression {
    const macro = macroOf(name, target !== undefined, args.length);
    if (macro === undefined) {
      return target === undefined ? this.#make.call(at, name, args, id) : this.#make.method(at, target, name, args, id);
    }
    try {
      return macro({ make: this.#make, at, target: target as Expression, args });
    } catch (error) {
      if (!(error instanceof MacroError)) throw error;
      return this.#wrong(error.message, error.at);
    }
  }

  /** Stands for what is wrong, until the issues are told. */
  #wrong(message: string, at: number): Expression {
    this.#issues.add(message, at);
    return this.#make.literal(at, null);
  }

  #primary(): Expression {
    const token = this.#token;
    this.#height = 0;
    switch (token.kind) {
      case '(': {
        this.#next++;
        const inner = this.#expression();
        this.#expect(')');
        return inner;
      }
      case '[':
        this.#next++;
        return this.#list(token.at);
      case '{':
        this.#next++;
        return this.#map(token.at);
      case '.':
      case 'IDENTIFIER':
        return this.#named();
      default:
        return this.#literal();
    }
  }

  #named(): Expression {
    const dot = this.#take('.');
    const first = this.#expect('IDENTIFIER');
    const prefix = dot === undefined ? '' : '.';
    if (this.#isStruct()) return this.#struct(`${prefix}${first.text}`);
    const open = this.#take('(');
    const start = dot ?? first;
    if (open === undefined) {
      if (reservedWords.has(first.text)) return this.#wrong(`reserved identifier: ${first.text}`, start.at);
      return this.#make.ident(first.at, `${prefix}${first.text}`);
    }
    if (reservedWords.has(first.text)) {
      this.#arguments();
      return this.#wrong(`reserved identifier: ${first.text}`, start.at);
    }
    const id = this.#make.nextId();
    return this.#callOrMacro(open.at, id, `${prefix}${first.text}`, undefined, this.#arguments());
  }

  /** Behind a name: whether it goes on with names up to a brace. */
  #isStruct(): boolean {
    let at = this.#next;
    while (this.#tokens[at]?.kind === '.' && this.#tokens[at + 1]?.kind === 'IDENTIFIER') at += 2;
    return this.#tokens[at]?.kind === '{';
  }

  #struct(first: string): Expression {
    let name = first;
    while (this.#take('.') !== undefined) name += `.${this.#expect('IDENTIFIER').text}`;
    const open = this.#expect('{');
    const id = this.#make.nextId();
    const fields: StructField[] = [];
    let height = 0;
    while (this.#token.kind !== '}' && this.#token.kind !== ',') {
      const isOptional = this.#take('?') !== undefined;
      const field = this.#fieldName();
      const colon = this.#expect(':');
      const fieldId = this.#make.nextId();
      const value = this.#expression();
      height = Math.max(height, this.#height);
      fields.push({ id: fieldId, at: colon.at, name: field.text, value, isOptional });
      if (!this.#goesOn('}')) break;
    }
    this.#close('}');
    this.#height = height;
    return this.#make.struct(open.at, name, fields, id);
  }

  /** Past a comma, unless it is the last. */
  #goesOn(end: string): boolean {
    if (this.#token.kind !== ',' || this.#tokens[this.#next + 1]?.kind === end) return false;
    this.#next++;
    if (this.#token.kind === ',') throw new UnexpectedToken();
    return true;
  }

  /** A comma may stand before the end. */
  #close(end: string): void {
    this.#take(',');
    this.#expect(end);
  }

  #list(at: number): Expression {
    const id = this.#make.nextId();
    const elements: Expression[] = [];
    const optional = new Set<number>();
    let height = 0;
    while (this.#token.kind !== ']' && this.#token.kind !== ',') {
      if (this.#take('?') !== undefined) optional.add(elements.length);
      elements.push(this.#expression());
      height = Math.max(height, this.#height);
      if (!this.#goesOn(']')) break;
    }
    this.#close(']');
    this.#height = height;
    return this.#make.list(at, elements, optional, id);
  }

  #map(at: number): Expression {
    const id = this.#make.nextId();
    const entries: MapEntry[] = [];
    let height = 0;
    while (this.#token.kind !== '}' && this.#token.kind !== ',') {
      const isOptional = this.#take('?') !== undefined;
      const firstId = this.#make.nextId();
      const key = this.#expression();
      const colon = this.#expect(':');
      height = Math.max(height, this.#height);
      const value = this.#expression();
      height = Math.max(height, this.#height);
      entries.push({ id: firstId, at: colon.at, key, value, isOptional });
      if (!this.#goesOn('}')) break;
    }
    this.#close('}');
    this.#height = height;
    return this.#make.map(at, entries, id);
  }

  #literal(): Expression {
    const sign = this.#take('-');
    const token = this.#token;
    this.#next++;
    const at = (sign ?? token).at;
    const prefix = sign === undefined ? '' : '-';
    try {
      switch (token.kind) {
        case 'NUM_INT':
          return this.#make.literal(at, intLiteral(prefix, token.text));
        case 'NUM_FLOAT':
          return this.#make.literal(at, doubleLiteral(`${prefix}${token.text}`));
        case 'NUM_UINT':
          return this.#make.literal(at, uintLiteral(token.text));
        case 'STRING':
          return this.#make.literal(at, stringLiteral(token.text));
        case 'BYTES':
          return this.#make.literal(at, bytesLiteral(token.text.slice(1)));
        case 'true':
        case 'false':
          return this.#make.literal(at, token.kind === 'true');
        case 'null':
          return this.#make.literal(at, null);
        default:
          throw new UnexpectedToken();
      }
    } catch (error) {
      if (!(error instanceof LiteralError)) throw error;
      return this.#wrong(error.message, at);
    }
  }
}
