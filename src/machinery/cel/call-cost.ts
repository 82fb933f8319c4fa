import type { CallCost } from './function.ts';
import { NamedFormat } from './library/named-format.ts';
import { codePoints } from './source.ts';
import { CelList, CelMap, Opaque, Optional, type Value } from './value.ts';

/** What the original takes for going through a text, per character, and for a pattern. */
const perCharacter = 0.1;
const perPatternCharacter = 0.25;
const listCreation = 10;

/** Of texts, bytes, lists, maps and addresses what they hold; anything else is one. */
export function sizeFor(value: Value | undefined): number {
  if (typeof value === 'string') return codePoints(value);
  if (typeof value !== 'object' || value === null) return 1;
  if (value instanceof CelList || value instanceof CelMap) return value.size;
  if (value instanceof Uint8Array) return value.length;
  return value instanceof Opaque ? value.size : 1;
}

/** The same, of an optional what its value has. */
const sizeWithin = (value: Value | undefined): number =>
  value instanceof Optional && value.value !== undefined ? sizeWithin(value.value) : sizeFor(value);

/** Everything in a value, texts by their length in bytes. */
function traversal(value: Value | undefined): number {
  if (typeof value === 'string') return Math.trunc(Buffer.byteLength(value) * perCharacter);
  if (value instanceof Uint8Array) return Math.trunc(value.length * perCharacter);
  let sum = 0;
  if (value instanceof CelList) {
    for (let at = 0; at < value.size; at++) sum += traversal(value.at(at));
    return sum;
  }
  if (!(value instanceof CelMap)) return 1;
  for (const key of value.keys()) sum += traversal(key) + traversal(value.find(key));
  return sum;
}

const one: CallCost = () => 1;
const scan =
  (times: number): CallCost =>
  ([text]) =>
    Math.ceil(sizeFor(text) * times * perCharacter);
const patternCost = (text: number, pattern: number): number =>
  Math.ceil((1 + text) * perCharacter) * Math.ceil(pattern * perPatternCharacter);
const search: CallCost = ([text, pattern]) => patternCost(sizeFor(text), sizeFor(pattern));

const inside =
  (stringOverload: string, masked: boolean) =>
  (id: string): CallCost =>
  ([range, other]) => {
    const size = sizeFor(range);
    const compared = Math.ceil((size + size) * perCharacter);
    const masking = masked ? Math.ceil(size * perCharacter) + 1 : 0;
    return compared + masking + (id === stringOverload ? Math.ceil(sizeFor(other) * perCharacter) : 0);
  };
const validation: CallCost = ([format, text]) =>
  format instanceof NamedFormat ? patternCost(sizeFor(text), format.maxRegexSize) : 1;

const words = (...lines: readonly string[]): string[] => lines.flatMap((line) => line.split(' '));

/** Kubernetes' costs, by the name of the function, whatever the overload. */
const byName: ReadonlyMap<string, (id: string) => CallCost> = new Map<string, (id: string) => CallCost>([
  ...['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf', 'includes'].map(
    (name) =>
      [
        name,
        () =>
          ([list]: readonly Value[]) =>
            traversal(list),
      ] as const,
  ),
  ...['url', 'lowerAscii', 'upperAscii', 'substring', 'trim', 'cidr', 'isIP', 'isCIDR'].map(
    (name) => [name, () => scan(1)] as const,
  ),
  ...['quantity', 'isQuantity', 'semver', 'isSemver'].map((name) => [name, () => scan(1)] as const),
  ...['replace', 'split', 'ip.isCanonical'].map((name) => [name, () => scan(2)] as const),
  ['join', () => (_, result) => Math.ceil(sizeFor(result) * 2 * perCharacter)],
  ...['find', 'findAll'].map((name) => [name, () => search] as const),
  ['ip', (id) => (id === 'cidr_ip' ? one : scan(1))],
  ['containsIP', inside('cidr_contains_ip_string', false)],
  ['containsCIDR', inside('cidr_contains_cidr_string', true)],
  ['validate', () => validation],
  ...words(
    'masked prefixLength family isUnspecified isLoopback isLinkLocalMulticast',
    'isLinkLocalUnicast isGlobalUnicast format.named sign asInteger isInteger',
    'asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor patch',
    'getScheme getHostname getHost getPort getEscapedPath getQuery',
  ).map((name) => [name, () => one] as const),
]);

const smaller: CallCost = ([a, b]) => Math.ceil(Math.min(sizeWithin(a), sizeWithin(b)) * perCharacter);
const equality: CallCost = (args) => (args[0] instanceof Opaque ? 1 : smaller(args, null));
const list = (factor: number, size: number): number => Math.trunc(size * Math.max(factor, 0)) + 1 + listCreation;
const selfCompared =
  (which: 0 | 1): CallCost =>
  (args) => {
    const keys = args[which];
    if (!(keys instanceof CelList)) return 1;
    const first = keys.size === 0 ? undefined : keys.at(0);
    const isText = typeof first === 'string' || first instanceof Uint8Array;
    return list(isText ? 2 + perCharacter : 2, keys.size * keys.size);
  };
const made: CallCost = (_, result) => list(1, sizeFor(result));
const crossed =
  (factor: number): CallCost =>
  ([a, b]) =>
    1 + sizeFor(a) * sizeFor(b) * factor;
const flattened: CallCost = ([whole, depth]) => {
  const levels = depth === undefined ? 1 : Number(depth);
  return list(levels < 0 ? 1 : levels, sizeFor(whole));
};

/** cel-go's own, by overload. Those of lists and sets come before Kubernetes' by name. */
const byOverload: ReadonlyMap<string, CallCost> = new Map<string, CallCost>([
  ['list_slice', made],
  ['list_flatten', flattened],
  ['list_flatten_int', flattened],
  ['lists_range', made],
  ['list_reverse', made],
  ['list_distinct', selfCompared(0)],
  ['list_sets_contains_list', crossed(1)],
  ['list_sets_intersects_list', crossed(1)],
  ['list_sets_equivalent_list', crossed(2)],
]);
const starts: CallCost = ([, part]) => Math.ceil(sizeWithin(part) * perCharacter);
const scanned: CallCost = ([text]) => Math.ceil(sizeWithin(text) * perCharacter);
const added: CallCost = ([a, b]) => Math.ceil((sizeWithin(a) + sizeWithin(b)) * perCharacter);
const matched: CallCost = ([text, pattern]) => patternCost(sizeWithin(text), sizeWithin(pattern));
const standard: ReadonlyMap<string, CallCost> = new Map<string, CallCost>([
  ['starts_with_string', starts],
  ['ends_with_string', starts],
  ['string_to_bytes', scanned],
  ['bytes_to_string', scanned],
  ['strings_quote', scanned],
  ['string_format', scanned],
  ['in_list', ([, whole]) => sizeWithin(whole)],
  ['add_string', added],
  ['add_bytes', added],
  ['matches', matched],
  ['matches_string', matched],
  [
    'contains_string',
    ([text, part]) => Math.ceil(sizeWithin(text) * perCharacter) * Math.ceil(sizeWithin(part) * perCharacter),
  ],
]);
const compared = /^(?:less|greater)(?:_equals)?_(?:string|bytes)$/;
const sorted = /^list_.*_sort(ByAssociatedKeys)?$/;

/**
 * What a call costs when it is evaluated, as Kubernetes 1.37 counts. `overload` is '' where it is not known before; what it is
 * called for is counted all the same.
 */
export function callCostOf(name: string, overload: string): CallCost {
  const own = byOverload.get(overload);
  if (own !== undefined) return own;
  const sort = sorted.exec(overload);
  if (sort !== null) return selfCompared(sort[1] === undefined ? 0 : 1);
  const named = byName.get(name);
  if (named !== undefined) return named(overload);
  if (overload === 'equals') return equality;
  if (overload === 'not_equals' || compared.test(overload)) return smaller;
  return standard.get(overload) ?? one;
}

/** Whether every call costs the same, so that its values need not be looked at. */
export const isFixed = (cost: CallCost): boolean => cost === one;

export const constructionCost = { list: listCreation, map: 30, struct: 40 } as const;
