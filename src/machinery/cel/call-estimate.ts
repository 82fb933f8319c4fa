import { add, fixed, greatest, multiply, type Range, scale, smaller, unknown, wrapped } from './cost-range.ts';
import type { Expression } from './expression.ts';
import type { Type } from './type.ts';

/** A part of an expression, as its size is estimated. */
export interface EstimatedNode {
  /** The variable and the fields that lead to it, `@items`, `@keys` and `@values` among them; empty when none do. */
  readonly path: readonly string[];
  readonly type: Type;
  readonly expression: Expression | undefined;
  /** What is known of its size from the expression alone. */
  readonly size: Range | undefined;
}

/** How large a value may be that lies at a path: characters, bytes, elements or entries. Undefined: nobody knows. */
export type SizeEstimator = (node: EstimatedNode) => Range | undefined;

/** What a call costs without its arguments, and how large its result is. */
export interface CallEstimate {
  readonly cost: Range;
  readonly size?: Range | undefined;
}

export interface EstimatedCall {
  readonly overload: string;
  readonly target: EstimatedNode | undefined;
  readonly args: readonly EstimatedNode[];
  readonly sizes: SizeEstimator;
}

type Estimate = (call: EstimatedCall) => CallEstimate | undefined;

/** What the original takes for going through a text, per character. */
export const perCharacter = 0.1;
const perPatternCharacter = 0.25;
const listCreation = 10;
/** Of the regular expressions that named formats may use. */
const maxFormatPattern = 128;

const sizeOf = (node: EstimatedNode, sizes: SizeEstimator): Range => node.size ?? sizes(node) ?? unknown;

/** The element of a list: under its path, if it has one. */
function elementOf({ path, type }: EstimatedNode): EstimatedNode | undefined {
  const [element] = type.parameters;
  if (element === undefined) return undefined;
  return { path: path.length === 0 ? [] : [...path, '@items'], type: element, expression: undefined, size: undefined };
}

const constant =
  (cost: number): Estimate =>
  () => ({ cost: fixed(cost) });

/** Through the text that is the first argument, or the target. */
const scanOf =
  (which: 'target' | 'argument', times: number, keepsSize: boolean): Estimate =>
  ({ target, args, sizes }) => {
    const text = which === 'target' ? target : args[0];
    if (text === undefined) return undefined;
    const size = sizeOf(text, sizes);
    return { cost: scale(size, times * perCharacter), ...(keepsSize ? { size } : {}) };
  };

const isText = ({ kind }: Type): boolean => kind === 'string' || kind === 'bytes';

/** Through a list, whose texts are compared; or through a text. */
const traversal =
  (isIncludes: boolean): Estimate =>
  ({ target, sizes }) => {
    if (target === undefined) return undefined;
    const size = sizeOf(target, sizes);
    const element = elementOf(target);
    if (element === undefined) {
      return { cost: isIncludes ? multiply(size, fixed(1)) : scale(size, perCharacter) };
    }
    const each = isText(element.type) ? add(fixed(1), scale(sizeOf(element, sizes), perCharacter)) : fixed(1);
    return { cost: multiply(size, each) };
  };

const dividedUp = (a: bigint, b: bigint): bigint => {
  const quotient = Math.ceil(Number(a) / Number(b));
  return quotient >= 2 ** 64 ? greatest : BigInt(quotient);
};

const replace: Estimate = ({ target, args, sizes }) => {
  const [from, to] = args;
  if (target === undefined || from === undefined || to === undefined) return undefined;
  const [size, old, replacement] = [sizeOf(target, sizes), sizeOf(from, sizes), sizeOf(to, sizes)];
  const count = { min: 0n, max: 0n };
  const kept = { min: 0n, max: 0n };
  if (old.min === 0n) {
    count.max = size.max < greatest ? size.max + 1n : size.max;
    kept.max = size.max;
  } else if (replacement.max <= old.min) kept.max = size.max;
  else count.max = dividedUp(size.max, old.min);
  if (old.max === 0n) {
    count.min = size.min < greatest ? size.min + 1n : size.min;
    kept.min = size.min;
  } else if (old.max <= replacement.min) kept.min = size.min;
  else count.min = dividedUp(size.min, old.max);
  return { cost: scale(size, 2 * perCharacter), size: add(multiply(count, replacement), kept) };
};

const intLiteralOf = (node: EstimatedNode | undefined): bigint | undefined => {
  const { expression } = node ?? {};
  if (expression?.kind !== 'literal') return undefined;
  return typeof expression.value === 'number' || typeof expression.value === 'bigint'
    ? BigInt(expression.value)
    : undefined;
};

const split: Estimate = ({ target, args, sizes }) => {
  if (target === undefined) return undefined;
  const size = sizeOf(target, sizes);
  const most = intLiteralOf(args[1]);
  return {
    cost: scale(size, 2 * perCharacter),
    size: { min: 0n, max: most === undefined ? size.max : wrapped(most) },
  };
};

const join: Estimate = ({ target, args, sizes }) => {
  if (target === undefined) return undefined;
  const count = sizeOf(target, sizes);
  const element = elementOf(target);
  let size: Range = element === undefined ? fixed(0) : multiply(count, sizeOf(element, sizes));
  const [separator] = args;
  if (separator !== undefined) {
    const between = { min: count.min > 0n ? count.min - 1n : 0n, max: count.max > 0n ? count.max - 1n : 0n };
    size = add(size, multiply(sizeOf(separator, sizes), between));
  }
  return { cost: scale(size, perCharacter), size };
};

const find: Estimate = ({ target, args, sizes }) => {
  const [pattern] = args;
  if (target === undefined || pattern === undefined) return undefined;
  const size = sizeOf(target, sizes);
  const text = scale(add(size, fixed(1)), perCharacter);
  const cost = multiply(text, scale(sizeOf(pattern, sizes), perPatternCharacter));
  return { cost, size: { min: 0n, max: size.max } };
};

const inside =
  (stringOverload: string, isMasked: boolean): Estimate =>
  ({ overload, args, sizes }) => {
    const [other] = args;
    if (other === undefined) return undefined;
    const bytes = { min: 4n, max: 16n };
    let cost = scale(add(bytes, bytes), perCharacter);
    if (isMasked) cost = add(add(cost, scale(bytes, perCharacter)), fixed(1));
    if (overload === stringOverload) cost = add(cost, scale(sizeOf(other, sizes), perCharacter));
    return { cost };
  };

const validate: Estimate = ({ args, sizes }) => {
  const [text] = args;
  if (text === undefined) return undefined;
  return { cost: scale(scale(sizeOf(text, sizes), perCharacter), maxFormatPattern * perPatternCharacter) };
};

const oneOrScan: Estimate = (call) =>
  call.overload === 'cidr_ip' ? { cost: fixed(1) } : scanOf('argument', 1, false)(call);

/** Formats have short names. */
const maxFormatSize = 64n;

const equality: Estimate = ({ args }) => {
  const [left, right] = args;
  if (left === undefined || right === undefined || left.type.name !== right.type.name) return undefined;
  switch (left.type.name) {
    case 'net.IP':
    case 'net.CIDR':
    case 'kubernetes.Quantity':
    case 'kubernetes.Semver':
      return { cost: fixed(1) };
    case 'kubernetes.NamedFormat':
      return { cost: scale({ min: 1n, max: maxFormatSize }, perCharacter) };
    case 'kubernetes.URL':
      return { cost: scale({ min: 1n, max: right.size?.max ?? 1n }, perCharacter) };
    default:
      return undefined;
  }
};

const words = (...lines: readonly string[]): string[] => lines.flatMap((line) => line.split(' '));

/** Kubernetes' estimates, by the name of the function. */
const byName: ReadonlyMap<string, Estimate> = new Map<string, Estimate>([
  ...['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map((name) => [name, traversal(false)] as const),
  ['includes', traversal(true)],
  ['url', scanOf('argument', 1, true)],
  ...['lowerAscii', 'upperAscii', 'substring', 'trim'].map((name) => [name, scanOf('target', 1, true)] as const),
  ['replace', replace],
  ['split', split],
  ['join', join],
  ['find', find],
  ['findAll', find],
  ...['cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver'].map(
    (name) => [name, scanOf('argument', 1, false)] as const,
  ),
  ['ip', oneOrScan],
  ['ip.isCanonical', scanOf('argument', 2, false)],
  ['containsIP', inside('cidr_contains_ip_string', false)],
  ['containsCIDR', inside('cidr_contains_cidr_string', true)],
  ['validate', validate],
  ...words(
    'masked prefixLength family isUnspecified isLoopback isLinkLocalMulticast',
    'isLinkLocalUnicast isGlobalUnicast format.named sign asInteger isInteger',
    'asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor patch',
    'getScheme getHostname getHost getPort getEscapedPath getQuery',
  ).map((name) => [name, constant(1)] as const),
  ['_==_', equality],
]);

const allocated = (factor: number, size: Range): CallEstimate => ({
  cost: add(add(scale(size, factor), fixed(1)), fixed(listCreation)),
  size,
});

/** A literal that is no negative number; otherwise what else there is. */
function countOf(node: EstimatedNode | undefined, otherwise: bigint): bigint {
  const literal = intLiteralOf(node);
  if (literal === undefined) return otherwise;
  return literal < 0n ? 0n : literal;
}

const slice: Estimate = ({ target, args, sizes }) => {
  if (target === undefined || args.length !== 2) return undefined;
  const end = countOf(args[1], sizeOf(target, sizes).max);
  return allocated(1, fixed(wrapped(end - countOf(args[0], 0n))));
};
const range: Estimate = ({ target, args }) =>
  target !== undefined || args.length !== 1 ? undefined : allocated(1, fixed(countOf(args[0], greatest)));
const reverse: Estimate = ({ target, sizes }) =>
  target === undefined ? undefined : allocated(1, sizeOf(target, sizes));
const flatten: Estimate = ({ target, args, sizes }) => {
  if (target === undefined) return undefined;
  return allocated(args.length === 1 ? Number(countOf(args[0], greatest)) : 1, sizeOf(target, sizes));
};
const selfCompared =
  (which: 'target' | 'argument', factor: number): Estimate =>
  ({ target, args, sizes }) => {
    const compared = which === 'target' ? target : args[0];
    if (target === undefined || compared === undefined) return undefined;
    const size = sizeOf(compared, sizes);
    return allocated(factor, multiply(size, size));
  };
const crossed =
  (factor: number): Estimate =>
  ({ args, sizes }) => {
    const [left, right] = args;
    if (left === undefined || right === undefined) return undefined;
    return { cost: add(scale(multiply(sizeOf(left, sizes), sizeOf(right, sizes)), factor), fixed(1)) };
  };

/** cel-go's for lists and sets, by overload: they come first. */
const byOverload: ReadonlyMap<string, Estimate> = new Map<string, Estimate>([
  ['list_slice', slice],
  ['list_flatten', flatten],
  ['list_flatten_int', flatten],
  ['lists_range', range],
  ['list_reverse', reverse],
  ['list_distinct', selfCompared('target', 2)],
  ['list_sets_contains_list', crossed(1)],
  ['list_sets_intersects_list', crossed(1)],
  ['list_sets_equivalent_list', crossed(2)],
]);
const sorted = /^list_(.*)_sort(ByAssociatedKeys)?$/;

/** What a call of a library's function costs; undefined for those that have no estimate of their own. */
export function libraryEstimate(name: string, call: EstimatedCall): CallEstimate | undefined {
  const sort = sorted.exec(call.overload);
  if (sort !== null) {
    const factor = sort[1] === 'string' || sort[1] === 'bytes' ? 2 + perCharacter : 2;
    return selfCompared(sort[2] === undefined ? 'target' : 'argument', factor)(call);
  }
  return byOverload.get(call.overload)?.(call) ?? byName.get(name)?.(call);
}

export const sizeOrUnknown = ({ size }: EstimatedNode): Range => size ?? unknown;

/** cel-go's own estimates of standard functions that do not cost one. Sizes only as the expression tells them. */
export function standardEstimate({ overload, target, args }: EstimatedCall): CallEstimate | undefined {
  const [first, second] = args;
  switch (overload) {
    case 'string_format':
      return target === undefined ? undefined : { cost: scale(sizeOrUnknown(target), perCharacter) };
    case 'string_to_bytes':
    case 'bytes_to_string':
    case 'strings_quote':
      return first === undefined ? undefined : converted(overload, sizeOrUnknown(first));
    case 'starts_with_string':
    case 'ends_with_string':
      return first === undefined ? undefined : { cost: scale(sizeOrUnknown(first), perCharacter) };
    case 'in_list':
      return second === undefined ? undefined : { cost: scale(sizeOrUnknown(second), 1) };
    case 'matches':
    case 'matches_string':
      return target === undefined ? matched(first, second) : matched(target, first);
    case 'contains_string':
      if (target === undefined || first === undefined) return undefined;
      return {
        cost: multiply(scale(sizeOrUnknown(target), perCharacter), scale(sizeOrUnknown(first), perCharacter)),
      };
    default:
      return comparison.test(overload) && first !== undefined && second !== undefined
        ? compared(sizeOrUnknown(first), sizeOrUnknown(second))
        : undefined;
  }
}

const comparison = /^(?:(?:less|greater)(?:_equals)?_(?:string|bytes)|equals|not_equals)$/;

function converted(overload: string, { min, max }: Range): CallEstimate {
  const cost = scale({ min, max }, perCharacter);
  if (overload === 'string_to_bytes') return { cost, size: { min, max: wrapped(max * 4n) } };
  if (overload === 'bytes_to_string') return { cost, size: { min: min / 4n, max } };
  return { cost, size: { min: wrapped(min + 2n), max: wrapped(max * 2n + 2n) } };
}

function matched(text: EstimatedNode | undefined, pattern: EstimatedNode | undefined): CallEstimate | undefined {
  if (text === undefined || pattern === undefined) return undefined;
  const through = scale(add(sizeOrUnknown(text), fixed(1)), perCharacter);
  return { cost: multiply(through, scale(sizeOrUnknown(pattern), perPatternCharacter)) };
}

function compared(left: Range, right: Range): CallEstimate {
  const max = smaller(left.max, right.max);
  return { cost: scale({ min: max > 0n ? 1n : 0n, max }, perCharacter) };
}
