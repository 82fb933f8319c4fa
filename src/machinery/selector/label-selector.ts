import { invalidValue } from '../field-error.ts';
import { everything, type Selector } from '../selection.ts';
import { labelKey } from '../validation/label.ts';
import {
  compileRequirement,
  type LabelOperator,
  type LabelRequirement,
  type Labels,
  labelRequirement,
  requirementText,
  simplest,
} from './label-requirement.ts';
import { type LabelToken, labelTokens } from './label-token.ts';
import { checkLength, SelectorError } from './selector-error.ts';

/** All of its requirements must hold. `canonical` is one text for all spellings of the same requirements, in any order. */
export class LabelSelector implements Selector {
  /** Sorted by key. */
  readonly requirements: readonly LabelRequirement[];
  readonly canonical: string;
  readonly everything = false;
  readonly #tests: readonly ((labels: Labels) => boolean)[];

  constructor(requirements: readonly LabelRequirement[]) {
    this.requirements = requirements.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    const distinct = new Map(requirements.map(simplest).map((one) => [requirementText(one), one]));
    this.canonical = [...distinct.keys()].sort().join(',');
    this.#tests = [...distinct.values()].map(compileRequirement);
  }

  matches(labels: Labels): boolean {
    for (const test of this.#tests) if (!test(labels)) return false;
    return true;
  }

  requiredValue(key: string): string | undefined {
    for (const requirement of this.requirements) {
      if (requirement.key === key && simplest(requirement).operator === '=') return requirement.values[0];
    }
    return undefined;
  }

  /** As Go prints it: as written, but for order and space. */
  toString(): string {
    return this.requirements.map(requirementText).join(',');
  }
}

/**
 * Parses what `?labelSelector=` takes: `a=b, a==b, a!=b, a in (x,y), a notin (), a, !a, a>1, a<1`, joined by commas.
 * @throws {SelectorError} with the text that Kubernetes gives
 */
export function parseLabelSelector(selector: string): Selector {
  checkLength(selector);
  const requirements = new LabelParser(labelTokens(selector)).parse();
  return requirements.length === 0 ? everything : new LabelSelector(requirements);
}

const operators: Readonly<Record<string, LabelOperator>> = {
  in: 'in',
  '=': '=',
  '==': '==',
  '>': '>',
  '<': '<',
  notin: 'notin',
  '!=': '!=',
};

/** Where a value may stand, `in` and `notin` are words like any other. */
const asValue = (token: LabelToken): LabelToken =>
  token.kind === 'in' || token.kind === 'notin' ? { kind: 'identifier', text: token.text } : token;

const found = ({ text }: LabelToken, expected: string): SelectorError =>
  new SelectorError(`found '${text}', expected: ${expected}`);

class LabelParser {
  readonly #tokens: readonly LabelToken[];
  #at = 0;

  constructor(tokens: readonly LabelToken[]) {
    this.#tokens = tokens;
  }

  parse(): LabelRequirement[] {
    const requirements: LabelRequirement[] = [];
    for (;;) {
      const token = this.#peek();
      if (token.kind === 'end') return requirements;
      if (!startsRequirement(token)) throw found(token, "!, identifier, or 'end of string'");
      requirements.push(this.#requirement());
      const separator = this.#next();
      if (separator.kind === 'end') return requirements;
      if (separator.kind !== ',') throw found(separator, "',' or 'end of string'");
      if (!startsRequirement(this.#peek())) throw found(this.#peek(), "identifier after ','");
    }
  }

  #requirement(): LabelRequirement {
    try {
      return this.#condition();
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error;
      throw new SelectorError(`unable to parse requirement: ${error.message}`, { cause: error });
    }
  }

  #condition(): LabelRequirement {
    let token = this.#next();
    const negated = token.kind === '!';
    if (negated) token = this.#next();
    if (token.kind !== 'identifier') throw found(token, 'identifier');
    const key = token.text;
    const wrong = labelKey(key);
    if (wrong.length > 0) {
      const { field, message } = invalidValue('<nil>', key, wrong.join('; '));
      throw new SelectorError(`${field}: ${message}`);
    }
    if (negated) return labelRequirement(key, '!', []);
    const after = this.#peek();
    if (after.kind === 'end' || after.kind === ',') return labelRequirement(key, 'exists', []);
    const operator = this.#operator();
    const values = operator === 'in' || operator === 'notin' ? this.#values() : [this.#value()];
    return labelRequirement(key, operator, values);
  }

  #operator(): LabelOperator {
    const token = this.#tokens[this.#at++] ?? end;
    const operator = Object.hasOwn(operators, token.kind) ? operators[token.kind] : undefined;
    if (operator === undefined) throw found(token, 'in, notin, =, ==, !=, gt, lt');
    return operator;
  }

  #value(): string {
    const token = this.#peek();
    if (token.kind === 'end' || token.kind === ',') return '';
    if (token.kind !== 'identifier') throw found(token, 'identifier');
    return this.#next().text;
  }

  /** `(x,y)`; a missing value, before, between or after commas, is the empty one. */
  #values(): string[] {
    const open = this.#next();
    if (open.kind !== '(') throw new SelectorError(`found '${open.text}' expected: '('`);
    const first = this.#peek();
    if (first.kind === ')') {
      this.#next();
      return [''];
    }
    if (first.kind !== 'identifier' && first.kind !== ',') throw found(first, "',', ')' or identifier");
    const values = this.#list();
    this.#next();
    return values;
  }

  /** Stops before the closing parenthesis. */
  #list(): string[] {
    const values: string[] = [];
    for (;;) {
      const token = this.#next();
      const after = this.#peek();
      if (token.kind === 'identifier') {
        values.push(token.text);
        if (after.kind === ')') return values;
        if (after.kind !== ',') throw found(after, "',' or ')'");
      } else if (token.kind === ',') {
        if (values.length === 0 || after.kind === ',' || after.kind === ')') values.push('');
        if (after.kind === ')') return values;
      } else throw found(token, "',', or identifier");
    }
  }

  #peek(): LabelToken {
    return asValue(this.#tokens[this.#at] ?? end);
  }

  #next(): LabelToken {
    const token = this.#peek();
    this.#at++;
    return token;
  }
}

const end: LabelToken = { kind: 'end', text: '' };
const startsRequirement = ({ kind }: LabelToken): boolean => kind === 'identifier' || kind === '!';
