import type { Alias, Document, LineCounter, Node, Pair, ParsedNode, Scalar, YAMLMap } from 'yaml';
import { lazyYaml } from '../../encoding/lazy-yaml.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { emptyObject, JsonSyntaxError, type ParsedJson, parseJsonText } from '../../machinery/json/parse.ts';
import type { JsonObject, JsonValue } from '../../machinery/json-value.ts';
import { resolveScalar, type YamlScalar } from './yaml-scalar.ts';

/** What a document may grow to by naming parts of itself, in nodes; go-yaml's own ratio is beside it. */
const maxAliasedNodes = 100_000;
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
 * The first document of a text, as sigs.k8s.io/yaml makes JSON of it: keys as text, `<<` merges, of two equal keys the
 * last counts. What follows the first document is not looked at. Nothing at all is null.
 * @throws {JsonSyntaxError} for what is not YAML, or grows too large by its aliases
 */
export function parseYaml(text: string): ParsedYaml {
  const json = asJson(text);
  if (json !== undefined && json.duplicateFields.length === 0) return { value: json.value, problems: [] };
  if (control.test(text)) throw failure('yaml: control characters are not allowed');
  const lines = new (lazyYaml().LineCounter)();
  const document = firstDocument(text.replace(/\r\n?/g, '\n'), lines);
  return document === undefined ? { value: null, problems: [] } : new Reader(document, lines, text).read();
}

const failure = (why: string): JsonSyntaxError => new JsonSyntaxError(`error converting YAML to JSON: ${why}`);

/** What YAML's reader refuses, wherever it stands. */
const control = /[^\P{Cc}\t\n\r\x85]|[\ufffe\uffff]|\p{Surrogate}/u;

/** JSON is YAML, and read faster: if it is JSON to its end. A brace in front is no proof of it. */
function asJson(text: string): ParsedJson | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return parseJsonText(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

function firstDocument(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  const { Composer, Parser } = lazyYaml();
  // Nothing is resolved but structure: what a scalar means is go-yaml's to say. The library compares every key with
  // every other; Reader does not.
  const composer = new Composer({ version: '1.1', schema: 'failsafe', uniqueKeys: false, lineCounter } as const);
  let document: Document.Parsed | undefined;
  try {
    [document] = composer.compose(new Parser(lineCounter.addNewLine).parse(text));
  } catch (error) {
    if (error instanceof RangeError) throw failure('yaml: exceeded max depth');
    throw error;
  }
  const problem = document?.errors[0];
  // The library recurses, and takes the end of the stack for an error in the text.
  if (problem?.message.startsWith('Maximum call stack') === true) throw failure('yaml: exceeded max depth');
  if (problem !== undefined) throw failure(`yaml: ${problem.message}`);
  const { explicit, version } = document?.directives?.yaml ?? {};
  const unknown = document?.warnings.some(({ code }) => code === 'BAD_DIRECTIVE') === true;
  if (explicit === true && (version !== '1.1' || unknown)) throw failure('yaml: found incompatible YAML document');
  return document;
}

/** One document on its way to JSON. */
class Reader {
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #text: string;
  readonly #problems: string[] = [];
  /** The node of each alias; undefined when nothing was named so before it. */
  readonly #targets = new Map<Alias, Node | undefined>();
  /** Aliases that we are in. */
  readonly #open = new Set<Alias>();
  #nodes = 0;
  #aliasedNodes = 0;

  constructor(document: Document.Parsed, lines: LineCounter, text: string) {
    this.#document = document;
    this.#lines = lines;
    this.#text = text;
  }

  read(): ParsedYaml {
    const { contents } = this.#document;
    this.#findTargets();
    return { value: contents === null ? null : this.#value(contents, 0), problems: this.#problems };
  }

  /** In the order of the text: a name may be given again. */
  #findTargets(): void {
    const named = new Map<string, Node>();
    lazyYaml().visit(this.#document, {
      Alias: (_, alias) => void this.#targets.set(alias, named.get(alias.source)),
      Value: (_, node) => void (node.anchor !== undefined && named.set(node.anchor, node)),
    });
  }

  #value(node: unknown, depth: number): JsonValue {
    const { isAlias, isMap, isScalar, isSeq } = lazyYaml();
    this.#count(depth);
    if (isAlias(node)) return this.#throughAlias(node, (target) => this.#value(target, depth + 1));
    if (isScalar(node)) return jsonScalar(this.#scalar(node));
    if (isSeq(node)) return node.items.map((item) => this.#value(item, depth + 1));
    if (isMap(node)) return this.#map(node, depth);
    return null;
  }

  #map(map: YAMLMap, depth: number): JsonObject {
    const object = emptyObject();
    this.#fill(object, new Set(), map, depth);
    return object;
  }

  /** `set`: the keys that are there, each with its type: `1` and `"1"` are two. */
  #fill(object: JsonObject, set: Set<string>, map: YAMLMap, depth: number): void {
    for (const pair of map.items as Pair<ParsedNode, ParsedNode | null>[]) {
      if (this.#isMerge(pair.key)) {
        this.#merge(object, set, pair.value, depth);
        continue;
      }
      const key = this.#key(pair.key, depth + 1);
      const value = this.#value(pair.value, depth + 1);
      const identity = `${typeof key} ${String(key)}`;
      if (set.has(identity)) this.#repeated(key, pair.value ?? pair.key);
      set.add(identity);
      object[keyText(key)] = value;
    }
  }

  /** Only a plain `<<`. */
  #isMerge(key: unknown): boolean {
    const { isScalar } = lazyYaml();
    if (!isScalar(key) || key.value !== '<<') return false;
    return key.tag === undefined ? key.type === 'PLAIN' : key.tag === 'tag:yaml.org,2002:merge';
  }

  #merge(object: JsonObject, set: Set<string>, value: unknown, depth: number): void {
    const { isAlias, isMap, isSeq } = lazyYaml();
    this.#count(depth);
    if (isAlias(value)) return this.#throughAlias(value, (target) => this.#merge(object, set, target, depth + 1));
    if (isMap(value)) return this.#fill(object, set, value, depth + 1);
    if (!isSeq(value)) throw failure('yaml: map merge requires map or sequence of maps as the value');
    // The first counts most, so it comes last.
    for (const item of value.items.toReversed()) {
      if (isSeq(item)) throw failure('yaml: map merge requires map or sequence of maps as the value');
      this.#merge(object, set, item, depth + 1);
    }
  }

  #key(node: unknown, depth: number): YamlScalar {
    const { isAlias, isScalar } = lazyYaml();
    this.#count(depth);
    if (isAlias(node)) return this.#throughAlias(node, (target) => this.#key(target, depth + 1));
    const key = isScalar(node) ? this.#scalar(node) : undefined;
    if (key === undefined && node !== null) throw failure('yaml: invalid map key');
    if (key === undefined || key === null) throw failure('unsupported map key of type: %!s(<nil>)');
    return key;
  }

  #throughAlias<T>(alias: Alias, read: (target: Node) => T): T {
    const target = this.#targets.get(alias);
    if (target === undefined) throw failure(`yaml: unknown anchor '${alias.source}' referenced`);
    if (this.#open.has(alias)) throw failure(`yaml: anchor '${alias.source}' value contains itself`);
    this.#open.add(alias);
    const result = read(target);
    this.#open.delete(alias);
    return result;
  }

  #scalar(scalar: Scalar): YamlScalar {
    const { type = 'PLAIN', tag } = scalar;
    let text = typeof scalar.value === 'string' ? scalar.value : '';
    const block = type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED';
    // The library ends its last line, which the text does not.
    if (block && text.endsWith('\n') && this.#reachesEnd(scalar)) text = text.slice(0, -1);
    const value = resolveScalar(text, tag, type !== 'PLAIN');
    if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) {
      throw failure('yaml: found invalid Unicode character escape code');
    }
    return value;
  }

  #reachesEnd({ range }: Scalar): boolean {
    return !this.#text.endsWith('\n') && !this.#text.endsWith('\r') && (range?.[2] ?? 0) >= this.#lengthInLines;
  }

  get #lengthInLines(): number {
    return this.#text.length - (this.#text.match(/\r\n/g)?.length ?? 0);
  }

  #count(depth: number): void {
    if (depth > maxDepth) throw failure('yaml: exceeded max depth');
    this.#nodes++;
    if (this.#open.size === 0) return;
    this.#aliasedNodes++;
    const many = this.#aliasedNodes > 100 && this.#nodes > 1_000 && this.#aliasedNodes / this.#nodes > 0.99;
    if (many || this.#aliasedNodes > maxAliasedNodes) throw failure('yaml: document contains excessive aliasing');
  }

  #repeated(key: YamlScalar, node: Node | null): void {
    if (this.#problems.length >= maxProblems) return;
    const { line } = this.#lines.linePos(node?.range?.[0] ?? 0);
    const text = typeof key === 'string' ? goQuote(key) : String(key);
    this.#problems.push(`line ${line}: key ${text} already set in map`);
  }
}

function jsonScalar(value: YamlScalar): JsonValue {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw failure(`json: unsupported value: ${value === Number.POSITIVE_INFINITY ? '+Inf' : goFloat(value)}`);
}

function keyText(key: YamlScalar): string {
  if (typeof key !== 'number' || Number.isSafeInteger(key)) return String(key);
  if (Number.isInteger(key) && Math.abs(key) < 2 ** 64) throw failure('unsupported map key of type: uint64');
  if (Number.isFinite(key)) return goFloat(key);
  return Number.isNaN(key) ? '.nan' : key > 0 ? '.inf' : '-.inf';
}

/** As Go prints a float that is an infinity or has a fraction. */
const goFloat = (value: number): string =>
  Number.isNaN(value) ? 'NaN' : value < 0 && !Number.isFinite(value) ? '-Inf' : String(value);
