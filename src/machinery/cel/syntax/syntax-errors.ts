import type { Issues } from '../compile-error.ts';
import type { TextRange, Token, TokenKind } from '../lexer.ts';
import { celStartRule, tokenOrder } from './cel-grammar.ts';
import { expectedAt, type Frame, followOf, nextAnywhere, nextWithin, recoverySet } from './lookahead.ts';
import { PredictionTooLong, Predictor } from './prediction.ts';
import type { Part, Rule, State } from './rule-graph.ts';

/** cel-go's bounds. */
const maxReports = 100;
const maxRecoveries = 30;
const maxSkipped = 256;
const maxDepth = 250;

/** Where tokens come from. */
export interface TokenSource {
  readonly text: string;
  /** What is no token. */
  readonly skipped: readonly TextRange[];
}

/** The rule that is being read cannot be read on. */
class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly text: string;
  readonly token: Token;
  constructor(text: string, token: Token) {
    super(text);
    this.text = text;
    this.token = token;
  }
}

/** Enough was told. */
class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

/**
 * Tells what is wrong with tokens that are no expression, in the words that cel-go's parser has from ANTLR: this is read by
 * users, who may have looked for them. So the tokens are read once more, by the same grammar and with ANTLR's ways to predict,
 * to leave a token out, to take one for granted, and to go on behind what cannot be read.
 */
export function reportSyntaxErrors(tokens: readonly Token[], source: TokenSource, issues: Issues): void {
  const reader = new Reader(tokens, source, issues);
  try {
    reader.read();
  } catch (error) {
    if (!(error instanceof GivenUp || error instanceof PredictionTooLong)) throw error;
  }
  if (!reader.hasReported) {
    const last = tokens.at(-1);
    issues.add(`Syntax error: mismatched input ${shown(last?.text ?? '')}`, last?.at);
  }
}

const shown = (text: string): string =>
  `'${text.replaceAll('\t', String.raw`\t`).replaceAll('\n', String.raw`\n`).replaceAll('\r', String.raw`\r`)}'`;

const nameOf = (kind: TokenKind): string =>
  /^[A-Z<]/.test(kind) && kind !== '<' && kind !== '<=' ? kind : `'${kind}'`;

function listed(kinds: ReadonlySet<TokenKind>): string {
  const names = tokenOrder.filter((kind) => kinds.has(kind)).map(nameOf);
  return names.length === 1 ? (names[0] as string) : `{${names.join(', ')}}`;
}

class Reader {
  readonly #tokens: readonly Token[];
  readonly #source: TokenSource;
  readonly #issues: Issues;
  readonly #predictor: Predictor;
  #at = 0;
  #state: State;
  #frame: Frame;
  /** An error was told, and nothing was read since: more of them would be echoes. */
  #isRecovering = false;
  #lastErrorAt = -1;
  readonly #lastErrorStates = new Set<State>();
  #recoveries = 0;
  #reports = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], source: TokenSource, issues: Issues) {
    this.#tokens = tokens;
    this.#source = source;
    this.#issues = issues;
    this.#predictor = new Predictor(tokens);
    const rule = celStartRule();
    this.#state = rule.start;
    this.#frame = { rule, precedence: 0, enteredAt: undefined, parent: undefined };
  }

  get hasReported(): boolean {
    return this.#reports > 0;
  }

  read(): void {
    this.#guarded(this.#frame.rule);
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #consume(): void {
    if (this.#token.kind !== '<EOF>') this.#at++;
  }

  #report(message: string, { at }: Token): void {
    this.#reports++;
    if (this.#reports > maxReports) {
      this.#issues.add(`Syntax error: More than ${maxReports} syntax errors`, at);
      throw new GivenUp();
    }
    const reserved = /^no viable alternative at input '\.(true|false|null)'$/.exec(message)?.[1];
    const text = reserved === undefined ? message : `mismatched input '${reserved}' expecting IDENTIFIER`;
    this.#issues.add(`Syntax error: ${text}`, at);
  }

  #expected(): Set<TokenKind> {
    return expectedAt(this.#state, this.#frame);
  }

  /** Reads the body of a rule; what cannot be read of it is left out. */
  #guarded(rule: Rule): void {
    try {
      this.#part(rule.body);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      if (!this.#isRecovering) {
        this.#isRecovering = true;
        this.#report(error.text, error.token);
      }
      this.#recover();
    }
  }

  #enter(rule: Rule, precedence: number, at: State): void {
    const outer = this.#frame;
    this.#frame = { rule, precedence, enteredAt: at, parent: outer };
    if (rule.name === 'expr' && ++this.#depth > maxDepth) {
      this.#issues.add(`expression recursion limit exceeded: ${maxDepth}`);
      throw new GivenUp();
    }
    this.#guarded(rule);
    if (rule.name === 'expr') this.#depth--;
    this.#frame = outer;
    this.#state = at;
  }

  #part(part: Part): void {
    switch (part.kind) {
      case 'tokens':
        this.#state = part.at;
        this.#match(part.tokens);
        return;
      case 'rule':
        this.#state = part.at;
        this.#enter(part.rule, part.precedence, part.at);
        return;
      case 'precedence':
        return;
      case 'sequence':
        for (const one of part.parts) this.#part(one);
        return;
      case 'choice':
        this.#syncAt(part.at);
        this.#part(part.options[this.#choose(part.at)] as Part);
        return;
      case 'optional':
        this.#syncAt(part.at);
        if (this.#choose(part.at) === 0) this.#part(part.part);
        return;
      case 'star':
        this.#syncAt(part.at);
        while (this.#choose(part.at) === 0) {
          this.#part(part.part);
          this.#syncAt(part.back, part.at);
        }
        return;
      case 'plus':
        this.#syncAt(part.at);
        do {
          this.#part(part.part);
          this.#syncAt(part.back);
        } while (this.#choose(part.back) === 0);
    }
  }

  /** By the next token, where each belongs to one option only. */
  #choose(decision: State): number {
    const options = decision.edges.map(({ to }) => nextAnywhere(to));
    const { kind } = this.#token;
    const isSimple = !seesPrecedence(decision) && areDisjoint(options);
    if (isSimple) {
      const found = options.findIndex((tokens) => tokens.has(kind));
      if (found !== -1) return found;
      // A loop or what may be left out ends; of a choice one has to be taken.
      if (decision.kind !== 'choice' || options.length === 2) return options.length - 1;
      throw this.#noAlternative(this.#at);
    }
    const option = this.#predictor.predict(decision, this.#frame, this.#at);
    if (typeof option === 'number') return option;
    throw this.#noAlternative(option.deadAt);
  }

  #noAlternative(deadAt: number): Unreadable {
    const [first, last] = [this.#token, this.#tokens[deadAt] as Token];
    const end = last.kind === '<EOF>' ? this.#tokens[deadAt - 1] : last;
    const text = first.kind === '<EOF>' || end === undefined ? '<EOF>' : this.#between(first, end);
    return new Unreadable(`no viable alternative at input ${shown(text)}`, last);
  }

  /** What is written from one token to another, without what is no token. */
  #between(first: Token, last: Token): string {
    const { text, skipped } = this.#source;
    const end = last.at + last.text.length;
    let [read, at] = ['', first.at];
    for (const range of skipped) {
      if (range.start < at || range.start >= end) continue;
      read += text.slice(at, range.start);
      at = range.end;
    }
    return read + text.slice(at, end);
  }

  #mismatch(): Unreadable {
    const token = this.#token;
    return new Unreadable(`mismatched input ${shown(token.text)} expecting ${listed(this.#expected())}`, token);
  }

  #matched(): void {
    this.#isRecovering = false;
    this.#lastErrorStates.clear();
    this.#lastErrorAt = -1;
  }

  #match(tokens: ReadonlySet<TokenKind>): void {
    if (tokens.has(this.#token.kind)) {
      this.#matched();
      this.#consume();
      return;
    }
    this.#attempt();
    if (this.#leaveOut()) {
      this.#consume();
      return;
    }
    if (!this.#takeForGranted()) throw this.#mismatch();
  }

  /** The token after this one is what is expected: this one is left out. */
  #leaveOut(): boolean {
    const next = this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)] as Token;
    if (!this.#expected().has(next.kind)) return false;
    this.#unwanted();
    this.#consume();
    this.#matched();
    return true;
  }

  #unwanted(): void {
    if (this.#isRecovering) return;
    this.#isRecovering = true;
    const token = this.#token;
    this.#report(`extraneous input ${shown(token.text)} expecting ${listed(this.#expected())}`, token);
  }

  /** This token is what would come after the expected one: that is taken as read. */
  #takeForGranted(): boolean {
    const next = expectedAt(followOf(this.#state), this.#frame);
    const token = this.#token;
    if (!next.has(token.kind)) return false;
    if (!this.#isRecovering) {
      this.#isRecovering = true;
      this.#report(`missing ${listed(this.#expected())} at ${shown(token.text)}`, token);
    }
    return true;
  }

  #attempt(): void {
    if (this.#recoveries === maxRecoveries) {
      this.#report(`error recovery attempt limit exceeded: ${maxRecoveries}`, this.#token);
      throw new GivenUp();
    }
    this.#recoveries++;
  }

  #recover(): void {
    this.#attempt();
    if (this.#lastErrorAt === this.#at && this.#lastErrorStates.has(this.#state)) this.#consume();
    this.#lastErrorAt = this.#at;
    this.#lastErrorStates.add(this.#state);
    this.#skipTo(recoverySet(this.#frame));
  }

  #skipTo(tokens: ReadonlySet<TokenKind>): void {
    for (let skipped = 0; this.#token.kind !== '<EOF>' && !tokens.has(this.#token.kind); skipped++) {
      if (skipped >= maxSkipped) {
        this.#issues.add(`error recovery token lookahead limit exceeded: ${maxSkipped}`);
        throw new GivenUp();
      }
      this.#consume();
    }
  }

  /** Before a decision: a token that fits nowhere is dealt with here, where most is known of what should come. */
  #syncAt(state: State, next: State = state): void {
    this.#state = state;
    if (this.#isRecovering) return;
    const { tokens, mayEnd } = nextWithin(next);
    if (mayEnd || tokens.has(this.#token.kind)) return;
    if (state.kind === 'loopBack' || state.kind === 'plusLoopBack') {
      this.#unwanted();
      this.#skipTo(new Set([...this.#expected(), ...recoverySet(this.#frame)]));
      return;
    }
    if (!this.#leaveOut()) throw this.#mismatch();
  }
}

function areDisjoint(sets: readonly ReadonlySet<TokenKind>[]): boolean {
  const all = new Set<TokenKind>();
  let count = 0;
  for (const set of sets) {
    for (const token of set) all.add(token);
    count += set.size;
  }
  return all.size === count;
}

/** Whether an option of a decision depends on the precedence of the rule. */
const seesPrecedence = ({ edges }: State): boolean =>
  edges.some(({ kind, to }) => kind === 'precedence' || (kind === 'go' && seesPrecedence(to)));
