import type { Document, LineCounter } from 'yaml';
import { lazyYaml } from '../../encoding/lazy-yaml.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { emptyObject, JsonSyntaxError } from '../../machinery/json/parse.ts';
import type { JsonObject, JsonValue } from '../../machinery/json-value.ts';

/** What one small document may grow to by naming parts of itself. */
const maxAliases = 100;
/** As deep as JSON may be. */
const maxDepth = 1_000;
/** A body of nothing but duplicates must not become as many messages. */
const maxProblems = 100;

export interface ParsedYaml {
  readonly value: JsonValue;
  /** Keys given twice, as go-yaml says it: `line 3: key "name" already set in map`; 100 at most. */
  readonly problems: readonly string[];
}

/**
 * Parses one YAML document as Kubernetes does: 1.1 (`yes` is true, `0644` is octal, `<<` merges), without dates and
 * binaries, keys as text. Of two equal keys the last counts.
 * @throws {JsonSyntaxError} for what is not YAML, has more than one document or too many aliases
 */
export function parseYaml(text: string): ParsedYaml {
  const yaml = lazyYaml();
  const lineCounter = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    version: '1.1',
    merge: true,
    intAsBigInt: true,
    // The library compares every key with every other; repeatedKeys does not.
    uniqueKeys: false,
    lineCounter,
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || !/timestamp|binary/.test(tag.tag)),
  });
  const [problem] = document.errors;
  if (problem !== undefined) throw new JsonSyntaxError(`error converting YAML to JSON: yaml: ${problem.message}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: maxAliases, mapAsMap: true });
  } catch (error) {
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
    throw new JsonSyntaxError(`error converting YAML to JSON: yaml: ${error.message}`, { cause: error });
  }
  return { value: jsonOf(value, 0), problems: repeatedKeys(document, lineCounter) };
}

function repeatedKeys(document: Document, lines: LineCounter): string[] {
  const { isScalar, visit } = lazyYaml();
  const problems: string[] = [];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key) || key.value === '<<') continue;
        const name = String(key.value);
        if (seen.has(name)) {
          problems.push(`line ${lines.linePos(key.range?.[0] ?? 0).line}: key ${goQuote(name)} already set in map`);
        }
        seen.add(name);
      }
      return problems.length < maxProblems ? undefined : visit.BREAK;
    },
  });
  return problems;
}

/** Numbers that a double holds become numbers again; keys become text. */
function jsonOf(value: unknown, depth: number): JsonValue {
  if (depth > maxDepth) throw new JsonSyntaxError('error converting YAML to JSON: exceeded max depth');
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map((item) => jsonOf(item, depth + 1));
  if (value instanceof Map) {
    const object: JsonObject = emptyObject();
    for (const [key, item] of value) object[String(key)] = jsonOf(item, depth + 1);
    return object;
  }
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new JsonSyntaxError(`error converting YAML to JSON: unsupported ${typeof value}`);
}
