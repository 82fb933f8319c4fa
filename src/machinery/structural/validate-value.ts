import {
  type FieldError,
  forbiddenValue,
  invalidValue,
  maxFieldErrors,
  requiredValue,
  tooLong,
  tooMany,
  typeInvalid,
  unsupportedValue,
} from '../field-error.ts';
import { goQuote } from '../go-quote.ts';
import { goValueText } from '../go-value-text.ts';
import { encodeJson } from '../json/encode.ts';
import { isFloat } from '../json/floats.ts';
import { jsonEqual } from '../json/json-equal.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import { isKnownFormat, isOfFormat } from './formats.ts';
import { goPattern, PatternError } from './go-pattern.ts';
import { checkNumber } from './number-limits.ts';
import { additionalNode, type SchemaNode } from './schema-node.ts';

/** What is wrong at a place: `path` of the schema's own, and how an answer tells it. */
export interface Problem {
  /** Two of the same text are one. */
  readonly text: string;
  readonly told: (field: (path: string) => string) => FieldError;
}

/** Of schema nodes and values that they are held against: some tenths of a second. A definition may ask for far more. */
const maxChecks = 5_000_000;

/** So much is wrong that nobody needs to know more, but what is chosen among alternatives is still chosen right. */
const maxProblems = 4 * maxFieldErrors;

export interface ValueValidation {
  /** What the paths of errors begin with: `status`; '' for an object as a whole. */
  readonly path: string;
  /**
   * What the value replaces. What was wrong before, and is as it was, may stay wrong. Undefined: nothing, or nothing that
   * counts.
   */
  readonly old?: JsonValue | undefined;
}

/**
 * Everything that is wrong with a value by its schema, at most 100 things, in the words of an API server. The time that it
 * takes is bounded, whatever the schema and the value: beyond it, that is what is wrong.
 */
export function validateValue(value: JsonValue, node: SchemaNode, { path, old }: ValueValidation): FieldError[] {
  const check = new Check();
  const problems: Problem[] = [];
  check.value(value, node, '', old, problems);
  if (check.exhausted) {
    return [forbiddenValue(path === '' ? '<nil>' : path, 'the object takes too long to be held against its schema')];
  }
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  for (const { text, told } of problems) {
    if (seen.has(text)) continue;
    seen.add(text);
    errors.push(told((inner) => join(path, inner)));
    if (errors.length === maxFieldErrors) break;
  }
  return errors;
}

/** Where nothing is named, the original says so. */
function join(path: string, inner: string): string {
  const below = inner.startsWith('.') ? inner.slice(1) : inner;
  if (below === '') return path === '' ? '<nil>' : path;
  return path === '' ? below : `${path}.${below}`;
}

class Check {
  exhausted = false;
  #checks = 0;

  /** Adds to `problems`. How much of the schema was looked at with success, by which the best of alternatives is chosen. */
  value(
    value: JsonValue,
    node: SchemaNode,
    path: string,
    old: JsonValue | undefined,
    problems: Problem[],
    float = false,
  ): number {
    if (++this.#checks > maxChecks) {
      this.exhausted = true;
      return 0;
    }
    const before = problems.length;
    const matches =
      value === null ? nullValue(node, path, problems) : this.#present(value, node, path, old, problems, float);
    if (problems.length > before && old !== undefined && jsonEqual(value, old)) {
      problems.length = before;
      return 0;
    }
    return matches;
  }

  #present(
    value: Exclude<JsonValue, null>,
    node: SchemaNode,
    path: string,
    old: JsonValue | undefined,
    problems: Problem[],
    float: boolean,
  ): number {
    let matches = 1;
    const types = typesOf(node);
    const format = formatOf(node);
    if (types.length > 0 || format !== '') {
      const problem = typeProblem(value, types, format, path, float);
      if (problem === undefined) matches += 2;
      else {
        problems.push(problem);
        matches += 1;
      }
    }
    matches += this.#combined(value, node, path, problems, float) + 2;
    if (typeof value === 'string') {
      add(problems, textProblem(value, node, path));
      matches++;
      const isRight = format === '' ? undefined : isOfFormat(format, value);
      if (isRight !== undefined) {
        matches++;
        if (!isRight) problems.push(wrongType(path, format, value));
      }
    } else if (typeof value === 'number' || typeof value === 'bigint') {
      checkNumber(value, node.limits, types.length === 1 ? (types[0] ?? '') : '', format, path, problems, float);
      matches += 2;
    } else if (Array.isArray(value)) matches += this.#list(value, node, path, old, problems) + 2;
    add(problems, enumProblem(value, node, path));
    matches++;
    if (isJsonObject(value)) matches += this.#object(value, node, path, old, problems) + 1;
    return matches;
  }

  /** What was there before counts for nothing: what alternatives say of a part of it is not what is wrong. */
  #combined(
    value: JsonValue,
    { anyOf, oneOf, allOf, not }: SchemaNode,
    path: string,
    problems: Problem[],
    float: boolean,
  ): number {
    let matches = 0;
    if (anyOf.length > 0) {
      const { valid, best, firstMatches } = this.#alternatives(value, anyOf, path, true, float);
      if (valid === 0) {
        problems.push(atRoot(`${goQuote(path)} must validate at least one schema (anyOf)`));
        pushAll(problems, best.problems);
        matches += best.matches;
      } else matches += firstMatches;
    }
    if (oneOf.length > 0) {
      const { valid, best, firstMatches } = this.#alternatives(value, oneOf, path, false, float);
      if (valid === 1) matches += firstMatches;
      else {
        const how = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
        problems.push(atRoot(`${goQuote(path)} must validate one and only one schema (oneOf). ${how}`));
        pushAll(problems, best.problems);
        matches += best.matches;
      }
    }
    if (allOf.length > 0) {
      let valid = 0;
      for (const node of allOf) {
        const before = problems.length;
        matches += this.value(value, node, path, undefined, problems, float);
        if (problems.length === before) valid++;
      }
      if (valid < allOf.length) {
        const how = valid === 0 ? '. None validated' : '';
        problems.push(atRoot(`${goQuote(path)} must validate all the schemas (allOf)${how}`));
      }
    }
    if (not !== undefined) {
      const inner: Problem[] = [];
      this.value(value, not, path, undefined, inner, float);
      if (inner.length === 0) problems.push(atRoot(`${goQuote(path)} must not validate the schema (not)`));
    }
    return matches;
  }

  /** `best`: what is wrong by the alternative of which most is right; nothing, where one is right before it. */
  #alternatives(value: JsonValue, nodes: readonly SchemaNode[], path: string, oneSuffices: boolean, float: boolean) {
    let valid = 0;
    let firstMatches = 0;
    let best: { readonly matches: number; readonly problems: readonly Problem[] } = { matches: -1, problems: [] };
    for (const node of nodes) {
      const problems: Problem[] = [];
      const matches = this.value(value, node, path, undefined, problems, float);
      if (problems.length === 0) {
        valid++;
        if (valid === 1) firstMatches = matches;
        best = { matches: 0, problems: [] };
        if (oneSuffices) break;
      } else if (valid === 0 && matches > best.matches) best = { matches, problems };
    }
    return { valid, best, firstMatches };
  }

  #list(
    list: readonly JsonValue[],
    node: SchemaNode,
    path: string,
    old: JsonValue | undefined,
    problems: Problem[],
  ): number {
    const { items } = node;
    const { minItems, maxItems } = node.limits;
    let matches = 0;
    if (items !== undefined) {
      const oldItem = oldItems(node, old);
      for (const [index, item] of list.entries()) {
        matches += this.value(item, items, `${path}[${index}]`, oldItem(item), problems, isFloat(list, index));
        if (this.exhausted || problems.length > maxProblems) break;
      }
    }
    if (minItems !== undefined && list.length < minItems) {
      problems.push(invalid(path, list.length, `${inBody(path)} should have at least ${minItems} items`));
    }
    if (maxItems !== undefined && list.length > maxItems) {
      const text = `${inBody(path)} should have at most ${maxItems} items`;
      problems.push({ text, told: (field) => tooMany(field(path), list.length, maxItems) });
    }
    return matches;
  }

  #object(object: JsonObject, node: SchemaNode, path: string, old: JsonValue | undefined, problems: Problem[]): number {
    const { minProperties, maxProperties, required } = node.limits;
    const keys = Object.keys(object);
    let matches = 0;
    if (minProperties !== undefined && keys.length < minProperties) {
      problems.push(invalid(path, keys.length, `${inBody(path)} should have at least ${minProperties} properties`));
    }
    if (maxProperties !== undefined && keys.length > maxProperties) {
      const text = `${inBody(path)} should have at most ${maxProperties} properties`;
      problems.push({ text, told: (field) => tooMany(field(path), keys.length, maxProperties) });
    }
    const others = additionalNode(node);
    for (const key of keys) {
      if (this.exhausted || problems.length > maxProblems) break;
      const property = node.properties.get(key);
      const item = object[key] ?? null;
      if (property !== undefined) {
        const inner = path === '' ? key : `${path}.${key}`;
        matches += this.value(item, property, inner, oldProperty(old, path, key), problems, isFloat(object, key));
      } else if (others !== undefined) {
        matches += this.value(
          item,
          others,
          `${path}.${key}`,
          oldProperty(old, path, key),
          problems,
          isFloat(object, key),
        );
      } else if (node.additionalProperties === false) {
        problems.push(invalid(path, key, `${path}.${key} in body is a forbidden property`));
      }
    }
    for (const key of required) {
      if (Object.hasOwn(object, key)) continue;
      const at = `${path}.${key}`;
      problems.push({ text: `${at} in body is required`, told: (field) => requiredValue(field(at)) });
    }
    return matches;
  }
}

const add = (problems: Problem[], problem: Problem | undefined): void => {
  if (problem !== undefined) problems.push(problem);
};

function pushAll(problems: Problem[], more: readonly Problem[]): void {
  for (const problem of more) problems.push(problem);
}

/** What says the type and nothing else of the whole object is not taken as it was: both are of the version asked for. */
function oldProperty(old: JsonValue | undefined, path: string, key: string): JsonValue | undefined {
  if (!isJsonObject(old) || !Object.hasOwn(old, key)) return undefined;
  return path === '' && (key === 'apiVersion' || key === 'kind') ? undefined : old[key];
}

/** Only items that have keys are the same ones as before. */
function oldItems(node: SchemaNode, old: JsonValue | undefined): (item: JsonValue) => JsonValue | undefined {
  if (node.listType !== 'map' || !Array.isArray(old)) return () => undefined;
  const byKey = new Map<string, JsonValue>();
  const keyOf = (item: JsonValue): string =>
    isJsonObject(item) ? encodeJson(node.listMapKeys.map((name) => item[name] ?? null)) : '';
  for (const item of old) if (!byKey.has(keyOf(item))) byKey.set(keyOf(item), item);
  return (item) => (isJsonObject(item) ? byKey.get(keyOf(item)) : undefined);
}

const eitherType: readonly string[] = ['integer', 'string'];
const noTypes: readonly string[] = [];

function typesOf({ isIntOrString, type }: SchemaNode): readonly string[] {
  if (isIntOrString) return eitherType;
  return type === '' ? noTypes : [type];
}

/** '': what it says means nothing. */
function formatOf({ limits: { format }, type, isIntOrString }: SchemaNode): string {
  return format !== '' && isKnownFormat(format, isIntOrString ? '' : type) ? format : '';
}

const inBody = (path: string): string => `${path} in body`;

const invalid = (path: string, value: JsonValue, text: string): Problem => ({
  text,
  told: (field) => invalidValue(field(path), value, text),
});

/** What is said of the whole, wherever it is. */
const atRoot = (text: string): Problem => ({ text, told: (field) => invalidValue(field(''), '', text) });

function wrongType(path: string, wanted: string, actual: string): Problem {
  const text = `${inBody(path)} must be of type ${wanted}: ${goQuote(actual)}`;
  return { text, told: (field) => typeInvalid(field(path), actual, text) };
}

function nullValue(node: SchemaNode, path: string, problems: Problem[]): number {
  const types = typesOf(node);
  const wrong = types.length > 0 && !node.nullable;
  if (wrong) problems.push(wrongType(path, types.join(), 'null'));
  add(problems, enumProblem(null, node, path));
  return wrong ? 0 : 1;
}

function typeProblem(
  value: Exclude<JsonValue, null>,
  types: readonly string[],
  format: string,
  path: string,
  float: boolean,
): Problem | undefined {
  const type = float ? 'number' : typeOf(value);
  const fits =
    types.includes(type) ||
    (type === 'number' && types.includes('integer') && isNearInteger(Number(value))) ||
    (type === 'integer' && types.includes('number'));
  const scalarOrMap = type !== 'string' && type !== 'array';
  const own = type === 'integer' ? 'int64' : type === 'number' ? 'float64' : '';
  if (scalarOrMap && format !== '' && !fits && own !== format) return wrongType(path, format, own);
  if (!types.includes('number') && !types.includes('integer') && format !== '' && !scalarOrMap) return undefined;
  return fits ? undefined : wrongType(path, types.join(), type);
}

function typeOf(value: Exclude<JsonValue, null>): string {
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'bigint':
      return 'integer';
    case 'number':
      return Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? 'integer' : 'number';
    default:
      return 'object';
  }
}

/** As near as Go's checker asks for. */
function isNearInteger(value: number): boolean {
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) return false;
  const whole = Math.trunc(value);
  if (value === whole) return true;
  if (whole === 0) return false;
  return Math.abs(value - whole) / (Math.abs(value) + Math.abs(whole)) < 1e-9;
}

function textProblem(text: string, { limits }: SchemaNode, path: string): Problem | undefined {
  const { maxLength, minLength, pattern } = limits;
  if (maxLength !== undefined && text.length > maxLength && lengthOf(text) > maxLength) {
    const said = `${inBody(path)} should be at most ${maxLength} chars long`;
    return { text: said, told: (field) => tooLong(field(path), maxLength) };
  }
  if (minLength !== undefined && lengthOf(text) < minLength) {
    return invalid(path, text, `${inBody(path)} should be at least ${minLength} chars long`);
  }
  if (pattern === '') return undefined;
  try {
    if (goPattern(pattern).test(text)) return undefined;
    return invalid(path, text, `${inBody(path)} should match '${pattern}'`);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const why = `${pattern}, but pattern is invalid: ${error.message}`;
    return invalid(path, text, `${inBody(path)} should match '${why}'`);
  }
}

/** In characters. */
function lengthOf(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0xd800 && code <= 0xdbff && at + 1 < text.length) {
      length--;
      at++;
    }
  }
  return length;
}

/** A float is compared with an integer as an integer, as Go converts it. */
const isOne = (value: JsonValue, one: JsonValue): boolean =>
  jsonEqual(one, value) ||
  (typeof value === 'number' && typeof one === 'number' && Number.isInteger(one) && Math.trunc(value) === one);

function enumProblem(value: JsonValue, { limits }: SchemaNode, path: string): Problem | undefined {
  const allowed = limits.enum;
  if (allowed === undefined || allowed.length === 0) return undefined;
  if (value !== null && allowed.some((one) => one !== null && isOne(value, one))) return undefined;
  const text = `${inBody(path)} should be one of ${goValueText([...allowed])}`;
  const values = allowed.map((one) => (typeof one === 'string' ? one : encodeJson(one)));
  return { text, told: (field) => unsupportedValue(field(path), value, values) };
}
