import { goPattern, PatternError } from '../../structural/go-pattern.ts';
import { type FunctionDeclaration, method } from '../function.ts';
import { ArrayList } from '../list.ts';
import type { Meter } from '../meter.ts';
import { intType, listType, stringType } from '../type.ts';
import { CelError, type Value } from '../value.ts';

function matchesOf(text: string, pattern: string, most: number): string[] | CelError {
  try {
    return goPattern(pattern).findAll(text, most);
  } catch (error) {
    if (error instanceof PatternError) return new CelError(`Illegal regex: ${error.message}`);
    throw error;
  }
}

function find(_: Meter, text: string, pattern: string): Value {
  const found = matchesOf(text, pattern, 1);
  return found instanceof CelError ? found : (found[0] ?? '');
}

function findAll(meter: Meter, text: string, pattern: string, most: number | bigint = -1): Value {
  meter.allocate(text.length);
  const found = matchesOf(text, pattern, Number(most));
  return found instanceof CelError ? found : new ArrayList(found);
}

const s = stringType;
const strings = listType(stringType);

/** Kubernetes' functions of regular expressions, beside `matches`. */
export const regexLibrary: readonly FunctionDeclaration[] = [
  { name: 'find', overloads: [method('string_find_string', [s, s], s, find)] },
  {
    name: 'findAll',
    overloads: [
      method('string_find_all_string', [s, s], strings, findAll),
      method('string_find_all_string_int', [s, s, intType], strings, findAll),
    ],
  },
];
