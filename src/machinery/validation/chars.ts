/**
 * The alphabets of names, read character by character: linear whatever the input, where a regular expression with two
 * repetitions over the same letters need not be.
 */
export type CharTest = (code: number) => boolean;

export const isDigit: CharTest = (code) => code >= 0x30 && code <= 0x39;
export const isLower: CharTest = (code) => code >= 0x61 && code <= 0x7a;
export const isLowerAlphanumeric: CharTest = (code) => isLower(code) || isDigit(code);
export const isAlphanumeric: CharTest = (code) => isLowerAlphanumeric(code) || (code >= 0x41 && code <= 0x5a);

const dash = 0x2d;
const dot = 0x2e;
const underscore = 0x5f;

export const isLabelChar: CharTest = (code) => isLowerAlphanumeric(code) || code === dash;
/** The inside of a label key or value: also the letters of a ConfigMap's keys. */
export const isNameChar: CharTest = (code) =>
  isAlphanumeric(code) || code === dash || code === dot || code === underscore;

/** True when `text` is one character of `first`, or that, any of `inner`, and one of `last`. */
export function bounded(text: string, first: CharTest, inner: CharTest, last: CharTest): boolean {
  const end = text.length - 1;
  if (end < 0 || !first(text.charCodeAt(0))) return false;
  for (let at = 1; at < end; at++) if (!inner(text.charCodeAt(at))) return false;
  return end === 0 || last(text.charCodeAt(end));
}

export function every(text: string, test: CharTest): boolean {
  for (let at = 0; at < text.length; at++) if (!test(text.charCodeAt(at))) return false;
  return true;
}
