import { accumulatorName, type Expression } from './expression.ts';
import type { ComprehensionParts, ExpressionFactory } from './expression-factory.ts';
import { operators } from './operators.ts';

/** A macro was called with what it cannot take. */
export class MacroError extends Error {
  override readonly name = 'MacroError';
  readonly at: number;
  constructor(message: string, { at }: Expression) {
    super(message);
    this.at = at;
  }
}

/** Makes nodes in the place of the call. */
export interface MacroCall {
  readonly make: ExpressionFactory;
  readonly at: number;
  readonly target: Expression;
  readonly args: readonly Expression[];
}

/** @throws {MacroError} */
export type Macro = (call: MacroCall) => Expression;

type Args = readonly [Expression, Expression, Expression, Expression];

/** The parser sees to it that there are as many as the macro takes. */
const argsOf = ({ args }: MacroCall): Args => args as unknown as Args;

const accumulator = ({ make, at }: MacroCall): Expression => make.ident(at, accumulatorName);

/** Names that would hide the accumulator of a comprehension. */
const reserved: ReadonlySet<string> = new Set([accumulatorName, '__result__']);

function variableOf(argument: Expression, what: string): string {
  if (argument.kind !== 'ident') throw new MacroError(what, argument);
  if (reserved.has(argument.name)) {
    throw new MacroError('iteration variable overwrites accumulator variable', argument);
  }
  return argument.name;
}

/** One variable, or two that differ. */
function variablesOf(args: Args, count: 1 | 2): { readonly variable: string; readonly variable2: string | undefined } {
  if (count === 1) return { variable: variableOf(args[0], 'argument must be a simple name'), variable2: undefined };
  const [first, second] = args;
  for (const one of [first, second]) {
    if (one.kind !== 'ident') throw new MacroError('argument must be a simple name', one);
  }
  if (first.kind === 'ident' && second.kind === 'ident' && first.name === second.name) {
    throw new MacroError(`duplicate variable name: ${first.name}`, second);
  }
  return { variable: variableOf(first, ''), variable2: variableOf(second, '') };
}

type Steps = Pick<ComprehensionParts, 'init' | 'condition' | 'step' | 'result'>;

const comprehension = (
  { make, at, target }: MacroCall,
  variables: { readonly variable: string; readonly variable2: string | undefined },
  steps: Steps,
): Expression => make.comprehension(at, { range: target, ...variables, accumulator: accumulatorName, ...steps });

const has: Macro = (call) => {
  const [argument] = argsOf(call);
  if (argument.kind !== 'select') throw new MacroError('invalid argument to has() macro', argument);
  return call.make.select(call.at, argument.operand, argument.field, true);
};

const all =
  (count: 1 | 2): Macro =>
  (call) => {
    const { make, at } = call;
    const variables = variablesOf(argsOf(call), count);
    return comprehension(call, variables, {
      init: make.literal(at, true),
      condition: make.call(at, operators.notStrictlyFalse, [accumulator(call)]),
      step: make.call(at, operators.and, [accumulator(call), argsOf(call)[count]]),
      result: accumulator(call),
    });
  };

const exists =
  (count: 1 | 2): Macro =>
  (call) => {
    const { make, at } = call;
    const variables = variablesOf(argsOf(call), count);
    return comprehension(call, variables, {
      init: make.literal(at, false),
      condition: make.call(at, operators.notStrictlyFalse, [make.call(at, operators.not, [accumulator(call)])]),
      step: make.call(at, operators.or, [accumulator(call), argsOf(call)[count]]),
      result: accumulator(call),
    });
  };

const existsOne =
  (count: 1 | 2): Macro =>
  (call) => {
    const { make, at } = call;
    const variables = variablesOf(argsOf(call), count);
    return comprehension(call, variables, {
      init: make.literal(at, 0),
      condition: make.literal(at, true),
      step: make.call(at, operators.conditional, [
        argsOf(call)[count],
        make.call(at, operators.add, [accumulator(call), make.literal(at, 1)]),
        accumulator(call),
      ]),
      result: make.call(at, operators.equals, [accumulator(call), make.literal(at, 1)]),
    });
  };

/** The accumulator with one more, when the filter lets it through. */
function gathered(call: MacroCall, filter: Expression | undefined, step: () => Expression): Expression {
  const next = step();
  if (filter === undefined) return next;
  return call.make.call(call.at, operators.conditional, [filter, next, accumulator(call)]);
}

/** `map(x, f)`, `map(x, filter, f)`. */
const map: Macro = (call) => {
  const { make, at, args } = call;
  const [name, second, third] = argsOf(call);
  const variable = variableOf(name, 'argument is not an identifier');
  const [filter, transform] = args.length === 3 ? [second, third] : [undefined, second];
  const init = make.list(at, []);
  const condition = make.literal(at, true);
  const step = gathered(call, filter, () =>
    make.call(at, operators.add, [accumulator(call), make.list(at, [transform])]),
  );
  return comprehension(call, { variable, variable2: undefined }, { init, condition, step, result: accumulator(call) });
};

const filter: Macro = (call) => {
  const { make, at } = call;
  const [name, test] = argsOf(call);
  const variable = variableOf(name, 'argument is not an identifier');
  const init = make.list(at, []);
  const condition = make.literal(at, true);
  const step = gathered(call, test, () => make.call(at, operators.add, [accumulator(call), make.list(at, [name])]));
  return comprehension(call, { variable, variable2: undefined }, { init, condition, step, result: accumulator(call) });
};

/** With a filter before the transformation, or without. */
const transformed = ({ args }: MacroCall): readonly [Expression | undefined, Expression] => {
  const [, , third, fourth] = args as Args;
  return args.length === 4 ? [third, fourth] : [undefined, third];
};

const transformList: Macro = (call) => {
  const { make, at } = call;
  const variables = variablesOf(argsOf(call), 2);
  const [test, transform] = transformed(call);
  const step = gathered(call, test, () =>
    make.call(at, operators.add, [accumulator(call), make.list(at, [transform])]),
  );
  const init = make.list(at, []);
  return comprehension(call, variables, { init, condition: make.literal(at, true), step, result: accumulator(call) });
};

/** No expression can name it: puts an entry, or all of a map, into a map that does not have such keys yet. */
export const mapInsert = 'cel.@mapInsert';

const transformMap =
  (isEntry: boolean): Macro =>
  (call) => {
    const { make, at } = call;
    const variables = variablesOf(argsOf(call), 2);
    const [test, transform] = transformed(call);
    const step = gathered(call, test, () => {
      const into = accumulator(call);
      return make.call(
        at,
        mapInsert,
        isEntry ? [into, transform] : [into, make.ident(at, variables.variable), transform],
      );
    });
    const init = make.map(at, []);
    return comprehension(call, variables, { init, condition: make.literal(at, true), step, result: accumulator(call) });
  };

const unused = '#unused';

/** `variable` is `value`, looked at when it is first asked for, in `body`. */
function bind({ make, at }: MacroCall, variable: string, value: () => Expression, body: () => Expression): Expression {
  const range = make.list(at, []);
  const init = value();
  const condition = make.literal(at, false);
  const step = make.ident(at, variable);
  return make.comprehension(at, {
    range,
    variable: unused,
    variable2: undefined,
    accumulator: variable,
    init,
    condition,
    step,
    result: body(),
  });
}

const optional =
  (name: string, wrap: boolean): Macro =>
  (call) => {
    const { make, at, target } = call;
    const [argument, body] = argsOf(call);
    if (argument.kind !== 'ident') {
      throw new MacroError(`${name}() variable name must be a simple identifier`, argument);
    }
    const test = make.method(at, target, 'hasValue', []);
    const value = (): Expression => make.method(at, make.copy(target, at), 'value', []);
    const bound = bind(call, argument.name, value, () => body);
    const present = wrap ? make.call(at, 'optional.of', [bound]) : bound;
    return make.call(at, operators.conditional, [test, present, make.call(at, 'optional.none', [])]);
  };

/** No expression can name it. */
export const sortByAssociatedKeys = '@sortByAssociatedKeys';

const sortBy: Macro = (call) => {
  const { make, at, target } = call;
  const input = make.ident(at, '@__sortBy_input__');
  if (target.kind === 'literal' || target.kind === 'map' || target.kind === 'struct') {
    const kinds = 'list, identifier, comprehension, call or select expression';
    throw new MacroError(`sortBy can only be applied to a ${kinds}`, target);
  }
  const keys = map({ ...call, target: make.copy(input, at) });
  const sorted = make.method(at, make.copy(input, at), sortByAssociatedKeys, [keys]);
  return make.comprehension(at, {
    range: make.list(at, []),
    variable: unused,
    variable2: undefined,
    accumulator: '@__sortBy_input__',
    init: target,
    condition: make.literal(at, false),
    step: input,
    result: sorted,
  });
};

/** By name and number of arguments. */
const functions: ReadonlyMap<string, Macro> = new Map([['has:1', has]]);
const methods: ReadonlyMap<string, Macro> = new Map<string, Macro>([
  ['all:2', all(1)],
  ['all:3', all(2)],
  ['exists:2', exists(1)],
  ['exists:3', exists(2)],
  ['exists_one:2', existsOne(1)],
  ['exists_one:3', existsOne(2)],
  ['existsOne:3', existsOne(2)],
  ['map:2', map],
  ['map:3', map],
  ['filter:2', filter],
  ['transformList:3', transformList],
  ['transformList:4', transformList],
  ['transformMap:3', transformMap(false)],
  ['transformMap:4', transformMap(false)],
  ['transformMapEntry:3', transformMap(true)],
  ['transformMapEntry:4', transformMap(true)],
  ['optMap:2', optional('optMap', true)],
  ['optFlatMap:2', optional('optFlatMap', false)],
  ['sortBy:2', sortBy],
]);

/** The macro that a call is, if it is one. */
export const macroOf = (name: string, isMethod: boolean, args: number): Macro | undefined =>
  (isMethod ? methods : functions).get(`${name}:${args}`);
