/**
 * A parsed label or field selector. Immutable and pure.
 * `canonical` is equal for selectors that mean the same requirements in the same order; '' selects everything.
 */
export interface Selector {
  readonly canonical: string;
  readonly everything: boolean;
  matches(values: Readonly<Record<string, string>>): boolean;
  /** The value that `key` must equal for anything to match, if the selector says so (`key=value`). */
  requiredValue(key: string): string | undefined;
  /** As Go prints it: what messages show. */
  toString(): string;
}

export const everything: Selector = {
  canonical: '',
  everything: true,
  matches: () => true,
  requiredValue: () => undefined,
  toString: () => '',
};
