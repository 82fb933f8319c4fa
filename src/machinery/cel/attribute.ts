import type { Meter } from './meter.ts';
import { CelError, CelList, CelMap, Double, none, noOverloadFor, Optional, typeOf, Uint, type Value } from './value.ts';
import { goTypeName, valueText } from './value-text.ts';

/** What an evaluation has at hand. */
export interface Frame {
  readonly meter: Meter;
  readonly variables: ReadonlyMap<string, Value>;
  /** Variables of comprehensions, each in a place of its own. Undefined: an accumulator that nobody asked for yet. */
  readonly slots: (Value | undefined)[];
}

/** Evaluates a part of an expression. */
export type Step = (frame: Frame) => Value;

/** One `.name` or `[index]` of a path into a value. */
export interface Qualifier {
  /** `.?name`: what is not there is none, and the path from here on is of optionals. */
  readonly isOptional: boolean;
  qualify(frame: Frame, target: Value): Value;
  /** Undefined when there is no such thing. */
  qualifyIfPresent(frame: Frame, target: Value): Value | undefined;
}

/**
 * A variable, or any other value, with a path into it: evaluated as one, because the original does so, which shows in what it
 * costs: one for the whole and one for each part of the path.
 */
export interface Attribute {
  /** A condition costs nothing of its own. */
  readonly cost: 0 | 1;
  resolve(frame: Frame): Value;
  add(qualifier: Qualifier): void;
}

export class PathAttribute implements Attribute {
  readonly cost = 1;
  readonly #base: Step;
  readonly #path: Qualifier[] = [];

  constructor(base: Step) {
    this.#base = base;
  }

  add(qualifier: Qualifier): void {
    this.#path.push(qualifier);
  }

  resolve(frame: Frame): Value {
    let value = this.#base(frame);
    if (value instanceof CelError) return value;
    let isOptional = value instanceof Optional;
    if (value instanceof Optional) {
      if (value.value === undefined) return value;
      value = value.value;
    }
    for (const qualifier of this.#path) {
      isOptional ||= qualifier.isOptional;
      const next = isOptional ? qualifier.qualifyIfPresent(frame, value) : qualifier.qualify(frame, value);
      if (next === undefined) return none;
      if (next instanceof CelError) return next;
      value = next;
    }
    return isOptional ? new Optional(value) : value;
  }
}

/** `condition ? a.b : c.d`; a path behind it is one behind both. */
export class ConditionalAttribute implements Attribute {
  readonly cost = 0;
  readonly #condition: Step;
  readonly #whenTrue: Attribute;
  readonly #whenFalse: Attribute;

  constructor(condition: Step, whenTrue: Attribute, whenFalse: Attribute) {
    this.#condition = condition;
    this.#whenTrue = whenTrue;
    this.#whenFalse = whenFalse;
  }

  add(qualifier: Qualifier): void {
    this.#whenTrue.add(qualifier);
    this.#whenFalse.add(qualifier);
  }

  resolve(frame: Frame): Value {
    const condition = this.#condition(frame);
    if (condition === true) return this.#whenTrue.resolve(frame);
    return condition === false ? this.#whenFalse.resolve(frame) : noOverloadFor(condition);
  }
}

/** What may stand between brackets. */
export const isKey = (value: Value): boolean =>
  typeof value === 'object' ? value instanceof Double || value instanceof Uint : true;

/** The qualifier of a name, a constant or a value that `index` evaluates. */
export class KeyQualifier implements Qualifier {
  readonly isOptional: boolean;
  readonly #index: Step;

  constructor(index: Step, isOptional: boolean) {
    this.#index = index;
    this.isOptional = isOptional;
  }

  qualify(frame: Frame, target: Value): Value {
    const key = this.#index(frame);
    const value = key instanceof CelError ? key : select(target, key);
    frame.meter.charge(1);
    // null is a value.
    return value === undefined ? missing(target, key) : value;
  }

  qualifyIfPresent(frame: Frame, target: Value): Value | undefined {
    const key = this.#index(frame);
    const value = key instanceof CelError ? key : select(target, key);
    if (value === undefined || value instanceof CelError) return value;
    frame.meter.charge(1);
    return value;
  }
}

/** `has(…)`: whether it is there. */
export class PresenceQualifier implements Qualifier {
  readonly isOptional = false;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  qualify(frame: Frame, target: Value): Value {
    const value = select(target, this.#name);
    frame.meter.charge(1);
    return value instanceof CelError ? value : value !== undefined;
  }

  qualifyIfPresent(frame: Frame, target: Value): Value | undefined {
    const value = select(target, this.#name);
    if (value === undefined || value instanceof CelError) return value;
    frame.meter.charge(1);
    return null;
  }
}

/** Undefined: there is nothing under that key, or the value is none that has any. */
function select(target: Value, key: Value): Value | undefined {
  if (target instanceof CelMap) return isKey(key) ? target.find(key) : invalidKey(key);
  if (!(target instanceof CelList)) return isKey(key) ? undefined : invalidKey(key);
  const index = indexOf(key);
  if (index instanceof CelError) return index;
  return index >= 0 && index < target.size ? target.at(index) : undefined;
}

const invalidKey = (key: Value): CelError => new CelError(`invalid qualifier type: ${goTypeName(key)}`);

function indexOf(key: Value): number | CelError {
  if (typeof key === 'number') return key;
  if (key instanceof Double || key instanceof Uint) {
    const index = Number(key.value);
    return Number.isSafeInteger(index) ? index : new CelError(`unsupported index value ${valueText(key)} in list`);
  }
  if (typeof key === 'bigint') return -1;
  return isKey(key) ? new CelError(`unsupported index type '${typeOf(key).name}' in list`) : invalidKey(key);
}

const missing = (target: Value, key: Value): CelError =>
  new CelError(`${target instanceof CelList ? 'index out of bounds' : 'no such key'}: ${valueText(key)}`);
