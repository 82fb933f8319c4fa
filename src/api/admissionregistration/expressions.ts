import type { FieldError } from '../../machinery/field-error.ts';

/** A CEL expression in an object of this group, and what it may name. */
export interface Expression {
  readonly text: string;
  /** What it must result in. */
  readonly result: 'boolean' | 'text' | 'textOrNull' | 'any' | 'applyConfiguration' | 'jsonPatch';
  /** Whether it may name `params`. */
  readonly hasParams: boolean;
  /** Whether it may name `authorizer`. */
  readonly hasAuthorizer: boolean;
  /** It stood there before: what was valid when it was written stays so. */
  readonly stored: boolean;
  /** Expressions before it that it may name, as `variables.NAME`, in their order. */
  readonly variables: readonly { readonly name: string; readonly text: string }[];
}

/**
 * Adds to `errors` what is wrong with an expression. Every expression of every kind of this group comes by one of these, in
 * the order in which mistakes are told.
 */
export type CheckExpression = (expression: Expression, path: string, errors: FieldError[]) => void;

/** Expressions are kept as they are written. */
export const acceptExpression: CheckExpression = () => {};
