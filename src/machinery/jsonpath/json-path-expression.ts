/** A path that is none. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

/** One step of a path, from values to values. */
export type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'recursive' }
  | { readonly kind: 'items'; readonly from?: number; readonly to?: number; readonly by: number }
  | { readonly kind: 'filter'; readonly left: Operand; readonly operator: Operator; readonly right?: Operand }
  | { readonly kind: 'union'; readonly paths: readonly (readonly Step[])[] };

export type Operator = 'exists' | '==' | '!=' | '<' | '>' | '<=' | '>=';
export type Operand = { readonly path: readonly Step[] } | { readonly literal: string | number | boolean };

/** Nobody writes a longer one, and reading takes a step of the stack for each bracket. */
const maxLength = 8_192;

/**
 * Reads a path in the dialect of kubectl and of definitions: `.spec.items[?(@.type=="a")].name`, `.a['b.c'][-1:]`, `..a`.
 * @throws {JsonPathError}
 */
export function parseJsonPath(text: string): readonly Step[] {
  if (text.length > maxLength) throw new JsonPathError('the path is too long');
  return new Reader(text).steps();
}

const operator = /^(.*?)(==|!=|<=|>=|<|>)(.*)$/s;
const slice = /^(-?\d+)?(?::(-?\d+)?(?::(-?\d+)?)?)?$/;
const quoted = /^(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")$/s;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  steps(): Step[] {
    const steps: Step[] = [];
    if (/^[@$]/.test(this.#text)) this.#at = 1;
    while (this.#at < this.#text.length) {
      const rest = this.#text.slice(this.#at);
      if (rest.startsWith('..')) {
        steps.push({ kind: 'recursive' });
        this.#at += rest[2] === '[' ? 2 : 1;
      } else if (rest.startsWith('[')) steps.push(this.#bracket());
      else if (rest.startsWith('.')) {
        this.#at++;
        if (this.#text[this.#at] === '[' || this.#at === this.#text.length) continue;
        steps.push(this.#name());
      } else throw new JsonPathError(`unrecognized character in action: ${rest[0] ?? ''}`);
    }
    return steps;
  }

  #name(): Step {
    let name = '';
    for (; this.#at < this.#text.length; this.#at++) {
      const letter = this.#text[this.#at] ?? '';
      if (letter === '\\') name += this.#text[++this.#at] ?? '';
      else if ('.[]()"\'<>=!, '.includes(letter)) break;
      else name += letter;
    }
    if (name === '') throw new JsonPathError(`unexpected ${this.#text[this.#at] ?? 'end'} in path`);
    return name === '*' ? { kind: 'any' } : { kind: 'field', name };
  }

  /** From `[` to the `]` that ends it, whatever is in quotes between. */
  #bracket(): Step {
    const start = ++this.#at;
    let depth = 1;
    let quote = '';
    for (; this.#at < this.#text.length; this.#at++) {
      const letter = this.#text[this.#at] ?? '';
      if (quote !== '') {
        if (letter === '\\') this.#at++;
        else if (letter === quote) quote = '';
      } else if (letter === '"' || letter === "'") quote = letter;
      else if (letter === '[') depth++;
      else if (letter === ']' && --depth === 0) return inBrackets(this.#text.slice(start, this.#at++).trim());
    }
    throw new JsonPathError('unterminated array');
  }
}

function inBrackets(text: string): Step {
  if (text === '*') return { kind: 'any' };
  const filter = /^\?\((.*)\)$/s.exec(text)?.[1];
  if (filter !== undefined) return filterOf(filter.trim());
  const name = quoted.exec(text);
  if (name !== null) return { kind: 'field', name: unescaped(name[1] ?? name[2] ?? '') };
  if (slice.test(text) && text !== '') return itemsOf(text);
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length > 1) return { kind: 'union', paths: parts.map((part) => [inBrackets(part)]) };
  throw new JsonPathError(`invalid array index ${text}`);
}

const unescaped = (text: string): string => text.replace(/\\(.)/gs, '$1');

function itemsOf(text: string): Step {
  const [first, last, by] = text.split(':');
  const number = (part: string | undefined) => (part === undefined || part === '' ? undefined : Number(part));
  const from = number(first);
  // An index alone is the slice that has it.
  const to = last === undefined ? (from === -1 ? undefined : (from ?? 0) + 1) : number(last);
  return {
    kind: 'items',
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    by: number(by) ?? 1,
  };
}

function filterOf(text: string): Step {
  const [, left = text, found, right = ''] = operator.exec(text) ?? [];
  if (found === undefined) return { kind: 'filter', left: operandOf(text), operator: 'exists' };
  return { kind: 'filter', left: operandOf(left), operator: found as Operator, right: operandOf(right) };
}

function operandOf(given: string): Operand {
  const text = given.trim();
  const name = quoted.exec(text);
  if (name !== null) return { literal: unescaped(name[1] ?? name[2] ?? '') };
  if (/^[@.$]/.test(text)) return { path: parseJsonPath(text) };
  if (text === 'true' || text === 'false') return { literal: text === 'true' };
  if (/^-?\d+(\.\d+)?$/.test(text)) return { literal: Number(text) };
  throw new JsonPathError(`unrecognized operand ${text}`);
}
