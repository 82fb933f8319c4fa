import type { Meter } from './meter.ts';
import type { Type } from './type.ts';
import type { Value } from './value.ts';

/** Evaluates a call. The arguments, the target of a method first, are of the overload's types. */
export type Call = (meter: Meter, ...args: never[]) => Value;

/** What a call costs, told when its result is known. Arguments and result may be errors. */
export type CallCost = (args: readonly Value[], result: Value) => number;

/** One signature of a function. */
export interface Overload {
  /** cel-go's and Kubernetes' id. */
  readonly id: string;
  /** `target.name(…)`, where the target is the first of `args`. */
  readonly isMethod: boolean;
  readonly args: readonly Type[];
  readonly result: Type;
  /** Undefined for what the program evaluates itself: operators. */
  readonly call?: Call;
}

/** A function, a method or both, under one name. */
export interface FunctionDeclaration {
  readonly name: string;
  readonly overloads: readonly Overload[];
  /** For all overloads: takes whatever comes, and tells when it cannot. */
  readonly call?: Call;
  /** Overloads do not look whether their arguments are of the right type: they do it themselves. */
  readonly isUnguarded?: boolean;
}

export const overload = (id: string, args: readonly Type[], result: Type, call?: Call): Overload => ({
  id,
  isMethod: false,
  args,
  result,
  ...(call === undefined ? {} : { call }),
});

export const method = (id: string, args: readonly Type[], result: Type, call?: Call): Overload => ({
  ...overload(id, args, result, call),
  isMethod: true,
});

/** The functions of several libraries, by name: what two of them declare has the overloads of both. */
export function functionTable(
  ...libraries: readonly (readonly FunctionDeclaration[])[]
): ReadonlyMap<string, FunctionDeclaration> {
  const table = new Map<string, FunctionDeclaration>();
  for (const declaration of libraries.flat()) {
    const known = table.get(declaration.name);
    const merged =
      known === undefined ? declaration : { ...known, overloads: [...known.overloads, ...declaration.overloads] };
    table.set(declaration.name, merged);
  }
  return table;
}

/** The names of the type parameters in a signature. */
export function parametersOf({ args, result }: Overload): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (type: Type): void => {
    if (type.kind === 'param') names.add(type.name);
    for (const parameter of type.parameters) visit(parameter);
  };
  for (const type of [...args, result]) visit(type);
  return names;
}
