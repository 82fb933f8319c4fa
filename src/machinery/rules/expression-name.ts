/** Words that expressions cannot use as names. */
const reserved: ReadonlySet<string> = new Set([
  'true',
  'false',
  'null',
  'in',
  'as',
  'break',
  'const',
  'continue',
  'else',
  'for',
  'function',
  'if',
  'import',
  'let',
  'loop',
  'package',
  'namespace',
  'return',
  'var',
  'void',
  'while',
]);

/** Expressions of today may select a field by such a word as it is, beside its escaped name. */
export const isReservedWord = (name: string): boolean => reserved.has(name);

const plain = /^[A-Za-z_][A-Za-z0-9_]*$/;
const escapable = /^[A-Za-z_./-][A-Za-z0-9_./-]*$/;
const escapes: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

/** What expressions call a property: `a-b` is `a__dash__b`. Undefined: they cannot. */
export function expressionName(property: string): string | undefined {
  if (reserved.has(property)) return `__${property}__`;
  if (plain.test(property) && !property.includes('__')) return property;
  if (!escapable.test(property)) return undefined;
  return property.replace(/__|[./-]/g, (text) => escapes[text] ?? text);
}
