import type { CheckedAst } from '../cel/checked-ast.ts';
import { check } from '../cel/checker.ts';
import { CelCompileError } from '../cel/compile-error.ts';
import { declaredSizes, estimateCost, type SizeEstimator } from '../cel/cost-estimate.ts';
import type { Environment } from '../cel/environment.ts';
import { kubernetesEnvironment } from '../cel/kubernetes-environment.ts';
import { parse } from '../cel/parser.ts';
import { type Program, ProgramError, program } from '../cel/program.ts';
import { optionalType, type Type } from '../cel/type.ts';
import { FieldPathError, findField } from '../structural/field-path.ts';
import type { SchemaNode } from '../structural/schema-node.ts';
import { isReservedWord } from './expression-name.ts';
import { rulesOf, type ValidationRule } from './validation-rule.ts';

/** A rule that can be asked, or why it cannot, in the original's words. A rule that says nothing has neither. */
export interface CompiledRule {
  readonly rule: ValidationRule;
  readonly program?: Program;
  readonly error?: string;
  /** It is about a change. */
  readonly usesOldSelf: boolean;
  readonly messageProgram?: Program;
  readonly messageError?: string;
  /** Where what is wrong is said to be, below the value: `spec.size`; '' for the value itself. */
  readonly fieldPath: string;
  /** What one evaluation may cost at most. Zero where that was not asked. */
  readonly maxCost: bigint;
  readonly maxMessageCost: bigint;
}

/** The rules of one place, of which all values are of one type. */
export interface CompiledRules {
  readonly selfType: Type;
  readonly rules: readonly CompiledRule[];
  /** Those that something new is held against. */
  readonly rulesOfNew: readonly CompiledRule[];
  /** Some of them use oldSelf. */
  readonly useOldSelf: boolean;
}

const typeName = 'selfType';

/**
 * Compiles the rules of `node`, whose values are of the type that `type` gives a name. `estimates`: what they may cost is
 * wanted, too.
 */
export function compileRules(
  node: SchemaNode,
  type: (name: string) => Type,
  { estimates }: { readonly estimates: boolean },
): CompiledRules {
  const selfType = type(typeName);
  const environment = (oldSelf: Type): Environment =>
    kubernetesEnvironment.with(
      new Map([
        ['self', selfType],
        ['oldSelf', oldSelf],
      ]),
    );
  const present = environment(selfType);
  const optional = environment(optionalType(selfType));
  const rules = rulesOf(node).map((rule) =>
    compileRule(rule, node, rule.optionalOldSelf === true ? optional : present, estimates ? selfType : undefined),
  );
  return {
    selfType,
    rules,
    rulesOfNew: rules.filter(({ usesOldSelf, rule }) => !usesOldSelf || rule.optionalOldSelf === true),
    useOldSelf: rules.some(({ usesOldSelf }) => usesOldSelf),
  };
}

interface Compiled {
  readonly checked: CheckedAst;
  readonly program: Program;
}

/** `sizes`: the type by which costs are estimated. */
function compileRule(
  rule: ValidationRule,
  node: SchemaNode,
  environment: Environment,
  sizes: Type | undefined,
): CompiledRule {
  const nothing = { rule, usesOldSelf: false, fieldPath: '', maxCost: 0n, maxMessageCost: 0n };
  if (rule.rule.trim() === '') return nothing;
  const compiled = compile(rule.rule, environment, 'bool', {
    compilation: 'compilation failed: ',
    type: 'cel expression must evaluate to a bool',
    instantiation: 'program instantiation failed: ',
  });
  if (typeof compiled === 'string') return { ...nothing, error: compiled };
  const costOf = ({ checked }: Compiled): bigint =>
    sizes === undefined ? 0n : estimateCost(checked, sizesOf(sizes)).max;
  const made = {
    ...nothing,
    program: compiled.program,
    usesOldSelf: refersToOldSelf(compiled.checked),
    maxCost: costOf(compiled),
  };
  if (rule.messageExpression === '') return { ...made, fieldPath: fieldPathOf(rule, node) };
  const message = compile(rule.messageExpression, environment, 'string', {
    compilation: 'messageExpression compilation failed: ',
    type: 'messageExpression must evaluate to a string',
    instantiation: 'messageExpression instantiation failed: ',
  });
  if (typeof message === 'string') return { ...made, messageError: message };
  return {
    ...made,
    messageProgram: message.program,
    maxMessageCost: costOf(message),
    fieldPath: fieldPathOf(rule, node),
  };
}

interface Words {
  readonly compilation: string;
  readonly type: string;
  readonly instantiation: string;
}

/** A text: why it cannot be. */
function compile(text: string, environment: Environment, kind: 'bool' | 'string', words: Words): Compiled | string {
  let checked: CheckedAst;
  try {
    checked = check(parse(text), environment);
  } catch (error) {
    if (error instanceof CelCompileError) return words.compilation + error.message;
    throw error;
  }
  if (checked.type.kind !== kind) return words.type;
  try {
    return { checked, program: program(checked) };
  } catch (error) {
    if (error instanceof ProgramError) return words.instantiation + error.message;
    throw error;
  }
}

/** What is selected by a word that is reserved may be of any size, as in the original. */
function sizesOf(type: Type): SizeEstimator {
  const declared = declaredSizes(type);
  return (node) => (node.path.some(isReservedWord) ? undefined : declared(node));
}

function refersToOldSelf({ references }: CheckedAst): boolean {
  for (const reference of references.values()) {
    if (reference.kind === 'name' && reference.name === 'oldSelf') return true;
  }
  return false;
}

/** What is no path was refused when the definition was written. */
function fieldPathOf({ fieldPath }: ValidationRule, node: SchemaNode): string {
  if (fieldPath === '') return '';
  try {
    return findField(fieldPath, node, { brackets: true }).path;
  } catch (error) {
    if (error instanceof FieldPathError) return '';
    throw error;
  }
}
