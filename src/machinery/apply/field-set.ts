import { comparePathElements, fieldElement, type PathElement, self } from './path-element.ts';

/**
 * A set of fields, in the very form of FieldsV1: under each path element what of it belongs to the set. `{}`: itself;
 * otherwise its parts, and itself if `.` is among them. The set as a whole is no member of itself, so `{}` is the empty
 * one. Below that no node is there for nothing. Never changed once made: sets share their parts.
 */
export type FieldSet = { readonly [element: PathElement]: FieldSet };
export type Draft = { [element: PathElement]: FieldSet };

/** Nothing to inherit, and yet quick: V8 keeps an object that has no prototype at all as a hash table. */
const nothing: object = Object.freeze(Object.create(null));

export const newDraft = (): Draft => Object.create(nothing) as Draft;

export const emptySet: FieldSet = Object.freeze(newDraft());
/** What stands under an element that belongs to a set and has no parts there. */
export const member: FieldSet = emptySet;

export function isEmpty(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** Whether what `node` stands under belongs to the set: it has no parts, or says so. */
const isMember = (node: FieldSet | undefined): boolean =>
  node !== undefined && (node[self] !== undefined || isEmpty(node));
const hasParts = (node: FieldSet | undefined): node is FieldSet => {
  for (const key in node) if (key !== self) return true;
  return false;
};

/** A node of a member and parts; undefined when there is neither. */
function nodeOf(isItself: boolean, parts: Draft): FieldSet | undefined {
  if (isEmpty(parts)) return isItself ? member : undefined;
  if (!isItself) return parts;
  return Object.assign(newDraft(), { [self]: member }, parts);
}

export function has(set: FieldSet, path: readonly PathElement[]): boolean {
  let node: FieldSet | undefined = set;
  for (const element of path) node = node?.[element];
  return path.length > 0 && isMember(node);
}

/** What of the set is below `element`: nothing when only it itself is. */
export const below = (set: FieldSet, element: PathElement): FieldSet => set[element] ?? emptySet;

export const hasItself = (set: FieldSet, element: PathElement): boolean => isMember(set[element]);
export const hasBelow = (set: FieldSet, element: PathElement): boolean => hasParts(set[element]);

/** For each element of either: what the set made of both has there. `undefined` leaves it out. */
function zip(
  a: FieldSet,
  b: FieldSet,
  make: (left: FieldSet | undefined, right: FieldSet | undefined) => FieldSet | undefined,
): Draft {
  const result = newDraft();
  for (const element in a) {
    if (element === self) continue;
    const made = make(a[element], b[element]);
    if (made !== undefined) result[element] = made;
  }
  for (const element in b) {
    if (element === self || a[element] !== undefined) continue;
    const made = make(undefined, b[element]);
    if (made !== undefined) result[element] = made;
  }
  return result;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(a) || a === b) return b;
  if (isEmpty(b)) return a;
  return zip(a, b, (left, right) => {
    if (left === undefined || right === undefined) return left ?? right;
    return nodeOf(isMember(left) || isMember(right), partsOf(union(left, right)));
  });
}

const partsOf = (node: FieldSet): Draft => {
  if (node[self] === undefined) return node;
  const { [self]: _, ...parts } = node;
  return Object.assign(newDraft(), parts);
};

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(a) || isEmpty(b)) return emptySet;
  const result = newDraft();
  for (const element in a) {
    const [left, right] = [a[element], b[element]];
    if (element === self || left === undefined || right === undefined) continue;
    const node = nodeOf(isMember(left) && isMember(right), partsOf(intersection(left, right)));
    if (node !== undefined) result[element] = node;
  }
  return result;
}

/** Members of `a` that are not members of `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(a) || isEmpty(b)) return a;
  const result = newDraft();
  for (const element in a) {
    const [left, right] = [a[element], b[element]];
    if (element === self || left === undefined) continue;
    const node =
      right === undefined
        ? left
        : nodeOf(isMember(left) && !isMember(right), partsOf(difference(partsOf(left), partsOf(right))));
    if (node !== undefined) result[element] = node;
  }
  return result;
}

/** Members of `a` that are neither members of `b` nor below one. */
export function withoutTrees(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(a) || isEmpty(b)) return a;
  const result = newDraft();
  for (const element in a) {
    const [left, right] = [a[element], b[element]];
    if (element === self || left === undefined) continue;
    if (right === undefined) result[element] = left;
    else if (!isMember(right)) {
      const node = nodeOf(isMember(left), partsOf(withoutTrees(partsOf(left), right)));
      if (node !== undefined) result[element] = node;
    }
  }
  return result;
}

/** Puts `node` at `path`, where nothing is yet but parts of its parts. Changes `set`, all nodes above included. */
export function graft(set: Draft, path: readonly PathElement[], node: FieldSet): void {
  let at: Draft = set;
  for (const element of path.slice(0, -1)) {
    const next = at[element];
    if (next === undefined || isEmpty(next)) {
      const made = newDraft();
      if (next !== undefined) made[self] = member;
      at[element] = made;
      at = made;
    } else at = next;
  }
  const last = path.at(-1);
  if (last === undefined) return;
  const present = at[last];
  at[last] =
    present === undefined ? node : (nodeOf(isMember(present) || isMember(node), partsOf(union(present, node))) ?? node);
}

/** A set of paths of field names: `['metadata', 'labels']`. */
export function setOfFields(...paths: readonly (readonly string[])[]): FieldSet {
  const set = newDraft();
  for (const path of paths) graft(set, path.map(fieldElement), member);
  return set;
}

/** Every path of the set, in Kubernetes' order: at each level first what are members, then what is below. */
export function* pathsOf(set: FieldSet, prefix: readonly PathElement[] = []): Generator<readonly PathElement[]> {
  const elements = sortedElements(set);
  for (const element of elements) if (isMember(set[element])) yield [...prefix, element];
  for (const element of elements) {
    if (hasParts(set[element])) yield* pathsOf(below(set, element), [...prefix, element]);
  }
}

const sortedElements = (set: FieldSet): PathElement[] =>
  Object.keys(set)
    .filter((element) => element !== self)
    .sort(comparePathElements);

/** The same set with its elements in the order in which Kubernetes writes them. The same one when they are already. */
export function sorted(set: FieldSet): FieldSet {
  const elements = Object.keys(set);
  let same = true;
  let before = '';
  const parts = newDraft();
  for (const element of elements) {
    const node = set[element] ?? member;
    const part = isEmpty(node) ? node : sorted(node);
    const follows = before === '' || before === self || (element !== self && comparePathElements(before, element) < 0);
    if (!follows || part !== node) same = false;
    parts[element] = part;
    before = element;
  }
  if (same) return set;
  const result = newDraft();
  if (parts[self] !== undefined) result[self] = member;
  for (const element of sortedElements(parts)) result[element] = parts[element] ?? member;
  return result;
}

export function sameSet(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  const elements = Object.keys(a);
  if (elements.length !== Object.keys(b).length) return false;
  return elements.every((element) => {
    const [left, right] = [a[element], b[element]];
    return left !== undefined && right !== undefined && sameSet(left, right);
  });
}
