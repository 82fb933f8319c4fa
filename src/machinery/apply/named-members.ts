import { type FieldSet, member, newDraft } from './field-set.ts';
import { deduced, type MergeType, typeUnder } from './merge-type.ts';
import { self } from './path-element.ts';

/** The set with every field of a struct as a member of which it has parts: nobody owns a struct, but it goes with its last part. */
export function withNamedFields(type: MergeType | undefined, set: FieldSet): FieldSet {
  const result = newDraft();
  for (const element of Object.keys(set)) {
    const node = set[element];
    if (element === self || node === undefined) continue;
    const name = element.slice(2);
    const isField = element.startsWith('f:');
    const inner = isField
      ? type === undefined
        ? undefined
        : typeUnder(type, name)
      : type?.kind === 'list'
        ? type.items
        : undefined;
    const parts = withNamedFields(inner === deduced ? undefined : inner, node);
    const named = isField && type?.kind === 'struct' && type.fields.has(name);
    const isItself = named || node[self] !== undefined;
    result[element] =
      isItself && Object.keys(parts).length > 0 ? Object.assign(newDraft(), { [self]: member }, parts) : parts;
  }
  return result;
}
