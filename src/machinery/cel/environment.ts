import type { FunctionDeclaration } from './function.ts';
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  nullType,
  optionalType,
  stringType,
  type Type,
  timestampType,
  typeOfType,
  typeType,
  uintType,
} from './type.ts';

/** Types that an expression can name. */
const standardTypes: readonly Type[] = [
  boolType,
  bytesType,
  doubleType,
  durationType,
  intType,
  listType(dynType),
  mapType(dynType, dynType),
  nullType,
  stringType,
  timestampType,
  typeType,
  uintType,
  optionalType(dynType),
];

/** What a name stands for: a variable, or a type, which is a value. */
export interface Declaration {
  readonly type: Type;
  readonly value?: Type;
}

export interface EnvironmentParts {
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  /** Types that can be named beside the standard ones. */
  readonly types?: readonly Type[];
  readonly variables?: ReadonlyMap<string, Type>;
}

/** What an expression may refer to. Never changes: {@link with} makes another. */
export class Environment {
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  readonly variables: ReadonlyMap<string, Type>;
  readonly #types: ReadonlyMap<string, Type>;

  constructor({ functions, types = [], variables = new Map() }: EnvironmentParts) {
    this.functions = functions;
    this.variables = variables;
    this.#types = new Map([...standardTypes, ...types].map((type) => [type.name, type]));
  }

  /** The same with more variables, and with the object types that can be constructed: `Name{field: …}`. */
  with(variables: ReadonlyMap<string, Type>, types: readonly Type[] = []): Environment {
    return new Environment({
      functions: this.functions,
      types: [...this.#types.values(), ...types],
      variables: new Map([...this.variables, ...variables]),
    });
  }

  /** The type of that name, also that of an object. */
  typeNamed(name: string): Type | undefined {
    return this.#types.get(name);
  }

  declarationOf(name: string): Declaration | undefined {
    const variable = this.variables.get(name);
    if (variable !== undefined) return { type: variable };
    const type = this.#types.get(name);
    if (type === undefined) return undefined;
    return { type: typeOfType(type), value: type };
  }
}
