import { objectsAt, stringsAt, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';

/**
 * A field that became the first of a list, and stayed for older clients: `podIP` and `podIPs`, `podCIDR` and `podCIDRs`.
 * Who writes one of them has written both, and where they differ the single one counts: whoever knows the list sets both.
 */
export function pairAddresses(object: JsonObject, single: string, list: string): void {
  const value = textAt(object, single);
  const first = textAt(objectsAt(object, list)[0], 'ip');
  if (value !== '' && value !== first) object[list] = [{ ip: value }];
  else if (value === '' && first !== '') object[single] = first;
}

/** The same for a list of texts. */
export function pairTexts(object: JsonObject, single: string, list: string): void {
  const value = textAt(object, single);
  const first = stringsAt(object, list)[0] ?? '';
  if (value !== '' && value !== first) object[list] = [value];
  else if (value === '' && first !== '') object[single] = first;
}
