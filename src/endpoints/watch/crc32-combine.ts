/** CRC-32's polynomial, the highest power first in the lowest bit, as gzip has it (RFC 1952, §8). */
const polynomial = 0xedb88320;
/** x⁰ and x⁸ in that order of bits. */
const one = 0x80000000;
const oneByte = 0x00800000;

/** The product of two polynomials modulo CRC-32's. */
function multiply(a: number, b: number): number {
  let product = 0;
  let power = b;
  for (let rest = a | 0; rest !== 0; rest <<= 1) {
    if (rest < 0) product ^= power;
    power = (power & 1) === 0 ? power >>> 1 : (power >>> 1) ^ polynomial;
  }
  return product >>> 0;
}

/** What moves a checksum on by `length` bytes: x to the power of their bits. For `combineCrc32`. */
export function crc32Shift(length: number): number {
  let shift = one;
  let square = oneByte;
  for (let rest = length; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) shift = multiply(square, shift);
    square = multiply(square, square);
  }
  return shift;
}

/** The CRC-32 of two texts in a row, from theirs and the second one's `crc32Shift`. */
export const combineCrc32 = (first: number, second: number, shiftOfSecond: number): number =>
  (multiply(shiftOfSecond, first) ^ second) >>> 0;
