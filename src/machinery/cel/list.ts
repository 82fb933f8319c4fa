import { CelList, type Value } from './value.ts';

/**
 * A list in memory. Several may share one array, of which each has the first `size` elements: so a comprehension can gather
 * element by element without copying.
 */
export class ArrayList extends CelList {
  readonly #elements: Value[];
  override readonly size: number;

  constructor(elements: Value[], size: number = elements.length) {
    super();
    this.#elements = elements;
    this.size = size;
  }

  override at(index: number): Value {
    return this.#elements[index] as Value;
  }

  /** This with one more. The array is shared with it, unless another list has gone on in it already. */
  appended(value: Value): ArrayList {
    const elements = this.#elements.length === this.size ? this.#elements : this.#elements.slice(0, this.size);
    elements.push(value);
    return new ArrayList(elements);
  }
}

export const emptyList = new ArrayList(Object.freeze([]) as unknown as Value[]);

/** Two lists, one after the other, without copying: nothing is too long to be put together, as nothing is put together. */
class JoinedList extends CelList {
  readonly #first: CelList;
  readonly #second: CelList;
  override readonly size: number;

  constructor(first: CelList, second: CelList) {
    super();
    this.#first = first;
    this.#second = second;
    this.size = first.size + second.size;
  }

  override at(index: number): Value {
    return JoinedList.#elementAt(this, index);
  }

  static #elementAt(joined: CelList, index: number): Value {
    let at = index;
    let list = joined;
    while (list instanceof JoinedList) {
      const before = list.#first.size;
      if (at < before) list = list.#first;
      else {
        at -= before;
        list = list.#second;
      }
    }
    return list.at(at);
  }
}

export function joinLists(first: CelList, second: CelList): CelList {
  if (second.size === 1 && first instanceof ArrayList) {
    return first.size === 0 ? new ArrayList([second.at(0)]) : first.appended(second.at(0));
  }
  if (first.size === 0) return second;
  return second.size === 0 ? first : new JoinedList(first, second);
}

export function* elementsOf(list: CelList): Generator<Value> {
  for (let at = 0; at < list.size; at++) yield list.at(at);
}
