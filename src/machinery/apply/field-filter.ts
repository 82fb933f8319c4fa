import { type FieldSet, isEmpty, newDraft, setOfFields, withoutTrees } from './field-set.ts';
import { fieldElement, self } from './path-element.ts';

/** What of a set counts: a resource, or a subresource, resets some fields whoever writes them. */
export type FieldFilter = (set: FieldSet) => FieldSet;

/** All but these fields and what is below them: `['metadata', 'labels']`. */
export function allBut(...paths: readonly (readonly string[])[]): FieldFilter {
  const excluded = setOfFields(...paths);
  return (set) => withoutTrees(set, excluded);
}

/** Under each step what follows; '*' is any step. Nothing follows: all that is there. */
interface Pattern {
  readonly [step: string]: Pattern;
}

/** These fields only, with all that is below them: `['spec', 'containers', '*', 'resources']`. */
export function only(...paths: readonly (readonly string[])[]): FieldFilter {
  const pattern: Record<string, Pattern> = {};
  for (const path of paths) {
    let at = pattern;
    for (const step of path) at = at[step === '*' ? step : fieldElement(step)] ??= {};
  }
  return (set) => matching(set, pattern);
}

function matching(set: FieldSet, pattern: Pattern): FieldSet {
  if (isEmpty(pattern)) return set;
  const result = newDraft();
  for (const element of Object.keys(set)) {
    const [node, below] = [set[element], pattern['*'] ?? pattern[element]];
    if (node === undefined) continue;
    if (element === self) result[self] = node;
    else if (below !== undefined) {
      const kept = matching(node, below);
      if (isEmpty(node) || !isEmpty(kept)) result[element] = kept;
    }
  }
  return result;
}
