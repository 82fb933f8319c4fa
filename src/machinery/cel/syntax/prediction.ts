import type { Token } from '../lexer.ts';
import type { Frame } from './lookahead.ts';
import type { State } from './rule-graph.ts';

/** The states to go on at behind the rules that were entered since the decision; none when the first of them is left. */
interface Stack {
  readonly id: number;
  readonly top: State | undefined;
  readonly below: Stack | undefined;
}

/** One way to read the tokens so far. */
interface Way {
  readonly state: State;
  readonly option: number;
  readonly stack: Stack;
  /** The rule in which the decision is has been left. */
  readonly isOutside: boolean;
}

/** No way goes on at a token. */
export interface Dead {
  readonly deadAt: number;
}

/** It took too long to find out. */
export class PredictionTooLong extends Error {
  override readonly name = 'PredictionTooLong';
}

/** Some tenths of a second. */
const maxSteps = 500_000;

/** Finds out which option is meant, by reading ahead for as long as several are possible: ANTLR's way to predict. */
export class Predictor {
  readonly #tokens: readonly Token[];
  readonly #empty: Stack = { id: 0, top: undefined, below: undefined };
  readonly #stacks = new Map<string, Stack>();
  #steps = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /**
   * The option of a decision, from 0; the lowest of those that read alike.
   * @throws {PredictionTooLong}
   */
  predict(decision: State, frame: Frame, start: number): number | Dead {
    let ways = this.#closure(
      decision.edges.map((edge, option) => ({
        state: edge.to,
        option,
        stack: this.#empty,
        isOutside: false,
      })),
      frame.precedence,
    );
    for (let at = start; ; at++) {
      const token = this.#tokens[at] as Token;
      const next = this.#closure(this.#taken(ways, token), frame.precedence);
      if (next.length === 0) {
        const finished = ways.filter(({ isOutside }) => isOutside).map(({ option }) => option);
        return finished.length === 0 ? { deadAt: at } : Math.min(...finished);
      }
      const options = new Set(next.map(({ option }) => option));
      if (options.size === 1 || token.kind === '<EOF>' || isConflict(next)) return Math.min(...options);
      ways = next;
    }
  }

  #taken(ways: readonly Way[], { kind }: Token): Way[] {
    const taken: Way[] = [];
    for (const way of ways) {
      for (const edge of way.state.edges) {
        if (edge.kind === 'tokens' && edge.tokens.has(kind)) taken.push({ ...way, state: edge.to });
      }
      // At the end of everything the end may be read again.
      if (kind === '<EOF>' && way.state.kind === 'stop') taken.push(way);
    }
    return taken;
  }

  #pushed(state: State, below: Stack): Stack {
    const key = `${state.id}/${below.id}`;
    const known = this.#stacks.get(key);
    if (known !== undefined) return known;
    const stack = { id: this.#stacks.size + 1, top: state, below };
    this.#stacks.set(key, stack);
    return stack;
  }

  /** All that can be come to without taking a token. */
  #closure(start: readonly Way[], precedence: number): Way[] {
    const found: Way[] = [];
    const seen = new Set<string>();
    const open = [...start];
    for (let way = open.pop(); way !== undefined; way = open.pop()) {
      if (++this.#steps > maxSteps) throw new PredictionTooLong();
      const key = `${way.state.id}/${way.option}/${way.stack.id}/${way.isOutside}`;
      if (seen.has(key)) continue;
      seen.add(key);
      found.push(way);
      if (way.state.kind === 'stop') open.push(...left(way));
      for (const edge of way.state.edges) {
        if (edge.kind === 'go') open.push({ ...way, state: edge.to });
        else if (edge.kind === 'rule') {
          open.push({ ...way, state: edge.rule.start, stack: this.#pushed(edge.to, way.stack) });
        } else if (edge.kind === 'precedence') {
          // Of rules that were entered or left since, nobody knows their precedence.
          const isHere = way.stack === this.#empty && !way.isOutside;
          if (!isHere || edge.least >= precedence) open.push({ ...way, state: edge.to });
        }
      }
    }
    return found;
  }
}

/** Behind the rule: where it was entered from, or, when that was before the decision, wherever it may be. */
function left({ state, option, stack, isOutside }: Way): Way[] {
  if (stack.top !== undefined && stack.below !== undefined) {
    return [{ state: stack.top, option, stack: stack.below, isOutside }];
  }
  return state.rule.follows.map((follow) => ({ state: follow, option, stack, isOutside: true }));
}

/** Reading on would not tell options apart: some are alike, and no state is of one of them alone. */
function isConflict(ways: readonly Way[]): boolean {
  const byWay = new Map<string, Set<number>>();
  const byState = new Map<number, Set<number>>();
  for (const { state, option, stack } of ways) {
    const key = `${state.id}/${stack.id}`;
    byWay.set(key, (byWay.get(key) ?? new Set()).add(option));
    byState.set(state.id, (byState.get(state.id) ?? new Set()).add(option));
  }
  const isAlike = [...byWay.values()].some(({ size }) => size > 1);
  return isAlike && ![...byState.values()].some(({ size }) => size === 1);
}
