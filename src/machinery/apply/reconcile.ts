import { type FieldSet, isEmpty, member, newDraft } from './field-set.ts';
import { type MergeType, typeUnder } from './merge-type.ts';
import { self } from './path-element.ts';

/**
 * A set that was written when something was owned in parts that is now owned as a whole: then its owner owns all of it.
 * The same set where nothing is so, which is nearly always.
 */
export function reconcile(type: MergeType, set: FieldSet): FieldSet {
  let result: Record<string, FieldSet> | undefined;
  for (const element in set) {
    const node = set[element];
    if (element === self || node === undefined || isEmpty(node)) continue;
    const inner = typeBelow(type, element);
    if (inner === undefined || inner.kind === 'scalar' || inner.kind === 'ignored') continue;
    const next = inner.atomic ? member : reconcile(inner, node);
    if (next === node) continue;
    result ??= Object.assign(newDraft(), set);
    result[element] = next;
  }
  return result ?? set;
}

/** Undefined: what is there is not known, and stays as it is. */
function typeBelow(type: MergeType, element: string): MergeType | undefined {
  if (type.kind === 'struct') return typeUnder(type, element.slice(2));
  if (type.kind === 'map') return type.values;
  return type.kind === 'list' ? type.items : undefined;
}
