import { encodeJsonIndented } from '../../machinery/json/encode.ts';
import { unifiedDiff } from '../../machinery/unified-diff.ts';
import { internalStruct } from './internal-structs.ts';

/** A longer difference is not found: whoever sent it has seen both. */
const maxLines = 5_000;

/** How the original shows that a struct, `struct` in Go, is another. */
export function structDifference(before: object, after: object, struct: string): string {
  const [old, now] = [before, after].map((spec) => encodeJsonIndented(internalStruct(struct, spec), ' '));
  if (old === undefined || now === undefined) return '';
  if (Math.max(old.split('\n').length, now.split('\n').length) > maxLines) return '';
  return unifiedDiff(old, now);
}
