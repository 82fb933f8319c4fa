import type { StoredObject } from '../translate/stored-object.ts';

/** More are asked of one state at a time by hardly any herd; each takes a pointer per object that it picked. */
const maxSelections = 16;

type Objects = readonly StoredObject[];

const byState = new WeakMap<Objects, Map<string, Objects>>();

/**
 * What `pick` picks out of `objects`, which nobody may change, under a text that is the same for the same selection. Informers
 * with the same selector come in herds, and most resources change seldom: then looking at every object is all that such
 * a list costs beside its bytes. The last selections are remembered until the state itself is forgotten.
 */
export function rememberedSelection(objects: Objects, selection: string, pick: () => Objects): Objects {
  let selections = byState.get(objects);
  if (selections === undefined) byState.set(objects, (selections = new Map()));
  const picked = selections.get(selection) ?? pick();
  selections.delete(selection);
  selections.set(selection, picked);
  for (const oldest of selections.keys()) {
    if (selections.size <= maxSelections) break;
    selections.delete(oldest);
  }
  return picked;
}
