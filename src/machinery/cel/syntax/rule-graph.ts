import type { TokenKind } from '../lexer.ts';

/** What a state of a rule is for, where that decides how an error is recovered from. */
export type StateKind = 'plain' | 'choice' | 'loopEntry' | 'loopBack' | 'plusLoopBack' | 'stop';

/** A place in a rule. From it some tokens are taken, another rule is entered, or one goes on without either. */
export interface State {
  readonly id: number;
  readonly kind: StateKind;
  readonly rule: Rule;
  readonly edges: Edge[];
}

export type Edge =
  | { readonly kind: 'go'; readonly to: State }
  | { readonly kind: 'tokens'; readonly to: State; readonly tokens: ReadonlySet<TokenKind> }
  | { readonly kind: 'rule'; readonly to: State; readonly rule: Rule; readonly precedence: number }
  /** Taken only where the rule was entered with at most this precedence. */
  | { readonly kind: 'precedence'; readonly to: State; readonly least: number };

export interface Rule {
  readonly name: string;
  readonly start: State;
  readonly stop: State;
  /** Where one goes on behind each mention of it, in all rules. */
  readonly follows: State[];
  body: Part;
}

/** A part of a rule with the states that stand for it. */
export type Part =
  | { readonly kind: 'tokens'; readonly at: State; readonly tokens: ReadonlySet<TokenKind> }
  | { readonly kind: 'rule'; readonly at: State; readonly rule: Rule; readonly precedence: number }
  | { readonly kind: 'precedence'; readonly least: number }
  | { readonly kind: 'sequence'; readonly parts: readonly Part[] }
  | { readonly kind: 'choice'; readonly at: State; readonly options: readonly Part[] }
  | { readonly kind: 'optional'; readonly at: State; readonly part: Part }
  | { readonly kind: 'star'; readonly at: State; readonly back: State; readonly part: Part }
  | { readonly kind: 'plus'; readonly at: State; readonly back: State; readonly part: Part };

/** A rule as it is written. */
export type Written =
  | TokenKind
  | readonly Written[]
  | { readonly oneOf: readonly TokenKind[] }
  | { readonly choice: readonly Written[] }
  | { readonly optional: Written }
  | { readonly star: Written }
  | { readonly plus: Written }
  | { readonly precedence: number }
  | { readonly rule: string; readonly precedence?: number };

/** Makes the graph of a grammar's rules. */
export function ruleGraph(written: Readonly<Record<string, Written>>): ReadonlyMap<string, Rule> {
  const rules = new Map<string, Rule>();
  let states = 0;
  const state = (rule: Rule, kind: StateKind = 'plain'): State => ({ id: states++, kind, rule, edges: [] });
  for (const name of Object.keys(written)) {
    const rule = { name, follows: [] } as unknown as { -readonly [K in keyof Rule]: Rule[K] };
    rule.start = state(rule);
    rule.stop = state(rule, 'stop');
    rules.set(name, rule);
  }
  const ruleOf = (name: string): Rule => rules.get(name) as Rule;

  /** Puts a part between two states. */
  const build = (rule: Rule, part: Written, from: State, to: State): Part => {
    const go = (start: State, end: State): void => void start.edges.push({ kind: 'go', to: end });
    if (typeof part === 'string' || 'oneOf' in part) {
      const tokens = new Set(typeof part === 'string' ? [part] : part.oneOf);
      const at = state(rule);
      go(from, at);
      at.edges.push({ kind: 'tokens', to, tokens });
      return { kind: 'tokens', at, tokens };
    }
    if (Array.isArray(part)) {
      const parts: Part[] = [];
      let start = from;
      for (const [index, one] of part.entries()) {
        const end = index === part.length - 1 ? to : state(rule);
        parts.push(build(rule, one, start, end));
        start = end;
      }
      return { kind: 'sequence', parts };
    }
    if ('rule' in part) {
      const at = state(rule);
      const called = ruleOf(part.rule);
      const precedence = part.precedence ?? 0;
      go(from, at);
      at.edges.push({ kind: 'rule', to, rule: called, precedence });
      called.follows.push(to);
      return { kind: 'rule', at, rule: called, precedence };
    }
    if ('precedence' in part) {
      from.edges.push({ kind: 'precedence', to, least: part.precedence });
      return { kind: 'precedence', least: part.precedence };
    }
    if ('choice' in part) {
      const at = state(rule, 'choice');
      go(from, at);
      const options = part.choice.map((option) => {
        const start = state(rule);
        go(at, start);
        return build(rule, option, start, to);
      });
      return { kind: 'choice', at, options };
    }
    if ('optional' in part) {
      const at = state(rule, 'choice');
      const start = state(rule);
      go(from, at);
      go(at, start);
      const inner = build(rule, part.optional, start, to);
      go(at, to);
      return { kind: 'optional', at, part: inner };
    }
    if ('star' in part) {
      const at = state(rule, 'loopEntry');
      const start = state(rule);
      const back = state(rule, 'loopBack');
      go(from, at);
      go(at, start);
      const inner = build(rule, part.star, start, back);
      go(back, at);
      go(at, to);
      return { kind: 'star', at, back, part: inner };
    }
    const at = state(rule, 'choice');
    const back = state(rule, 'plusLoopBack');
    go(from, at);
    const inner = build(rule, (part as { readonly plus: Written }).plus, at, back);
    go(back, at);
    go(back, to);
    return { kind: 'plus', at, back, part: inner };
  };
  for (const [name, part] of Object.entries(written)) {
    const rule = ruleOf(name);
    rule.body = build(rule, part, rule.start, rule.stop);
  }
  return rules;
}
