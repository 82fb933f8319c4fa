/**
 * Every object of a benchmark carries its sequence number as `"seq":"s00000042"` in its data, so that a client can count
 * objects and check their order by searching bytes, without parsing anything.
 */
const opening = Buffer.from('"seq":"s');
const quote = 0x22;
const digits = 8;
const length = opening.length + digits;
const nothing = Buffer.alloc(0);

export const markerText = (sequence: number): string => `s${String(sequence).padStart(digits, '0')}`;

/**
 * Finds the markers in a stream of bytes, also those cut by the end of a read. Give it bodies with transfer framing
 * already taken off.
 */
export class MarkerScanner {
  #carry: Buffer = nothing;

  /** Calls `found` with each sequence number that is complete now. */
  scan(bytes: Buffer, found: (sequence: number) => void): void {
    if (this.#carry.length > 0) {
      // What a cut marker needs to be whole, and no more, so that none is found twice.
      const seam = Buffer.concat([this.#carry, bytes.subarray(0, length - 1)]);
      const at = seam.indexOf(opening);
      if (at !== -1 && at < this.#carry.length && at + length <= seam.length) found(readDigits(seam, at));
      if (bytes.length < length - 1) {
        this.#carry = Buffer.from(seam.subarray(Math.max(0, seam.length - length + 1)));
        if (at !== -1 && at + length <= seam.length) this.#carry = Buffer.from(seam.subarray(at + length));
        return;
      }
    }
    for (let at = bytes.indexOf(opening); at !== -1 && at + length <= bytes.length; ) {
      found(readDigits(bytes, at));
      at = bytes.indexOf(opening, at + length);
    }
    this.#carry = begun(bytes);
  }
}

/** A copy of the end of `bytes` from where a marker may have begun that is not whole yet. Mostly there is none. */
function begun(bytes: Buffer): Buffer {
  const first = Math.max(0, bytes.length - length + 1);
  for (let at = bytes.indexOf(quote, first); at !== -1; at = bytes.indexOf(quote, at + 1)) {
    const known = Math.min(opening.length, bytes.length - at);
    if (bytes.compare(opening, 0, known, at, at + known) === 0) return Buffer.from(bytes.subarray(at));
  }
  return nothing;
}

function readDigits(bytes: Buffer, at: number): number {
  let value = 0;
  for (let i = at + opening.length; i < at + length; i++) value = value * 10 + (bytes[i] ?? 0) - 0x30;
  return value;
}
