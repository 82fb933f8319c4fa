import type { CheckedAst, Reference } from './checked-ast.ts';
import { Issues } from './compile-error.ts';
import type { Declaration, Environment } from './environment.ts';
import type {
  CallExpression,
  Comprehension,
  Expression,
  ListExpression,
  MapExpression,
  SelectExpression,
  StructExpression,
} from './expression.ts';
import { type FunctionDeclaration, type Overload, parametersOf } from './function.ts';
import { operators } from './operators.ts';
import type { Ast } from './parser.ts';
import {
  boolType,
  dynType,
  errorType,
  intType,
  isOptionalType,
  listType,
  mapType,
  optionalType,
  sameType,
  Type,
  withoutOptional,
} from './type.ts';
import { moreGeneral, TypesTooComplex, Unification } from './unification.ts';
import { validateLiterals } from './validate-literals.ts';
import { typeOf } from './value.ts';

/** Written out. A comprehension can double the type that it is given. */
const maxTypeWeight = 10_000;

/**
 * Finds the types of an expression and of its parts, and what its names and functions refer to.
 * @throws {CelCompileError}
 */
export function check(ast: Ast, environment: Environment): CheckedAst {
  const issues = new Issues(ast.source);
  const checker = new Checker(environment, issues);
  let checked: CheckedAst | undefined;
  try {
    checked = { ...ast, ...checker.whole(ast.expression) };
  } catch (error) {
    if (!(error instanceof TypesTooComplex)) throw error;
    issues.add(error.message);
  }
  issues.throwIfAny();
  validateLiterals(checked as CheckedAst, issues);
  issues.throwIfAny();
  return checked as CheckedAst;
}

/** A name, and whether a local variable had to be passed over for it. */
interface Found extends Declaration {
  readonly name: string;
  readonly isGlobal: boolean;
}

class Checker {
  readonly #environment: Environment;
  readonly #issues: Issues;
  readonly #unification = new Unification();
  readonly #types = new Map<Expression, Type>();
  readonly #references = new Map<Expression, Reference>();
  /** Variables of comprehensions, the innermost last. */
  readonly #scopes: ReadonlyMap<string, Type>[] = [];

  constructor(environment: Environment, issues: Issues) {
    this.#environment = environment;
    this.#issues = issues;
  }

  whole(expression: Expression): Omit<CheckedAst, keyof Ast> {
    this.#check(expression);
    const final = new Map<Type, Type>();
    const types = new Map<Expression, Type>();
    for (const [node, type] of this.#types) {
      let known = final.get(type);
      if (known === undefined) {
        known = this.#unification.resolve(type, true);
        final.set(type, known);
      }
      types.set(node, known);
    }
    return { type: types.get(expression) ?? errorType, types, references: this.#references };
  }

  #check(expression: Expression): void {
    const type = this.#typeOf(expression);
    if (type.weight > maxTypeWeight) throw new TypesTooComplex();
    this.#types.set(expression, type);
  }

  #typeOf(expression: Expression): Type {
    switch (expression.kind) {
      case 'literal':
        return typeOf(expression.value);
      case 'ident':
        return this.#ident(expression, expression.name);
      case 'select':
        return this.#select(expression);
      case 'call':
        return this.#call(expression);
      case 'list':
        return this.#list(expression);
      case 'map':
        return this.#map(expression);
      case 'struct':
        return this.#struct(expression);
      case 'comprehension':
        return this.#comprehension(expression);
    }
  }

  #of(expression: Expression): Type {
    return this.#types.get(expression) ?? errorType;
  }

  #resolved(expression: Expression): Type {
    return this.#unification.resolve(this.#of(expression));
  }

  #fail(message: string, { at }: { readonly at: number }): Type {
    this.#issues.add(message, at);
    return errorType;
  }

  #undeclared(name: string, expression: Expression): Type {
    return this.#fail(`undeclared reference to '${name}' (in container '')`, expression);
  }

  #local(name: string): Type | undefined {
    for (let at = this.#scopes.length - 1; at >= 0; at--) {
      const type = this.#scopes[at]?.get(name);
      if (type !== undefined) return type;
    }
    return undefined;
  }

  /** The name of a variable or a type; with dots, of those of the environment only. */
  #lookup(name: string, first: string = name): Found | undefined {
    const local = this.#local(first);
    const isSelection = name !== first;
    if (local !== undefined) return isSelection ? undefined : { name, type: local, isGlobal: false };
    const plain = name.startsWith('.') ? name.slice(1) : name;
    const declaration = this.#environment.declarationOf(plain);
    if (declaration === undefined) return undefined;
    return { ...declaration, name: plain, isGlobal: plain !== name && this.#local(plain) !== undefined };
  }

  #ident(expression: Expression, name: string): Type {
    const found = this.#lookup(name);
    if (found === undefined) return this.#undeclared(name, expression);
    return this.#refer(expression, found);
  }

  #refer(expression: Expression, { name, type, value, isGlobal }: Found): Type {
    this.#references.set(expression, { kind: 'name', name, isGlobal, value });
    return type;
  }

  #select(expression: SelectExpression): Type {
    const qualified = expression.isTest ? undefined : qualifiedName(expression);
    const found = qualified === undefined ? undefined : this.#lookup(qualified.name, qualified.first);
    if (found !== undefined) return this.#refer(expression, found);
    const type = this.#field(expression, expression.operand, expression.field, false);
    return expression.isTest ? boolType : this.#unification.resolve(type);
  }

  #optionalSelect(expression: CallExpression): Type {
    const [operand, field] = expression.args as readonly [Expression, Expression];
    const name = field.kind === 'literal' && typeof field.value === 'string' ? field.value : '';
    const type = this.#unification.resolve(this.#field(expression, operand, name, true));
    const declaration = this.#environment.functions.get(operators.optionalSelect);
    if (declaration === undefined) return this.#undeclared(operators.optionalSelect, expression);
    this.#references.set(expression, {
      kind: 'function',
      declaration,
      overloads: declaration.overloads.slice(0, 1),
      isQualified: false,
    });
    return type;
  }

  #field(expression: Expression, operand: Expression, field: string, isOptional: boolean): Type {
    this.#check(operand);
    const operandType = this.#resolved(operand);
    const target = withoutOptional(operandType);
    const type = this.#fieldOf(expression, target, field);
    return isOptional || isOptionalType(operandType) ? optionalType(type) : type;
  }

  #fieldOf(expression: Expression, target: Type, field: string): Type {
    switch (target.kind) {
      case 'map':
        return target.parameters[1] ?? dynType;
      case 'object':
        return target.fields.get(field)?.type ?? this.#fail(`undefined field '${field}'`, expression);
      case 'param':
        this.#unification.assign(dynType, target);
        return dynType;
      case 'dyn':
      case 'error':
        return dynType;
      default:
        this.#fail(`type '${target.text}' does not support field selection`, expression);
        return dynType;
    }
  }

  #call(expression: CallExpression): Type {
    const { name, target, args } = expression;
    if (name === operators.optionalSelect) return this.#optionalSelect(expression);
    for (const arg of args) this.#check(arg);
    if (target === undefined) {
      const declaration = this.#function(name);
      if (declaration === undefined) return this.#undeclared(name, expression);
      return this.#resolve(expression, declaration, args, false, false);
    }
    const prefix = qualifiedName(target)?.name;
    const qualified = prefix === undefined ? undefined : this.#function(`${prefix}.${name}`);
    if (qualified !== undefined) return this.#resolve(expression, qualified, args, false, true);
    this.#check(target);
    const declaration = this.#function(name);
    if (declaration === undefined) return this.#undeclared(name, expression);
    return this.#resolve(expression, declaration, [target, ...args], true, false);
  }

  #function(name: string): FunctionDeclaration | undefined {
    return this.#environment.functions.get(name.startsWith('.') ? name.slice(1) : name);
  }

  #resolve(
    expression: CallExpression,
    declaration: FunctionDeclaration,
    args: readonly Expression[],
    isMethod: boolean,
    isQualified: boolean,
  ): Type {
    const types = args.map((arg) => this.#of(arg));
    const isLogical = declaration.name === operators.and || declaration.name === operators.or;
    const matching: Overload[] = [];
    let result: Type | undefined;
    for (const overload of declaration.overloads) {
      if (overload.isMethod !== isMethod) continue;
      if (isLogical) {
        if (!this.#areBools(args, types)) return errorType;
        matching.push(overload);
        result = boolType;
        break;
      }
      const [resultType, ...argTypes] = this.#instantiate(overload);
      if (!this.#unification.assignAll(types, argTypes)) continue;
      matching.push(overload);
      const own = this.#unification.resolve(resultType ?? dynType);
      if (result === undefined) result = own;
      else if (result.kind !== 'dyn' && !sameType(own, result)) result = dynType;
    }
    if (result === undefined) return this.#noOverload(expression, declaration.name, types, isMethod);
    this.#references.set(expression, { kind: 'function', declaration, overloads: matching, isQualified });
    return result;
  }

  #areBools(args: readonly Expression[], types: readonly Type[]): boolean {
    let all = true;
    for (const [at, type] of types.entries()) {
      if (this.#unification.assign(type, boolType)) continue;
      this.#fail(`expected type 'bool' but found '${type.text}'`, args[at] as Expression);
      all = false;
    }
    return all;
  }

  /** The result's type and those of the arguments, with parameters of this call's own. */
  #instantiate(overload: Overload): Type[] {
    const names = parametersOf(overload);
    const types = [overload.result, ...overload.args];
    if (names.size === 0) return types;
    const own = new Map([...names].map((name) => [name, this.#unification.fresh()]));
    return types.map((type) => replaceParameters(type, own));
  }

  #noOverload(expression: Expression, name: string, types: readonly Type[], isMethod: boolean): Type {
    const texts = types.map((type) => this.#unification.resolve(type, true).text);
    const target = isMethod ? `${texts.shift()}.` : '';
    const signature = `${target}(${texts.join(', ')})`;
    return this.#fail(`found no matching overload for '${name}' applied to '${signature}'`, expression);
  }

  /** The type of a value that is left out when it has none. */
  #unwrapped(value: Expression): Type {
    const type = this.#of(value);
    if (!isOptionalType(type) && type.kind !== 'dyn') {
      this.#fail(`expected type '${optionalType(type).text}' but found '${type.text}'`, value);
    }
    return withoutOptional(type);
  }

  #join(before: Type | undefined, type: Type): Type {
    if (before === undefined) return type;
    return this.#unification.assign(before, type) ? moreGeneral(before, type) : dynType;
  }

  #list({ elements, optional }: ListExpression): Type {
    let joined: Type | undefined;
    for (const [at, element] of elements.entries()) {
      this.#check(element);
      joined = this.#join(joined, optional.has(at) ? this.#unwrapped(element) : this.#of(element));
    }
    return listType(joined ?? this.#unification.fresh());
  }

  #map({ entries }: MapExpression): Type {
    let keys: Type | undefined;
    let values: Type | undefined;
    for (const { key, value, isOptional } of entries) {
      this.#check(key);
      keys = this.#join(keys, this.#of(key));
      this.#check(value);
      values = this.#join(values, isOptional ? this.#unwrapped(value) : this.#of(value));
    }
    return mapType(keys ?? this.#unification.fresh(), values ?? this.#unification.fresh());
  }

  #struct(expression: StructExpression): Type {
    const name = expression.typeName.startsWith('.') ? expression.typeName.slice(1) : expression.typeName;
    const type = this.#environment.typeNamed(name);
    if (type === undefined) return this.#undeclared(expression.typeName, expression);
    const isObject = type.kind === 'object';
    if (!isObject) this.#fail(`'${type.text}' is not a message type`, expression);
    for (const field of expression.fields) {
      this.#check(field.value);
      const found = type.fields.get(field.name)?.type;
      const declared = found ?? (isObject ? this.#fail(`undefined field '${field.name}'`, field) : errorType);
      const given = field.isOptional ? this.#unwrapped(field.value) : this.#of(field.value);
      if (!this.#unification.assign(declared, given)) {
        const types = `'${declared.text}' but provided type is '${given.text}'`;
        this.#fail(`expected type of field '${field.name}' is ${types}`, field);
      }
    }
    return isObject ? type : errorType;
  }

  #comprehension(expression: Comprehension): Type {
    const { range, init, variable, variable2, accumulator, condition, step, result } = expression;
    this.#check(range);
    this.#check(init);
    const gathered = this.#of(init);
    const [first, second] = this.#iterated(range, variable2 !== undefined);
    this.#scopes.push(new Map([[accumulator, gathered]]));
    this.#scopes.push(new Map([[variable, first], ...(variable2 === undefined ? [] : [[variable2, second] as const])]));
    this.#check(condition);
    this.#expect(condition, boolType);
    this.#check(step);
    this.#expect(step, gathered);
    this.#scopes.pop();
    this.#check(result);
    this.#scopes.pop();
    return this.#resolved(result);
  }

  /** What the variables of a comprehension are. */
  #iterated(range: Expression, isTwo: boolean): readonly [Type, Type] {
    const type = this.#resolved(range);
    const [key = dynType, value = dynType] = type.parameters;
    switch (type.kind) {
      case 'list':
        return isTwo ? [intType, key] : [key, key];
      case 'map':
        return [key, value];
      case 'dyn':
      case 'error':
      case 'param':
        this.#unification.assign(dynType, type);
        return [dynType, dynType];
      default: {
        const kinds = 'must be list, map, or dynamic';
        this.#fail(`expression of type '${type.text}' cannot be range of a comprehension (${kinds})`, range);
        return [errorType, errorType];
      }
    }
  }

  #expect(expression: Expression, type: Type): void {
    const found = this.#of(expression);
    if (this.#unification.assign(type, found)) return;
    this.#fail(`expected type '${type.text}' but found '${found.text}'`, expression);
  }
}

/** `a.b.c` as it is written, if the expression is nothing else. */
function qualifiedName(expression: Expression): { readonly name: string; readonly first: string } | undefined {
  const names: string[] = [];
  let at = expression;
  while (at.kind === 'select' && !at.isTest) {
    names.push(at.field);
    at = at.operand;
  }
  if (at.kind !== 'ident') return undefined;
  return { name: [at.name, ...names.reverse()].join('.'), first: at.name };
}

function replaceParameters(type: Type, by: ReadonlyMap<string, Type>): Type {
  if (type.kind === 'param') return by.get(type.name) ?? type;
  if (type.parameters.length === 0) return type;
  const parameters = type.parameters.map((one) => replaceParameters(one, by));
  switch (type.kind) {
    case 'list':
      return listType(parameters[0] ?? dynType);
    case 'map':
      return mapType(parameters[0] ?? dynType, parameters[1] ?? dynType);
    default:
      return new Type(type.kind, type.name, parameters);
  }
}
