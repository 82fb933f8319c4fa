import type { Turns } from '../../encoding/piece-buffers.ts';

/** From here on a write costs less than a copy. */
const handedOnBytes = 32 * 1024;

/**
 * Packs parts of any size into pieces of at most `turns.size` bytes for writing, so that a list of small objects is not a
 * million small writes. Two buffers take turns: a piece is overwritten when the second one after it is asked for, so
 * whoever consumes must be done with a piece before asking twice again. Parts that are worth a write of their own are
 * handed on uncopied, and so are those that stand alone between them: who sends none but these needs no buffer.
 */
export function* packed(parts: Iterable<Buffer>, turns: Turns): Generator<Buffer> {
  const pieceBytes = turns.size;
  let small: Buffer[] = [];
  let filled = 0;
  for (const part of parts) {
    const whole = part.length >= Math.min(handedOnBytes, pieceBytes);
    if (filled > 0 && (whole || filled + part.length > pieceBytes)) yield takeSmall();
    if (whole) for (let at = 0; at < part.length; at += pieceBytes) yield part.subarray(at, at + pieceBytes);
    else {
      small.push(part);
      filled += part.length;
    }
  }
  if (filled > 0) yield takeSmall();

  function takeSmall(): Buffer {
    const [first] = small;
    const taken = first !== undefined && small.length === 1 ? first : copied();
    small = [];
    filled = 0;
    return taken;
  }

  function copied(): Buffer {
    const buffer = turns.next();
    let at = 0;
    for (const part of small) at += part.copy(buffer, at);
    return buffer.subarray(0, at);
  }
}
