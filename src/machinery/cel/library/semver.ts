import { goQuote } from '../../go-quote.ts';
import { type FunctionDeclaration, method, overload } from '../function.ts';
import { intOf, uint64Max } from '../literals.ts';
import type { Meter } from '../meter.ts';
import { boolType, intType, objectType, stringType } from '../type.ts';
import { CelError, isError, Opaque, type Value } from '../value.ts';

export const semverType = objectType('kubernetes.Semver', new Map());

/** It is no version. The message is that of Kubernetes. */
class SemverError extends Error {
  override readonly name = 'SemverError';
}

interface Version {
  readonly numbers: readonly [bigint, bigint, bigint];
  /** Numbers come before words. */
  readonly pre: readonly (bigint | string)[];
  readonly build: readonly string[];
}

/** Made by `semver(…)`. */
export class SemverValue extends Opaque {
  override readonly type = semverType;
  readonly version: Version;

  constructor(version: Version) {
    super();
    this.version = version;
  }

  get text(): string {
    const { numbers, pre, build } = this.version;
    const text = numbers.join('.');
    return `${text}${pre.length === 0 ? '' : `-${pre.join('.')}`}${build.length === 0 ? '' : `+${build.join('.')}`}`;
  }

  override equals(other: SemverValue): boolean {
    return this.compareTo(other) === 0;
  }

  /** -1, 0 or 1. What it was built from does not matter. */
  compareTo({ version }: SemverValue): number {
    const { numbers, pre } = this.version;
    for (const at of [0, 1, 2] as const) {
      if (numbers[at] !== version.numbers[at]) return numbers[at] > version.numbers[at] ? 1 : -1;
    }
    if (pre.length === 0 || version.pre.length === 0) return Math.sign(version.pre.length - pre.length);
    for (const [at, part] of pre.entries()) {
      const other = version.pre[at];
      if (other === undefined) return 1;
      const order = comparePre(part, other);
      if (order !== 0) return order;
    }
    return pre.length === version.pre.length ? 0 : -1;
  }
}

function comparePre(a: bigint | string, b: bigint | string): number {
  if (typeof a !== typeof b) return typeof a === 'bigint' ? -1 : 1;
  return a === b ? 0 : a > b ? 1 : -1;
}

const digitsOnly = /^\d+$/;
const alphanumeric = /^[\da-zA-Z-]+$/;
const hasLeadingZeros = (text: string): boolean => text.length > 1 && text.startsWith('0');

function numberOf(name: string, text: string): bigint {
  if (!digitsOnly.test(text) && text !== '') {
    throw new SemverError(`Invalid character(s) found in ${name} number ${goQuote(text)}`);
  }
  if (hasLeadingZeros(text)) {
    const capital = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    throw new SemverError(`${capital} number must not contain leading zeroes ${goQuote(text)}`);
  }
  return uintOf(text);
}

/** As Go's strconv.ParseUint. */
function uintOf(text: string): bigint {
  const failure =
    text === '' ? 'invalid syntax' : text.length > 20 || BigInt(text) > uint64Max ? 'value out of range' : '';
  if (failure !== '') throw new SemverError(`strconv.ParseUint: parsing ${goQuote(text)}: ${failure}`);
  return BigInt(text);
}

function preOf(text: string): bigint | string {
  if (text === '') throw new SemverError('Prerelease is empty');
  if (!digitsOnly.test(text)) {
    if (alphanumeric.test(text)) return text;
    throw new SemverError(`Invalid character(s) found in prerelease ${goQuote(text)}`);
  }
  if (hasLeadingZeros(text)) {
    throw new SemverError(`Numeric PreRelease version must not contain leading zeroes ${goQuote(text)}`);
  }
  return uintOf(text);
}

/** Two parts: before the first sign, and behind it. */
function cut(text: string, sign: string): readonly [string, string | undefined] {
  const at = text.indexOf(sign);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function parse(text: string): Version {
  if (text === '') throw new SemverError('Version string empty');
  const [majorText = '', minorText, ...others] = text.split('.');
  if (minorText === undefined || others.length === 0) throw new SemverError('No Major.Minor.Patch elements found');
  const major = numberOf('major', majorText);
  const minor = numberOf('minor', minorText);
  const [withoutBuild, build] = cut(others.join('.'), '+');
  const [patchText, pre] = cut(withoutBuild, '-');
  const patch = numberOf('patch', patchText);
  return {
    numbers: [major, minor, patch],
    pre: pre === undefined ? [] : pre.split('.').map(preOf),
    build: build === undefined ? [] : build.split('.').map(checkedBuild),
  };
}

function checkedBuild(text: string): string {
  if (text === '') throw new SemverError('Build meta data is empty');
  if (alphanumeric.test(text)) return text;
  throw new SemverError(`Invalid character(s) found in build meta data ${goQuote(text)}`);
}

/** `v1.02` becomes `1.2.0`. */
function normalized(text: string): string {
  const whole = text.startsWith('v') ? text.slice(1) : text;
  const [first = '', second, ...others] = whole.split('.');
  const parts = [first, ...(second === undefined ? [] : [second]), ...(others.length === 0 ? [] : [others.join('.')])];
  const plain = parts.map((part) => {
    if (part.length <= 1) return part;
    const trimmed = part.replace(/^0+/, '');
    return /^\d/.test(trimmed) ? trimmed : `0${trimmed}`;
  });
  if (plain.length < 3) {
    if (/[+-]/.test(plain.at(-1) ?? '')) {
      throw new SemverError('short version cannot contain PreRelease/Build meta data');
    }
    while (plain.length < 3) plain.push('0');
  }
  return plain.join('.');
}

/** Longer ones are no versions that anybody means. */
function toSemver(_: Meter, text: string, isNormalizing = false): SemverValue | CelError {
  try {
    return new SemverValue(parse(isNormalizing ? normalized(text) : text));
  } catch (error) {
    if (error instanceof SemverError) return new CelError(error.message);
    throw error;
  }
}

const isSemver = (meter: Meter, text: string, isNormalizing = false): Value =>
  !isError(toSemver(meter, text, isNormalizing));

const part =
  (at: 0 | 1 | 2) =>
  (_: Meter, { version }: SemverValue): Value =>
    intOf(BigInt.asIntN(64, version.numbers[at])) ?? 0;

const v = semverType;

/** Versions by semver.org. */
export const semverLibrary: readonly FunctionDeclaration[] = [
  {
    name: 'semver',
    overloads: [
      overload('string_to_semver', [stringType], v, toSemver),
      overload('string_bool_to_semver', [stringType, boolType], v, toSemver),
    ],
  },
  {
    name: 'isSemver',
    overloads: [
      overload('is_semver_string', [stringType], boolType, isSemver),
      overload('is_semver_string_bool', [stringType, boolType], boolType, isSemver),
    ],
  },
  {
    name: 'isGreaterThan',
    overloads: [
      method(
        'semver_is_greater_than',
        [v, v],
        boolType,
        (_: Meter, a: SemverValue, b: SemverValue) => a.compareTo(b) > 0,
      ),
    ],
  },
  {
    name: 'isLessThan',
    overloads: [
      method('semver_is_less_than', [v, v], boolType, (_: Meter, a: SemverValue, b: SemverValue) => a.compareTo(b) < 0),
    ],
  },
  {
    name: 'compareTo',
    overloads: [
      method('semver_compare_to', [v, v], intType, (_: Meter, a: SemverValue, b: SemverValue) => a.compareTo(b)),
    ],
  },
  { name: 'major', overloads: [method('semver_major', [v], intType, part(0))] },
  { name: 'minor', overloads: [method('semver_minor', [v], intType, part(1))] },
  { name: 'patch', overloads: [method('semver_patch', [v], intType, part(2))] },
];
