/** By bytes of UTF-8, as Go compares: characters beyond the basic plane come last, where UTF-16 has them before some. */
export function compareText(a: string, b: string): number {
  if (!beyond.test(a) && !beyond.test(b)) return a < b ? -1 : a === b ? 0 : 1;
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Below these UTF-16 has the same order. */
const beyond = /[\ud800-\uffff]/;

/** Surrogates above all others. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
