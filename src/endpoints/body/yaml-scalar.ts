import { JsonSyntaxError } from '../../machinery/json/parse.ts';

/** What a scalar of YAML is once its words and digits are understood. Floats may be infinite or no number. */
export type YamlScalar = string | number | bigint | boolean | null;

type Kind = 'null' | 'bool' | 'int' | 'float' | 'str' | 'timestamp';

interface Resolved {
  readonly kind: Kind;
  readonly value: YamlScalar;
}

const words = new Map<string, Resolved>();
const know = (kind: Kind, value: YamlScalar, ...texts: string[]) => {
  for (const text of texts) words.set(text, { kind, value });
};
know('bool', true, 'y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON');
know('bool', false, 'n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF');
know('null', null, '', '~', 'null', 'Null', 'NULL');
know('float', Number.NaN, '.nan', '.NaN', '.NAN');
know('float', Number.POSITIVE_INFINITY, '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF');
know('float', Number.NEGATIVE_INFINITY, '-.inf', '-.Inf', '-.INF');

const standardTag = 'tag:yaml.org,2002:';
const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const timestamp =
  /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]| +)\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)? ?(?:Z|[-+]\d{1,2}(?::?\d{2})?)?)?$/;

/**
 * A scalar as go-yaml 2 resolves it, which Kubernetes reads YAML with: YAML 1.1 without its numbers to the base 60 and
 * with 1.2's `0o17`, times as text. `tag`: its full name, '!' or undefined for none.
 * @throws {JsonSyntaxError} when it is not what its tag says
 */
export function resolveScalar(text: string, tag: string | undefined, quoted: boolean): YamlScalar {
  if (tag === undefined) return quoted ? text : guess(text).value;
  if (!tag.startsWith(standardTag)) return text;
  const name = tag.slice(standardTag.length);
  if (name === 'binary') return binary(text);
  if (name !== 'int' && name !== 'float' && name !== 'bool' && name !== 'null' && name !== 'timestamp') return text;
  const { kind, value } = guess(text);
  if (kind === name) return value;
  if (name === 'float' && kind === 'int') return Number(value);
  throw new JsonSyntaxError(`error converting YAML to JSON: yaml: cannot decode !!${kind} \`${text}\` as a !!${name}`);
}

function guess(text: string): Resolved {
  const word = words.get(text);
  if (word !== undefined) return word;
  const asText: Resolved = { kind: 'str', value: text };
  if (text.startsWith('.')) return float.test(text) ? (finite(text) ?? asText) : asText;
  if (!/^[-+0-9]/.test(text)) return asText;
  if (timestamp.test(text)) return { kind: 'timestamp', value: text };
  const plain = text.replaceAll('_', '');
  return whole(plain) ?? (float.test(plain) ? finite(plain) : undefined) ?? asText;
}

/** `1e400` is no number for Go, and so a text. */
function finite(text: string): Resolved | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? { kind: 'float', value: value + 0 } : undefined;
}

/** What an int64 or an uint64 holds. JSON has the latter as a double where the former ends. */
function whole(text: string): Resolved | undefined {
  const [, sign = '', hex, binaryDigits, octal, decimal] = integer.exec(text) ?? [];
  const digits =
    hex !== undefined
      ? `0x${hex}`
      : binaryDigits !== undefined
        ? `0b${binaryDigits}`
        : octal !== undefined
          ? `0o${octal}`
          : decimal;
  // Longer than any uint64: making a number of them would take time that grows with their square.
  if (digits === undefined || digits.length > 66) return undefined;
  const value = sign === '-' ? -BigInt(digits) : BigInt(digits);
  if (BigInt.asIntN(64, value) === value) {
    return { kind: 'int', value: Number.isSafeInteger(Number(value)) ? Number(value) : value };
  }
  return sign === '' && BigInt.asUintN(64, value) === value ? { kind: 'int', value: Number(value) } : undefined;
}

function binary(text: string): string {
  const encoded = text.replace(/[\r\n]/g, '');
  const wellFormed = encoded.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(encoded);
  if (wellFormed) return Buffer.from(encoded, 'base64').toString();
  throw new JsonSyntaxError('error converting YAML to JSON: yaml: !!binary value contains invalid base64 data');
}
