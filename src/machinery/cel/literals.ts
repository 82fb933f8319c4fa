import { Double, type Literal, Uint } from './value.ts';

/** A text between quotes is not what it should be. The message is cel-go's. */
export class LiteralError extends Error {
  override readonly name = 'LiteralError';
}

export const int64Max = 2n ** 63n - 1n;
export const int64Min = -(2n ** 63n);
export const uint64Max = 2n ** 64n - 1n;

/** A CEL int as values are kept: a number where it is exact. Undefined when it is no int64. */
export function intOf(value: bigint): number | bigint | undefined {
  if (value > int64Max || value < int64Min) return undefined;
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value;
}

/** `12`, `-0x1f`. @throws {LiteralError} */
export function intLiteral(sign: string, text: string): Literal {
  const value = intOf(sign === '-' ? -BigInt(text) : BigInt(text));
  if (value === undefined) throw new LiteralError('invalid int literal');
  return value;
}

/** `12u`, `0x1fU`. @throws {LiteralError} */
export function uintLiteral(text: string): Literal {
  const value = BigInt(text.slice(0, -1));
  if (value > uint64Max) throw new LiteralError('invalid uint literal');
  return new Uint(value);
}

/** `1.5`, `-1e3`. @throws {LiteralError} beyond what a double holds. */
export function doubleLiteral(text: string): Literal {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new LiteralError('invalid double literal');
  return new Double(value);
}

const simple: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const escapes = /\\(?:[xX]([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-3][0-7]{2})|([\s\S]))/g;

/** What is between the quotes, and whether escapes are none. */
function unquoted(token: string): { readonly body: string; readonly isRaw: boolean } {
  const text = token.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  const isRaw = text.startsWith('r') || text.startsWith('R');
  const quoted = isRaw ? text.slice(1) : text;
  const quotes = /^(?:"""|''')[\s\S]*(?:"""|''')$/.test(quoted) && quoted.length >= 6 ? 3 : 1;
  return { body: quoted.slice(quotes, -quotes), isRaw };
}

/** @throws {LiteralError} */
export function stringLiteral(token: string): string {
  const { body, isRaw } = unquoted(token);
  if (isRaw || !body.includes('\\')) return body;
  return body.replace(escapes, (_, x?: string, u?: string, wide?: string, octal?: string, char?: string) => {
    const hex = x ?? u ?? wide;
    if (hex === undefined && octal === undefined) return simple[char ?? ''] ?? char ?? '';
    const code = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw new LiteralError('invalid unicode code point');
    return String.fromCodePoint(code);
  });
}

/** Behind the `b`. `\x` and octals are bytes here, and what is not escaped is UTF-8. @throws {LiteralError} */
export function bytesLiteral(token: string): Uint8Array {
  const { body, isRaw } = unquoted(token);
  if (isRaw || !body.includes('\\')) return new Uint8Array(Buffer.from(body));
  const parts: Buffer[] = [];
  let last = 0;
  for (const match of body.matchAll(escapes)) {
    const [whole, x, u, wide, octal, char] = match;
    if (u !== undefined || wide !== undefined) throw new LiteralError('unable to unescape string');
    parts.push(Buffer.from(body.slice(last, match.index)));
    const code =
      x === undefined ? (octal === undefined ? undefined : Number.parseInt(octal, 8)) : Number.parseInt(x, 16);
    parts.push(code === undefined ? Buffer.from(simple[char ?? ''] ?? char ?? '') : Buffer.from([code]));
    last = match.index + whole.length;
  }
  parts.push(Buffer.from(body.slice(last)));
  return new Uint8Array(Buffer.concat(parts));
}
