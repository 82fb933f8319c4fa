/**
 * Packs parts of any size into pieces of `pieceBytes` for writing, so that a list of small objects is not a million small
 * writes. Two buffers take turns: a piece is overwritten when the second one after it is asked for, so whoever consumes
 * must be done with a piece before asking twice again. Parts of a piece or more are handed on as they are.
 */
export function* packed(parts: Iterable<Buffer>, pieceBytes: number): Generator<Buffer> {
  const buffers = [Buffer.allocUnsafeSlow(pieceBytes), Buffer.allocUnsafeSlow(pieceBytes)];
  let turn = 0;
  let filled = 0;
  for (const part of parts) {
    if (filled + part.length > pieceBytes && filled > 0) {
      yield current().subarray(0, filled);
      turn++;
      filled = 0;
    }
    if (part.length >= pieceBytes) yield part;
    else filled += part.copy(current(), filled);
  }
  if (filled > 0) yield current().subarray(0, filled);

  function current(): Buffer {
    const buffer = buffers[turn % 2];
    if (buffer === undefined) throw new RangeError('two buffers take turns');
    return buffer;
  }
}
