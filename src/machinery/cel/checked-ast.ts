import type { Expression } from './expression.ts';
import type { FunctionDeclaration, Overload } from './function.ts';
import type { Ast } from './parser.ts';
import type { Type } from './type.ts';

/** What a name in an expression, or a selection that is a name with dots, refers to. */
export interface NameReference {
  readonly kind: 'name';
  readonly name: string;
  /** Looked for in the environment, although a comprehension has a variable of that name. */
  readonly isGlobal: boolean;
  /** A type, which is known without evaluating anything. */
  readonly value: Type | undefined;
}

/** Which overloads of a function may be called: one, unless types are known only when it is evaluated. */
export interface FunctionReference {
  readonly kind: 'function';
  readonly declaration: FunctionDeclaration;
  readonly overloads: readonly Overload[];
  /** What looks like the target of a method is part of the function's name. */
  readonly isQualified: boolean;
}

export type Reference = NameReference | FunctionReference;

/** An expression whose types are known. */
export interface CheckedAst extends Ast {
  /** Of the whole. */
  readonly type: Type;
  readonly types: ReadonlyMap<Expression, Type>;
  readonly references: ReadonlyMap<Expression, Reference>;
}
