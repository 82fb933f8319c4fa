import type { TokenKind } from '../lexer.ts';
import type { Rule, State } from './rule-graph.ts';

/** A rule that is being read, and where it was entered. */
export interface Frame {
  readonly rule: Rule;
  readonly precedence: number;
  /** The state that mentions the rule; undefined for the first. */
  readonly enteredAt: State | undefined;
  readonly parent: Frame | undefined;
}

export const followOf = (state: State): State => (state.edges[0] as State['edges'][number]).to;

/** What may come next within a rule, and whether the rule may end there. */
export interface Next {
  readonly tokens: ReadonlySet<TokenKind>;
  readonly mayEnd: boolean;
}

const known = new Map<State, Next>();

export function nextWithin(state: State): Next {
  const remembered = known.get(state);
  if (remembered !== undefined) return remembered;
  const tokens = new Set<TokenKind>();
  const mayEnd = look(state, tokens, new Set());
  const next = { tokens, mayEnd };
  known.set(state, next);
  return next;
}

const knownAnywhere = new Map<State, ReadonlySet<TokenKind>>();

/** What may come next, behind the rule what may come wherever it is mentioned. */
export function nextAnywhere(state: State): ReadonlySet<TokenKind> {
  const remembered = knownAnywhere.get(state);
  if (remembered !== undefined) return remembered;
  const tokens = new Set<TokenKind>();
  const seen = new Set<State>();
  const open = [state];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const next = nextWithin(at);
    for (const token of next.tokens) tokens.add(token);
    if (next.mayEnd) open.push(...at.rule.follows);
  }
  knownAnywhere.set(state, tokens);
  return tokens;
}

/** Gathers what may be taken from a state on; true when the end of its rule can be come to. */
function look(state: State, tokens: Set<TokenKind>, seen: Set<State>): boolean {
  if (seen.has(state)) return false;
  seen.add(state);
  if (state.kind === 'stop') return true;
  let mayEnd = false;
  for (const edge of state.edges) {
    if (edge.kind === 'tokens') for (const token of edge.tokens) tokens.add(token);
    else if (edge.kind !== 'rule') mayEnd = look(edge.to, tokens, seen) || mayEnd;
    else {
      const inner =
        edge.rule.start === state ? { tokens: new Set<TokenKind>(), mayEnd: false } : nextWithin(edge.rule.start);
      for (const token of inner.tokens) tokens.add(token);
      if (inner.mayEnd) mayEnd = look(edge.to, tokens, seen) || mayEnd;
    }
  }
  return mayEnd;
}

/** What may come next, in this rule and in those that it was entered from. */
export function expectedAt(state: State, frame: Frame): Set<TokenKind> {
  const expected = new Set<TokenKind>();
  let next = nextWithin(state);
  let within: Frame | undefined = frame;
  for (;;) {
    for (const token of next.tokens) expected.add(token);
    if (!next.mayEnd) return expected;
    if (within?.enteredAt === undefined) break;
    next = nextWithin(followOf(within.enteredAt));
    within = within.parent;
  }
  expected.add('<EOF>');
  return expected;
}

/** Where one may go on after an error: behind any rule that is being read. */
export function recoverySet(frame: Frame): Set<TokenKind> {
  const tokens = new Set<TokenKind>();
  for (let at: Frame | undefined = frame; at?.enteredAt !== undefined; at = at.parent) {
    for (const token of nextWithin(followOf(at.enteredAt)).tokens) tokens.add(token);
  }
  return tokens;
}
