import { fromJson } from '../cel/json-view.ts';
import { none, Optional, type Value } from '../cel/value.ts';
import { invalidValue } from '../field-error.ts';
import { isJsonObject, type JsonValue } from '../json-value.ts';
import { additionalNode, type SchemaNode } from '../structural/schema-node.ts';
import { type CompiledRules, compileRules } from './compiled-rule.ts';
import { Ratchet } from './correlation.ts';
import { type DeclaredSchema, declareSchema } from './declared-schema.ts';
import { expressionName } from './expression-name.ts';
import { oldItems } from './keyed-items.ts';
import { evaluateRule, outOfBudget, type RuleEvaluation, type Subject } from './rule-evaluation.ts';
import { rulesOf } from './validation-rule.ts';

/** How the path of errors begins, and what a value replaces. */
export interface RuleValidation {
  /** '<nil>' for an object as a whole. */
  readonly path: string;
  /** Rules about changes are asked where something was there before. */
  readonly old?: JsonValue | undefined;
  /** What was wrong before, and is as it was, is told as a warning. */
  readonly ratchets?: boolean;
}

const undeclared = 'rule compiler initialization error: failed to convert to declType for CEL validation rules';

/** The rules that were compiled already, by where they stand: for schemas whose parts are asked one by one. */
export type CompiledPlaces = Map<SchemaNode, CompiledRules>;

/**
 * The rules of a schema, at the places where they stand. Where there are none, in all below, nothing of a value is looked at.
 * Expressions are compiled when the first value comes by.
 */
export class RuleValidator {
  readonly #node: SchemaNode;
  readonly #declare: () => DeclaredSchema | undefined;
  readonly #hasRules: boolean;
  readonly #properties: readonly (readonly [string, RuleValidator])[];
  readonly #values: RuleValidator | undefined;
  readonly #items: RuleValidator | undefined;
  readonly #places: CompiledPlaces;
  #declared: DeclaredSchema | undefined;
  #compiled: CompiledRules | undefined;

  private constructor(node: SchemaNode, declare: () => DeclaredSchema | undefined, places: CompiledPlaces) {
    this.#node = node;
    this.#places = places;
    this.#declare = declare;
    this.#hasRules = rulesOf(node).length > 0;
    const element = (): DeclaredSchema | undefined => this.#type?.element;
    const values = additionalNode(node);
    this.#items = node.items && RuleValidator.#within(node.items, element, places);
    this.#values = values && RuleValidator.#within(values, element, places);
    this.#properties = [...node.properties].flatMap(([name, property]) => {
      const validator = RuleValidator.#within(property, () => this.#typeOf(name, property), places);
      // What expressions do not see is not looked at.
      return validator === undefined || validator.#type === undefined ? [] : [[name, validator] as const];
    });
  }

  /** Undefined: the schema has no rules. `isResource`: its values are objects of the API. */
  static of(node: SchemaNode, isResource: boolean, places: CompiledPlaces = new Map()): RuleValidator | undefined {
    return RuleValidator.#within(node, () => declareSchema(node, isResource), places);
  }

  static #within(
    node: SchemaNode,
    declare: () => DeclaredSchema | undefined,
    places: CompiledPlaces,
  ): RuleValidator | undefined {
    const validator = new RuleValidator(node, declare, places);
    return validator.#isEmpty ? undefined : validator;
  }

  get #type(): DeclaredSchema | undefined {
    return (this.#declared ??= this.#declare());
  }

  /** Also of a property with a name that no expression can say. */
  #typeOf(name: string, property: SchemaNode): DeclaredSchema | undefined {
    const escaped = expressionName(name);
    return escaped === undefined ? declareSchema(property, property.isResource) : this.#type?.property(escaped);
  }

  get #isEmpty(): boolean {
    return !this.#hasRules && !this.#items && !this.#values && this.#properties.length === 0;
  }

  /** What the rules say of a value that is right by its schema, in the words of an API server, is added to `evaluation`. */
  validate(value: JsonValue, { path, old, ratchets = false }: RuleValidation, evaluation: RuleEvaluation): void {
    const ratchet = ratchets && old !== undefined ? Ratchet.of(value, old, this.#node) : Ratchet.none;
    this.#validate(value, old, path, ratchet, evaluation);
  }

  #validate(
    value: JsonValue,
    old: JsonValue | undefined,
    path: string,
    ratchet: Ratchet,
    evaluation: RuleEvaluation,
  ): void {
    if (value === null) return;
    if (this.#hasRules) this.#evaluate(value, old ?? undefined, path, ratchet, evaluation);
    if (evaluation.hasEnded) return;
    if (Array.isArray(value)) this.#validateItems(value, old, path, ratchet, evaluation);
    else if (isJsonObject(value)) this.#validateProperties(value, old, path, ratchet, evaluation);
  }

  #validateItems(
    list: readonly JsonValue[],
    old: JsonValue | undefined,
    path: string,
    ratchet: Ratchet,
    evaluation: RuleEvaluation,
  ): void {
    const items = this.#items;
    if (items === undefined) return;
    const replaced = oldItems(this.#node, old);
    for (const [at, item] of list.entries()) {
      items.#validate(item, replaced(item), `${path === '<nil>' ? '' : path}[${at}]`, ratchet.index(at), evaluation);
      if (evaluation.hasEnded) return;
    }
  }

  #validateProperties(
    object: Readonly<Record<string, JsonValue>>,
    old: JsonValue | undefined,
    path: string,
    ratchet: Ratchet,
    evaluation: RuleEvaluation,
  ): void {
    const before = (name: string): JsonValue | undefined =>
      isJsonObject(old) && Object.hasOwn(old, name) ? old[name] : undefined;
    if (this.#values !== undefined) {
      for (const name of Object.keys(object)) {
        const at = `${path === '<nil>' ? '' : path}[${name}]`;
        this.#values.#validate(object[name] ?? null, before(name), at, ratchet.key(name), evaluation);
        if (evaluation.hasEnded) return;
      }
    }
    for (const [name, property] of this.#properties) {
      if (!Object.hasOwn(object, name)) continue;
      const at = path === '<nil>' ? name : `${path}.${name}`;
      property.#validate(object[name] ?? null, before(name), at, ratchet.key(name), evaluation);
      if (evaluation.hasEnded) return;
    }
  }

  #evaluate(
    value: JsonValue,
    old: JsonValue | undefined,
    path: string,
    ratchet: Ratchet,
    evaluation: RuleEvaluation,
  ): void {
    const { type } = this.#node;
    const compiled = this.#compile();
    if (compiled === undefined) {
      evaluation.errors.push(invalidValue(path, type, undeclared));
      return;
    }
    if (evaluation.isExhausted) {
      evaluation.errors.push(invalidValue(path, type, outOfBudget));
      evaluation.stop();
      return;
    }
    const rules = old === undefined ? compiled.rulesOfNew : compiled.rules;
    if (rules.length === 0) return;
    const subject: Subject = {
      path,
      value,
      type,
      ...variablesOf(compiled, value, old),
      isUnchanged: () => ratchet.isUnchanged,
    };
    for (const rule of rules) {
      evaluateRule(rule, subject, evaluation);
      if (evaluation.hasEnded) return;
    }
  }

  #compile(): CompiledRules | undefined {
    this.#compiled ??= this.#places.get(this.#node);
    if (this.#compiled !== undefined) return this.#compiled;
    const declared = this.#type;
    if (declared === undefined) return undefined;
    this.#compiled = compileRules(this.#node, (name) => declared.type(name), { estimates: false });
    this.#places.set(this.#node, this.#compiled);
    return this.#compiled;
  }
}

function variablesOf({ selfType, useOldSelf }: CompiledRules, value: JsonValue, old: JsonValue | undefined) {
  const self = fromJson(value, selfType);
  const variables = new Map<string, Value>([['self', self]]);
  if (!useOldSelf) return { variables, optionalVariables: variables };
  const oldSelf = old === undefined ? undefined : fromJson(old, selfType);
  if (oldSelf !== undefined) variables.set('oldSelf', oldSelf);
  const optionalOldSelf = oldSelf === undefined ? none : new Optional(oldSelf);
  return {
    variables,
    optionalVariables: new Map<string, Value>([
      ['self', self],
      ['oldSelf', optionalOldSelf],
    ]),
  };
}
