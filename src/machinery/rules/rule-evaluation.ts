import { EvaluationStopped } from '../cel/meter.ts';
import type { Program } from '../cel/program.ts';
import { CelError, type Value } from '../cel/value.ts';
import {
  duplicateValue,
  type FieldError,
  forbiddenValue,
  invalidField,
  invalidValue,
  maxFieldErrors,
  requiredValue,
} from '../field-error.ts';
import { goQuote } from '../go-quote.ts';
import type { JsonValue } from '../json-value.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { evaluationCostLimit, maxEvaluations, maxMessageBytes } from './limits.ts';
import type { ValidationRule } from './validation-rule.ts';

/** The evaluation of all rules for one object: what they found, and what they may still cost. */
export class RuleEvaluation {
  readonly errors: FieldError[] = [];
  readonly #warnings: string[] = [];
  #budget: number;
  #evaluations = 0;
  #ended = false;

  constructor(budget: number) {
    this.#budget = budget;
  }

  /** What would be wrong, had it not been so before. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** No more rules are asked. */
  get hasEnded(): boolean {
    return this.#ended || this.errors.length >= maxFieldErrors;
  }

  get isExhausted(): boolean {
    return this.#budget <= 0;
  }

  /** Below zero when rules were to cost more than there was. */
  get remaining(): number {
    return this.#ended ? -1 : this.#budget;
  }

  /** Of many, the first are enough. */
  warn(text: string): void {
    if (this.#warnings.length < maxFieldErrors) this.#warnings.push(text);
  }

  stop(): void {
    this.#ended = true;
  }

  /** False: it cost more than there was. */
  spend(cost: number): boolean {
    if (cost > this.#budget || ++this.#evaluations > maxEvaluations) return false;
    this.#budget -= cost;
    return true;
  }
}

/** A value that rules are about. */
export interface Subject {
  /** Of errors: `spec.size`; '<nil>' for the object as a whole. */
  readonly path: string;
  readonly value: JsonValue;
  /** Of its schema. */
  readonly type: string;
  /** For messages, and for rules that do not say `optionalOldSelf`. */
  readonly variables: ReadonlyMap<string, Value>;
  readonly optionalVariables: ReadonlyMap<string, Value>;
  /** Whether it may stay as it was, if it was as it is. */
  readonly isUnchanged: () => boolean;
}

export const outOfBudget =
  'validation failed due to running out of cost budget, no further validation rules will be run';

/** Asks one rule. */
export function evaluateRule(compiled: CompiledRule, subject: Subject, evaluation: RuleEvaluation): void {
  const { rule, program } = compiled;
  const { path, type } = subject;
  if (compiled.error !== undefined) {
    evaluation.errors.push(invalidValue(path, type, `rule compile error: ${compiled.error}`));
    return;
  }
  if (program === undefined) return;
  const variables = rule.optionalOldSelf === true ? subject.optionalVariables : subject.variables;
  const { value, cost } = run(program, variables);
  if (!evaluation.spend(cost)) {
    evaluation.errors.push(invalidValue(path, type, outOfBudget));
    evaluation.stop();
    return;
  }
  if (value === true) return;
  if (value instanceof EvaluationStopped) {
    const why = `'${value.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${textOf(rule)}`;
    evaluation.errors.push(invalidValue(path, type, why));
    evaluation.stop();
  } else if (value instanceof CelError) {
    evaluation.errors.push(invalidValue(path, type, failureText(value, rule)));
  } else refuse(compiled, subject, evaluation);
}

interface Outcome {
  readonly value: Value | EvaluationStopped;
  readonly cost: number;
}

function run(program: Program, variables: ReadonlyMap<string, Value>): Outcome {
  try {
    return program.evaluate(variables, { costLimit: evaluationCostLimit });
  } catch (error) {
    // It cost what was allowed, and a little more.
    if (error instanceof EvaluationStopped) return { value: error, cost: evaluationCostLimit + 1 };
    throw error;
  }
}

function failureText({ message }: CelError, rule: ValidationRule): string {
  if (!message.startsWith('no such overload')) return `${message} evaluating rule: ${textOf(rule)}`;
  return `'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${textOf(rule)}`;
}

/** What a rule is called where it failed. */
const textOf = ({ rule, message }: ValidationRule): string => (message === '' ? rule : message).trim();

function refuse(compiled: CompiledRule, subject: Subject, evaluation: RuleEvaluation): void {
  const { rule, fieldPath } = compiled;
  const path = fieldPath === '' ? subject.path : join(subject.path, fieldPath);
  const message = messageOf(compiled, subject, evaluation);
  if (message.end !== undefined) {
    add(compiled, invalidValue(path, subject.type, message.end), subject, evaluation);
    return;
  }
  add(compiled, errorOf(rule.reason, path, subject, message.text), subject, evaluation);
}

const join = (path: string, fieldPath: string): string => (path === '<nil>' ? fieldPath : `${path}.${fieldPath}`);

function add({ usesOldSelf }: CompiledRule, error: FieldError, subject: Subject, evaluation: RuleEvaluation): void {
  if (usesOldSelf || !subject.isUnchanged()) evaluation.errors.push(error);
  else evaluation.warn(`${error.field}: ${error.message}`);
}

function errorOf(reason: string, path: string, { value, type }: Subject, text: string): FieldError {
  const isWhole = type === 'object' || type === 'array';
  switch (reason) {
    case 'FieldValueForbidden':
      return forbiddenValue(path, text);
    case 'FieldValueRequired':
      return requiredValue(path, text);
    case 'FieldValueDuplicate':
      return isWhole
        ? { type: 'FieldValueDuplicate', field: path, message: 'Duplicate value' }
        : duplicateValue(path, value);
    default:
      return isWhole ? invalidField(path, text) : invalidValue(path, value, text);
  }
}

interface Message {
  readonly text: string;
  /** No more rules are asked, and why. */
  readonly end?: string;
}

/** What the rule's expression for it says, or, where that fails or is unusable, its message. */
function messageOf({ rule, messageProgram }: CompiledRule, subject: Subject, evaluation: RuleEvaluation): Message {
  const text = rule.message === '' ? `failed rule: ${textOf(rule)}` : rule.message.trim();
  if (messageProgram === undefined) return { text };
  const { value, cost } = run(messageProgram, subject.variables);
  if (!evaluation.spend(cost)) {
    evaluation.stop();
    return {
      text,
      end: 'messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run',
    };
  }
  if (value instanceof EvaluationStopped) {
    evaluation.stop();
    return {
      text,
      end: `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${goQuote(rule.messageExpression)}`,
    };
  }
  const made = typeof value === 'string' ? value.trim() : '';
  return made === '' || made.includes('\n') || Buffer.byteLength(made) > maxMessageBytes ? { text } : { text: made };
}
