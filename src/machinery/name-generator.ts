/** No vowels, and nothing that reads as one: no bad words. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
const suffixLength = 5;
/** What a DNS label holds, less the suffix. */
const maxBaseLength = 63 - suffixLength;

/** A name from a generateName: the base, cut where the result would not be a DNS label, and five letters. `random(n)`: an integer of 0…n-1. */
export function generateName(base: string, random: (bound: number) => number): string {
  let name = base.slice(0, maxBaseLength);
  for (let i = 0; i < suffixLength; i++) name += alphabet.charAt(random(alphabet.length));
  return name;
}
