import type { CheckedAst } from '../checked-ast.ts';
import type { Issues } from '../compile-error.ts';
import type { CallExpression, Expression } from '../expression.ts';
import { dynType, type Type } from '../type.ts';
import { clauseNeeds, eachClause, FormatError } from './format-text.ts';

const kinds: Readonly<Record<string, ReadonlySet<string>>> = {
  s: new Set('list map int uint double bool string timestamp bytes duration type null'.split(' ')),
  d: new Set(['int', 'uint']),
  f: new Set(['double', 'string']),
  e: new Set(['double', 'string']),
  b: new Set(['int', 'uint', 'bool']),
  x: new Set(['int', 'uint', 'string', 'bytes']),
  X: new Set(['int', 'uint', 'string', 'bytes']),
  o: new Set(['int', 'uint']),
};

/** `'…'.format([…])`: what can be seen to be wrong before it is evaluated. */
export function checkFormat(call: CallExpression, checked: CheckedAst, issues: Issues): void {
  const { target } = call;
  const [list] = call.args;
  if (target?.kind !== 'literal' || typeof target.value !== 'string' || list?.kind !== 'list') return;
  const { elements } = list;
  const typeOf = (expression: Expression): Type => checked.types.get(expression) ?? dynType;
  let [used, at] = [0, call.at];
  try {
    eachClause(
      target.value,
      elements.length,
      () => {},
      ({ verb }, argument) => {
        used = argument + 1;
        const wrong = mismatch(verb, elements[argument] as Expression, typeOf);
        if (wrong === undefined) return;
        at = wrong.at;
        throw new FormatError(`error during formatting: ${clauseNeeds[verb]}, was given ${typeOf(wrong).name}`);
      },
      true,
    );
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    issues.add(error.message, at);
    return;
  }
  if (elements.length > used) {
    issues.add(`too many arguments supplied to string.format (expected ${used}, got ${elements.length})`, call.at);
  }
}

/** The argument, or the part of it, that a clause does not take. */
function mismatch(verb: string, argument: Expression, typeOf: (one: Expression) => Type): Expression | undefined {
  const type = typeOf(argument);
  if (type.kind !== 'dyn' && kinds[verb]?.has(type.kind) !== true) return argument;
  if (verb !== 's') return undefined;
  const parts =
    argument.kind === 'list'
      ? argument.elements
      : argument.kind === 'map'
        ? argument.entries.flatMap(({ key, value }) => [key, value])
        : [];
  for (const part of parts) {
    const wrong = mismatch(verb, part, typeOf);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
