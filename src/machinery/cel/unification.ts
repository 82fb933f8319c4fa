import { dynType, isOptionalType, sameType, Type } from './type.ts';

const isDyn = ({ kind }: Type): boolean => kind === 'dyn';
const isDynOrError = ({ kind }: Type): boolean => kind === 'dyn' || kind === 'error';
const mayBeNull = ({ kind }: Type): boolean =>
  kind === 'opaque' || kind === 'object' || kind === 'timestamp' || kind === 'duration' || kind === 'null';

/** A thousand times what a long expression takes. */
const maxSteps = 5_000_000;

/** Types are made of one another in a way that would take too long to compare. */
export class TypesTooComplex extends Error {
  override readonly name = 'TypesTooComplex';
  constructor() {
    super('types of expression are too complex');
  }
}

/**
 * What type parameters stand for, found out as the parts of an expression are seen to go together. An attempt that fails
 * leaves nothing behind. Every function throws {@link TypesTooComplex} when all of them together took too long.
 */
export class Unification {
  readonly #bound = new Map<string, Type>();
  /** What was bound before, in the order of binding, for as long as an attempt lasts. */
  #undo: (readonly [string, Type | undefined])[] = [];
  #fresh = 0;
  #steps = 0;

  /** A parameter that nothing else uses. */
  fresh(): Type {
    return new Type('param', `_var${this.#fresh++}`);
  }

  /** Whether a value of `from` may be used as `to`, which binds the parameters of both. */
  assign(to: Type, from: Type): boolean {
    return this.assignAll([to], [from]);
  }

  assignAll(to: readonly Type[], from: readonly Type[]): boolean {
    this.#undo = [];
    if (this.#all(to, from)) return true;
    for (const [name, before] of this.#undo.reverse()) {
      if (before === undefined) this.#bound.delete(name);
      else this.#bound.set(name, before);
    }
    return false;
  }

  /** The type with what is known of its parameters; with `dyn` for those of which nothing is, when asked. */
  resolve(type: Type, unboundToDyn = false): Type {
    this.#step();
    if (type.kind === 'param') {
      const bound = this.#bound.get(type.name);
      if (bound !== undefined) return this.resolve(bound, unboundToDyn);
      return unboundToDyn ? dynType : type;
    }
    if (type.parameters.length === 0) return type;
    const parameters = type.parameters.map((one) => this.resolve(one, unboundToDyn));
    const same = parameters.every((one, at) => one === type.parameters[at]);
    return same ? type : new Type(type.kind, type.name, parameters, { ...type.details, fields: type.fields });
  }

  #step(): void {
    if (++this.#steps > maxSteps) throw new TypesTooComplex();
  }

  #bind({ name }: Type, type: Type): void {
    this.#undo.push([name, this.#bound.get(name)]);
    this.#bound.set(name, type);
  }

  #all(to: readonly Type[], from: readonly Type[]): boolean {
    return to.length === from.length && to.every((one, at) => this.#assignable(one, from[at] ?? dynType));
  }

  #assignable(a: Type, b: Type): boolean {
    this.#step();
    if (b.kind === 'param') {
      const { valid, known } = this.#substitutes(a, b);
      if (valid) return true;
      if (known) return false;
    }
    if (a.kind === 'param') return this.#substitutes(b, a).valid;
    if (isDynOrError(a) || isDynOrError(b)) return true;
    if (a.kind === 'null') return mayBeNull(b);
    if (b.kind === 'null') return mayBeNull(a);
    if (a.kind === 'type') return b.kind === 'type';
    return a.kind === b.kind && a.name === b.name && this.#all(a.parameters, b.parameters);
  }

  /** Whether `type` may stand for `param`, and whether something did already. */
  #substitutes(type: Type, param: Type): { readonly valid: boolean; readonly known: boolean } {
    if (type.kind === param.kind && sameType(type, param)) return { valid: true, known: true };
    const bound = this.#bound.get(param.name);
    if (bound !== undefined) {
      if (sameType(type, bound)) return { valid: true, known: true };
      if (!this.#assignable(type, bound)) return { valid: false, known: true };
      const general = moreGeneral(type, bound);
      if (this.#isFreeOf(param, general)) this.#bind(param, general);
      return { valid: true, known: true };
    }
    if (!this.#isFreeOf(param, type)) return { valid: false, known: false };
    this.#bind(param, type);
    return { valid: true, known: false };
  }

  /** The parameter is not in the type, nor in what that stands for. */
  #isFreeOf(param: Type, type: Type): boolean {
    this.#step();
    if (sameType(param, type)) return false;
    if (type.kind === 'param') {
      const bound = this.#bound.get(type.name);
      return bound === undefined || this.#isFreeOf(param, bound);
    }
    return type.parameters.every((one) => this.#isFreeOf(param, one));
  }
}

/** Of two types that go together, the one that takes more. */
export const moreGeneral = (a: Type, b: Type): Type => (isEqualOrLessSpecific(a, b) ? a : b);

function isEqualOrLessSpecific(a: Type, b: Type): boolean {
  if (isDyn(a) || a.kind === 'param') return true;
  if (isDyn(b) || b.kind === 'param') return false;
  if (a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  if (a.kind === 'list' || a.kind === 'map' || isOptionalType(a)) {
    return (
      a.name === b.name &&
      a.parameters.length === b.parameters.length &&
      a.parameters.every((one, at) => isEqualOrLessSpecific(one, b.parameters[at] ?? dynType))
    );
  }
  return sameType(a, b);
}
