import { createRequire } from 'node:module';
import type * as Re2 from 're2js';

const require = createRequire(import.meta.url);

/** Loaded by the first pattern: few servers have any. */
const lazyRe2 = (): typeof Re2 => require('re2js') as typeof Re2;

/** A regular expression as Go reads it. Its matching takes time linear in the text, whatever it is. */
export interface GoPattern {
  /** Some part of `text` matches. */
  test(text: string): boolean;
  /** The parts that match, from the left, at most so many; all of them when negative. */
  findAll(text: string, most: number): string[];
}

/** The pattern is none. The message is Go's. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** Compiled ones cost some 40 µs and a few KB each; definitions of a cluster have some hundreds of them. */
const maxCompiled = 2_000;
const compiled = new Map<string, GoPattern | PatternError>();

/** @throws {PatternError} */
export function goPattern(pattern: string): GoPattern {
  let known = compiled.get(pattern);
  if (known === undefined) {
    known = compile(pattern);
    if (compiled.size >= maxCompiled) {
      for (const oldest of compiled.keys()) {
        compiled.delete(oldest);
        break;
      }
    }
    compiled.set(pattern, known);
  }
  if (known instanceof PatternError) throw known;
  return known;
}

function compile(pattern: string): GoPattern | PatternError {
  const { RE2JS } = lazyRe2();
  try {
    const expression = RE2JS.compile(pattern);
    return {
      test: (text) => expression.matcher(text).find(),
      findAll(text, most) {
        const found: string[] = [];
        const matcher = expression.matcher(text);
        let last = -1;
        while (found.length !== most && matcher.find()) {
          // Nothing, right behind a match, is none.
          const isNone = matcher.end() === matcher.start() && matcher.start() === last;
          last = matcher.end();
          if (!isNone) found.push(matcher.group() ?? '');
        }
        return found;
      },
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The one message that is not Go's.
    return new PatternError(
      message.endsWith('trailing backslash at end of expression') ? `${message}: \`\`` : message,
      {
        cause: error,
      },
    );
  }
}
