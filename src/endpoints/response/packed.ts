/** From here on a write costs less than a copy. */
const handedOnBytes = 32 * 1024;

/**
 * Packs parts of any size into pieces of `pieceBytes` for writing, so that a list of small objects is not a million small
 * writes. Two buffers take turns: a piece is overwritten when the second one after it is asked for, so whoever consumes
 * must be done with a piece before asking twice again. Parts that are worth a write of their own are handed on uncopied.
 */
export function* packed(parts: Iterable<Buffer>, pieceBytes: number): Generator<Buffer> {
  const buffers: [Buffer?, Buffer?] = [];
  let turn = 0;
  let filled = 0;
  for (const part of parts) {
    const whole = part.length >= Math.min(handedOnBytes, pieceBytes);
    if (filled > 0 && (whole || filled + part.length > pieceBytes)) {
      yield current().subarray(0, filled);
      turn++;
      filled = 0;
    }
    if (whole) for (let at = 0; at < part.length; at += pieceBytes) yield part.subarray(at, at + pieceBytes);
    else filled += part.copy(current(), filled);
  }
  if (filled > 0) yield current().subarray(0, filled);

  function current(): Buffer {
    return (buffers[turn % 2] ??= Buffer.allocUnsafeSlow(pieceBytes));
  }
}
