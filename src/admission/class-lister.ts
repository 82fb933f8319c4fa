/** What a rule must know of classes: objects without a namespace that others name. `T`: what the rule reads of one. */
export interface ClassLister<T> {
  /** Undefined: there is none of this name, in the store either. */
  get(name: string): Promise<T | undefined>;
  /** All, as far as memory knows; from the store, where memory is not to be asked yet. */
  all(): Promise<readonly T[]>;
}
