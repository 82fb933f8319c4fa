import type { Selector } from '../machinery/selection.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { ObjectEvent } from '../watchcache/object-event.ts';
import type { Selection } from './scope.ts';

export interface Indexed {
  readonly selection: Selection;
}

type Groups<T> = Map<string, Set<T>>;

/** Cohorts without a narrower place: by a label they require if there is one, else to be asked about everything. */
interface Shelf<T> {
  readonly plain: Set<T>;
  /** Label key → required value → cohorts. */
  readonly byLabel: Map<string, Groups<T>>;
}

/**
 * Where each cohort stands, so that an event visits only those that may want it, however many there are.
 *
 * A cohort has one place, the most selective it qualifies for: namespace and name · name · the resource's trigger field
 * (`spec.nodeName`) · inside its namespace or outside all: a label with a required value · everything else. Of an object
 * that changes, the places of both the old and the new state are visited: leaving is an event too.
 */
export class CohortIndex<T extends Indexed> {
  readonly #triggerField: string | undefined;
  readonly #byNamespaceAndName = new Map<string, Groups<T>>();
  readonly #byName: Groups<T> = new Map();
  readonly #byTrigger: Groups<T> = new Map();
  readonly #byNamespace = new Map<string, Shelf<T>>();
  readonly #rest = newShelf<T>();
  #size = 0;

  constructor(triggerField: string | undefined) {
    this.#triggerField = triggerField;
  }

  get size(): number {
    return this.#size;
  }

  /** True when nothing is left in any place, not even an empty one. */
  get empty(): boolean {
    const places = this.#byNamespaceAndName.size + this.#byName.size + this.#byTrigger.size + this.#byNamespace.size;
    return this.#size === 0 && places === 0 && isEmpty(this.#rest);
  }

  add(cohort: T): void {
    this.#size++;
    const { scope, labels, fields } = cohort.selection;
    const { namespace, name } = scope;
    if (name !== undefined) {
      addTo(
        namespace === undefined ? this.#byName : within(this.#byNamespaceAndName, namespace, newGroups),
        name,
        cohort,
      );
      return;
    }
    const trigger = this.#triggerField === undefined ? undefined : fields.requiredValue(this.#triggerField);
    if (trigger !== undefined) {
      addTo(this.#byTrigger, trigger, cohort);
      return;
    }
    const shelf = namespace === undefined ? this.#rest : within(this.#byNamespace, namespace, newShelf<T>);
    const label = requiredLabel(labels);
    if (label === undefined) shelf.plain.add(cohort);
    else addTo(within(shelf.byLabel, label.key, newGroups), label.value, cohort);
  }

  /** The cohort must be in. */
  delete(cohort: T): void {
    this.#size--;
    const { scope, labels, fields } = cohort.selection;
    const { namespace, name } = scope;
    if (name !== undefined) {
      const groups = namespace === undefined ? this.#byName : this.#byNamespaceAndName.get(namespace);
      if (groups === undefined) return;
      deleteFrom(groups, name, cohort);
      if (namespace !== undefined && groups.size === 0) this.#byNamespaceAndName.delete(namespace);
      return;
    }
    const trigger = this.#triggerField === undefined ? undefined : fields.requiredValue(this.#triggerField);
    if (trigger !== undefined) {
      deleteFrom(this.#byTrigger, trigger, cohort);
      return;
    }
    const shelf = namespace === undefined ? this.#rest : this.#byNamespace.get(namespace);
    if (shelf === undefined) return;
    shelf.plain.delete(cohort);
    const label = requiredLabel(labels);
    const groups = label === undefined ? undefined : shelf.byLabel.get(label.key);
    if (label !== undefined && groups !== undefined) {
      deleteFrom(groups, label.value, cohort);
      if (groups.size === 0) shelf.byLabel.delete(label.key);
    }
    if (namespace !== undefined && isEmpty(shelf)) this.#byNamespace.delete(namespace);
  }

  /** Calls `visit` once for each cohort that may want the event. The index must not change meanwhile. */
  visit(event: ObjectEvent, visit: (cohort: T) => void): void {
    const { current, previous } = event;
    const object = current ?? previous;
    if (object === undefined || this.#size === 0) return;
    const { namespace, name } = object;
    visitAll(this.#byNamespaceAndName.get(namespace)?.get(name), visit);
    visitAll(this.#byName.get(name), visit);
    if (this.#byTrigger.size > 0 && this.#triggerField !== undefined) {
      visitBoth(this.#byTrigger, current?.fields[this.#triggerField], previous?.fields[this.#triggerField], visit);
    }
    const shelf = this.#byNamespace.get(namespace);
    if (shelf !== undefined) visitShelf(shelf, current, previous, visit);
    visitShelf(this.#rest, current, previous, visit);
  }
}

function visitShelf<T>(
  { plain, byLabel }: Shelf<T>,
  current: StoredObject | undefined,
  previous: StoredObject | undefined,
  visit: (cohort: T) => void,
): void {
  visitAll(plain, visit);
  if (byLabel.size === 0) return;
  const now = current?.labels;
  const before = previous?.labels;
  for (const [key, groups] of byLabel) visitBoth(groups, now?.[key], before?.[key], visit);
}

function visitBoth<T>(
  groups: Groups<T>,
  now: string | undefined,
  before: string | undefined,
  visit: (cohort: T) => void,
): void {
  if (now !== undefined) visitAll(groups.get(now), visit);
  if (before !== undefined && before !== now) visitAll(groups.get(before), visit);
}

function visitAll<T>(cohorts: Set<T> | undefined, visit: (cohort: T) => void): void {
  if (cohorts !== undefined) for (const cohort of cohorts) visit(cohort);
}

/**
 * A label that must have one value for anything to match. Which keys a selector names is read off its canonical text as a
 * hint only: what counts is what the selector says about the key.
 */
function requiredLabel(labels: Selector): { readonly key: string; readonly value: string } | undefined {
  if (labels.everything) return undefined;
  for (const requirement of labels.canonical.split(',')) {
    const key = /^\s*([^\s=!<>()]+)\s*=/.exec(requirement)?.[1];
    const value = key === undefined ? undefined : labels.requiredValue(key);
    if (key !== undefined && value !== undefined) return { key, value };
  }
  return undefined;
}

const newGroups = <T>(): Groups<T> => new Map();
const newShelf = <T>(): Shelf<T> => ({ plain: new Set(), byLabel: new Map() });
const isEmpty = <T>({ plain, byLabel }: Shelf<T>): boolean => plain.size === 0 && byLabel.size === 0;

function within<V>(places: Map<string, V>, key: string, make: () => V): V {
  let place = places.get(key);
  if (place === undefined) places.set(key, (place = make()));
  return place;
}

function addTo<T>(groups: Groups<T>, key: string, cohort: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, new Set([cohort]));
  else group.add(cohort);
}

function deleteFrom<T>(groups: Groups<T>, key: string, cohort: T): void {
  const group = groups.get(key);
  group?.delete(cohort);
  if (group?.size === 0) groups.delete(key);
}
