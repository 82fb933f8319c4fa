/** No double has more digits behind the point. */
const maxFraction = 1_074;
const bits = new DataView(new ArrayBuffer(8));

/** What a double is exactly: `mantissa` × 2^`exponent`. */
function exactly(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const power = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xf_ffff_ffff_ffffn;
  return power === 0
    ? { mantissa: fraction, exponent: -1_074 }
    : { mantissa: fraction | 0x10_0000_0000_0000n, exponent: power - 1_075 };
}

/** A number that is not negative with so many digits behind the point. What lies in the middle goes to the even digit. */
export function fixedText(value: number, digits: number): string {
  const kept = Math.min(digits, maxFraction);
  const { mantissa, exponent } = exactly(Math.abs(value));
  const scaled = mantissa * 10n ** BigInt(kept);
  let whole = scaled;
  if (exponent >= 0) whole = scaled << BigInt(exponent);
  else {
    const shift = BigInt(-exponent);
    whole = scaled >> shift;
    const rest = scaled - (whole << shift);
    const half = 1n << (shift - 1n);
    if (rest > half || (rest === half && (whole & 1n) === 1n)) whole += 1n;
  }
  const text = String(whole).padStart(kept + 1, '0');
  const point = text.length - kept;
  return digits === 0 ? text : `${text.slice(0, point)}.${text.slice(point)}${'0'.repeat(digits - kept)}`;
}
