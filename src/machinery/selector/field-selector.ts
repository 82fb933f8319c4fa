import { goQuote } from '../go-quote.ts';
import { everything, type Selector } from '../selection.ts';
import { checkLength, SelectorError } from './selector-error.ts';

type Fields = Readonly<Record<string, string>>;

/** A field that is absent counts as ''. */
export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** All of its requirements must hold. */
export class FieldSelector implements Selector {
  readonly requirements: readonly FieldRequirement[];
  readonly canonical: string;
  readonly everything = false;

  constructor(requirements: readonly FieldRequirement[]) {
    this.requirements = requirements;
    this.canonical = [...new Set(requirements.map(requirementText))].sort().join(',');
  }

  matches(fields: Fields): boolean {
    for (const { field, operator, value } of this.requirements) {
      if ((fieldOf(fields, field) === value) !== (operator === '=')) return false;
    }
    return true;
  }

  requiredValue(key: string): string | undefined {
    return this.requirements.find(({ field, operator }) => field === key && operator === '=')?.value;
  }

  /** As Go prints it. */
  toString(): string {
    return this.requirements.map(requirementText).join(',');
  }
}

function fieldOf(fields: Fields, field: string): string {
  const value: unknown = fields[field];
  return typeof value === 'string' ? value : '';
}

const requirementText = ({ field, operator, value }: FieldRequirement): string =>
  `${field}${operator}${escapeFieldValue(value)}`;

/** Backslashes before what would end the value. */
export const escapeFieldValue = (value: string): string => value.replace(/[\\,=]/g, '\\$&');

/**
 * Parses what `?fieldSelector=` takes: `a=b, a==b, a!=b` joined by commas; `\\`, `\,` and `\=` in values are literal.
 * metadata.name and metadata.namespace are always known; `known`: the resource's further field labels.
 * `nameOf`: what objects call the field of a label, where a version calls it otherwise than its hub.
 * @throws {SelectorError} with the text that Kubernetes gives
 */
export function parseFieldSelector(
  selector: string,
  known: readonly string[] = [],
  nameOf: (label: string) => string = (label) => label,
  refusal: (label: string) => string = (label) => `field label not supported: ${label}`,
): Selector {
  const requirements = parseFieldRequirements(selector);
  for (const { field } of requirements) checkLabel(field, known, refusal);
  if (requirements.length === 0) return everything;
  return new FieldSelector(requirements.map((wanted) => ({ ...wanted, field: nameOf(wanted.field) })));
}

/**
 * The same, whatever the fields are called.
 * @throws {SelectorError}
 */
export function parseFieldRequirements(selector: string): readonly FieldRequirement[] {
  checkLength(selector);
  return (
    splitTerms(selector)
      .sort()
      .filter((term) => term !== '')
      .map((term) => parseTerm(selector, term))
      // `=` alone says nothing, and the original drops it.
      .filter(({ field, value }) => field !== '' || value !== '')
  );
}

function checkLabel(field: string, known: readonly string[], refusal: (label: string) => string): void {
  if (field === 'metadata.name' || field === 'metadata.namespace' || known.includes(field)) return;
  if (known.length > 0) throw new SelectorError(refusal(field));
  throw new SelectorError(
    `${goQuote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
  );
}

/** At the commas that no backslash stands before. */
function splitTerms(selector: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let at = 0; at < selector.length; at++) {
    if (selector[at] === '\\') at++;
    else if (selector[at] === ',') {
      terms.push(selector.slice(start, at));
      start = at + 1;
    }
  }
  terms.push(selector.slice(start));
  return terms;
}

function parseTerm(selector: string, term: string): FieldRequirement {
  for (let at = 0; at < term.length; at++) {
    const equals = term[at] === '=';
    if (!equals && !term.startsWith('!=', at)) continue;
    const operatorLength = equals && term[at + 1] !== '=' ? 1 : 2;
    const value = unescapeValue(term.slice(at + operatorLength));
    return { field: term.slice(0, at), operator: equals ? '=' : '!=', value };
  }
  throw new SelectorError(`invalid selector: '${selector}'; can't understand '${term}'`);
}

function unescapeValue(text: string): string {
  let value = '';
  const chars = text[Symbol.iterator]();
  for (const char of chars) {
    if (char === '\\') {
      const escaped: string = chars.next().value ?? '';
      if (escaped === '' || !'\\,='.includes(escaped)) {
        throw new SelectorError(`invalid field selector: invalid escape sequence: \\${escaped}`);
      }
      value += escaped;
    } else if (char === ',' || char === '=') {
      // The number of the character, not the character: so the original prints it.
      throw new SelectorError(`invalid field selector: unescaped character in value: ${char.charCodeAt(0)}`);
    } else value += char;
  }
  return value;
}
