const decimal = /^[+-]?[0-9]+$/;
/** A sign and the 19 digits of the largest one; what is longer is out of range or zeros in front of something else. */
const maxLength = 64;

/** Go's strconv.ParseInt(text, 10, 64); undefined where that fails. */
export function parseInt64(text: string): bigint | undefined {
  if (text.length > maxLength || !decimal.test(text)) return undefined;
  const value = text.startsWith('+') ? BigInt(text.slice(1)) : BigInt(text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}
